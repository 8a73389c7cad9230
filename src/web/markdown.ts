import { createRequire } from 'node:module'
import type { HLJSApi } from 'highlight.js'
import MarkdownIt, { type Env, type Token } from 'markdown-it'
import { disguises, hostOf, safeUrl } from '../markdown/url.ts'
import { mathAsCode } from './markdown-math.ts'

/**
 * Messages as pages show them: no raw HTML, no images, links to http, https and mailto alone that show their host, and
 * code in colour by classes. Nothing in the text becomes an attribute but an address and a language's name.
 */
const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true })
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false })
markdown.use(mathAsCode)
markdown.validateLink = href => safeUrl(href) !== undefined

const { escapeHtml } = markdown.utils
const rules = markdown.renderer.rules

/** Characters of one message that are coloured, and of one block: finding colour can cost their square. */
const mostColoured = 30_000
const longestColoured = 10_000

/** Data and minified code: the patterns of some languages try each of its characters as the beginning of a name. */
const longWord = /\S{400}/

let highlight: HLJSApi | undefined

/** Dozens of languages, read with the first block of code that names one. */
function highlighter(): HLJSApi {
  highlight ??= createRequire(import.meta.url)('highlight.js/lib/common') as HLJSApi
  return highlight
}

rules['fence'] = (tokens, index, _options, env) => codeBlock(tokens[index], env)
rules['code_block'] = (tokens, index, _options, env) => codeBlock(tokens[index], env)
rules['image'] = (tokens, index) => imageLink(tokens[index])
rules['link_open'] = (tokens, index, options, _env, self) => {
  const token = tokens[index]
  // A title would be a second label, that says what it likes.
  if (token)
    token.attrs = [
      ['href', attribute(token, 'href')],
      ['rel', 'noopener nofollow ugc'],
      ['target', '_blank'],
    ]
  return self.renderToken(tokens, index, options)
}
rules['link_close'] = (tokens, index) => linkEnd(tokens, index)
rules['task_text'] = (tokens, index) => {
  const { markup = '', content = '' } = tokens[index] ?? {}
  return `<span class="box">${markup}</span> ${escapeHtml(content)}`
}
// Who reads by keyboard scrolls a wide table too.
rules['table_open'] = () => '<div class="table" tabindex="0"><table>\n'
rules['table_close'] = () => '</table></div>\n'
// An ordinary style attribute would break the page's policy; the class says the same.
for (const cell of ['th_open', 'td_open']) {
  rules[cell] = (tokens, index, options, _env, self) => {
    const token = tokens[index]
    const align = /text-align:(\w+)/.exec(attribute(token, 'style'))?.[1]
    if (token) token.attrs = align === undefined ? null : [['class', `align-${align}`]]
    return self.renderToken(tokens, index, options)
  }
}

function codeBlock(token: Token | undefined, env: Env = {}): string {
  const text = token?.content ?? ''
  const language = /^[\w+#.-]{1,30}/.exec(token?.info.trim() ?? '')?.[0] ?? ''
  const coloured = isColoured(text, language, env)
  const body = coloured
    ? highlighter().highlight(text, { language, ignoreIllegals: true }).value
    : escapeHtml(text)
  return `<figure class="code"><figcaption>${escapeHtml(language)}</figcaption><pre tabindex="0"><code class="hljs">${body}</code></pre></figure>\n`
}

function isColoured(text: string, language: string, env: Env): boolean {
  if (language === '' || !highlighter().getLanguage(language)) return false
  const coloured = Number(env['coloured'] ?? 0) + text.length
  if (text.length > longestColoured || coloured > mostColoured || longWord.test(text)) return false
  env['coloured'] = coloured
  return true
}

/** A remote image would tell its host who reads, and when. */
function imageLink(token: Token | undefined): string {
  const href = safeUrl(attribute(token, 'src'))
  const label = token?.content || 'image'
  if (href === undefined) return escapeHtml(label)
  return `<a href="${escapeHtml(href)}" rel="noopener nofollow ugc" target="_blank">${escapeHtml(label)}</a>${hostShown(href)}`
}

/** The host, unless the label names it and no other. A link without a word has it for one. */
function linkEnd(tokens: readonly Token[], close: number): string {
  let open = close - 1
  while (open > 0 && tokens[open]?.type !== 'link_open') open -= 1
  const href = attribute(tokens[open], 'href')
  const label = tokens
    .slice(open + 1, close)
    .map(token => token.content)
    .join('')
  if (label.trim() === '') return `${escapeHtml(hostOf(href))}</a>`
  const host = hostOf(href)
  const isNamed = label.normalize('NFKC').toLowerCase().includes(host) && !disguises(label, href)
  return isNamed || label === host ? '</a>' : `</a>${hostShown(href)}`
}

/** Isolated, so that no letter before it turns its direction. */
function hostShown(href: string): string {
  return ` <bdi class="host">(${escapeHtml(hostOf(href))})</bdi>`
}

function attribute(token: Token | undefined, name: string): string {
  return String(token?.attrGet(name) ?? '')
}

/** `- [ ]` and `- [x]` as boxes that are read, not ticked; drawn by the sheet, since few typefaces have them. */
function tickBoxes(tokens: readonly Token[]): void {
  for (const [index, token] of tokens.entries()) {
    const item = tokens[index - 2]
    const [first] = token.children ?? []
    if (token.type !== 'inline' || first?.type !== 'text' || item?.type !== 'list_item_open') continue
    const mark = /^\[([ xX])\] /.exec(first.content)?.[1]
    if (mark === undefined) continue
    first.type = 'task_text'
    first.content = first.content.slice(4)
    first.markup = mark === ' ' ? '☐' : '☑'
    item.attrSet('class', mark === ' ' ? 'task' : 'task done')
  }
}

/** Under the page's own title, and none further down than one step: who jumps by headings misses none. */
function lowerHeadings(tokens: readonly Token[]): void {
  let last = 1
  for (const token of tokens) {
    if (token.type !== 'heading_open' && token.type !== 'heading_close') continue
    if (token.nesting > 0) last = Math.min(Number(token.tag.slice(1)) + 1, last + 1, 6)
    token.tag = `h${last}`
  }
}

/** An image that is the label of a link is text: there are no links in links. */
function flattenLabels(tokens: readonly Token[]): void {
  for (const { children } of tokens) {
    let isWithin = false
    for (const token of children ?? []) {
      if (token.type === 'link_open' || token.type === 'link_close') isWithin = token.type === 'link_open'
      else if (isWithin && token.type === 'image') token.type = 'text'
    }
  }
}

/** Each top-level block by itself; joined they are the whole. A block that does not change stays the same string. */
export function renderBlocks(text: string): readonly string[] {
  const environment: Env = {}
  const tokens = markdown.parse(text, environment)
  tickBoxes(tokens)
  lowerHeadings(tokens)
  flattenLabels(tokens)
  const blocks: string[] = []
  let start = 0
  let depth = 0
  for (const [index, token] of tokens.entries()) {
    depth += token.nesting
    if (depth > 0) continue
    blocks.push(markdown.renderer.render(tokens.slice(start, index + 1), markdown.options, environment))
    start = index + 1
  }
  return blocks
}

/** The whole message. */
export function renderMarkdown(text: string): string {
  return renderBlocks(text).join('')
}
