import hljs from 'highlight.js/lib/common'
import MarkdownIt, { type Token } from 'markdown-it'
import { disguises, hostOf, safeUrl } from '../markdown/url.ts'

/**
 * Messages as pages show them: no raw HTML, no images, links to http, https and mailto alone that show their host, and
 * code in colour by classes. Nothing in the text becomes an attribute but an address and a language's name.
 */
const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true, maxNesting: 40 })
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false })
markdown.validateLink = href => safeUrl(href) !== undefined

const { escapeHtml } = markdown.utils
const rules = markdown.renderer.rules

/** Longer blocks are shown without colour: finding it costs more than it gives. */
const longestColoured = 50_000

rules['fence'] = (tokens, index) => codeBlock(tokens[index])
rules['code_block'] = (tokens, index) => codeBlock(tokens[index])
rules['image'] = (tokens, index) => imageLink(tokens[index])
rules['link_open'] = (tokens, index, options, _env, self) => {
  const token = tokens[index]
  token?.attrSet('rel', 'noopener nofollow ugc')
  token?.attrSet('target', '_blank')
  return self.renderToken(tokens, index, options)
}
rules['link_close'] = (tokens, index) => `</a>${hostBehind(tokens, index)}`
rules['table_open'] = () => '<div class="table"><table>\n'
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

function codeBlock(token: Token | undefined): string {
  const text = token?.content ?? ''
  const language = /^[\w+#.-]{1,30}/.exec(token?.info.trim() ?? '')?.[0] ?? ''
  const coloured = language !== '' && hljs.getLanguage(language) && text.length <= longestColoured
  const body = coloured ? hljs.highlight(text, { language, ignoreIllegals: true }).value : escapeHtml(text)
  return `<figure class="code"><figcaption>${escapeHtml(language)}</figcaption><pre tabindex="0"><code class="hljs">${body}</code></pre></figure>\n`
}

/** A remote image would tell its host who reads, and when. */
function imageLink(token: Token | undefined): string {
  const href = safeUrl(attribute(token, 'src'))
  const label = token?.content || 'image'
  if (href === undefined) return escapeHtml(label)
  return `<a href="${escapeHtml(href)}" rel="noopener nofollow ugc" target="_blank">${escapeHtml(label)}</a> <span class="host">(${escapeHtml(hostOf(href))})</span>`
}

/** The host, where the label reads like another one. */
function hostBehind(tokens: readonly Token[], close: number): string {
  const open = tokens.findLastIndex((token, index) => index < close && token.type === 'link_open')
  const href = attribute(tokens[open], 'href')
  const label = tokens
    .slice(open + 1, close)
    .map(token => token.content)
    .join('')
  return disguises(label, href) ? ` <span class="host">(${escapeHtml(hostOf(href))})</span>` : ''
}

function attribute(token: Token | undefined, name: string): string {
  return String(token?.attrGet(name) ?? '')
}

/** `- [ ]` and `- [x]` as boxes that are read, not ticked. */
function tickBoxes(tokens: readonly Token[]): void {
  for (const [index, token] of tokens.entries()) {
    const [first] = token.children ?? []
    if (token.type !== 'inline' || first?.type !== 'text' || tokens[index - 2]?.type !== 'list_item_open')
      continue
    first.content = first.content.replace(/^\[([ xX])\] /, (_, mark) => (mark === ' ' ? '☐ ' : '☑ '))
  }
}

/** Each top-level block by itself; joined they are the whole. A block that does not change stays the same string. */
export function renderBlocks(text: string): readonly string[] {
  const environment = {}
  const tokens = markdown.parse(keepMath(text), environment)
  tickBoxes(tokens)
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

/**
 * Formulas are shown as they are written, in a typeface of their own: as code, so that Markdown takes no backslash, star
 * or underscore out of them. What stands in code already is left alone.
 */
function keepMath(text: string): string {
  if (!text.includes('$') && !text.includes('\\[') && !text.includes('\\(')) return text
  return text
    .split(/(^ {0,3}(?:```|~~~)[^]*?^ {0,3}(?:```|~~~) *$|`[^`\n]*`)/m)
    .map((piece, index) => (index % 2 === 1 ? piece : mathAsCode(piece)))
    .join('')
}

function mathAsCode(text: string): string {
  return text
    .replace(
      /(?:\$\$([^`]+?)\$\$|\\\[([^`]+?)\\\])/g,
      (_, dollars, brackets) => `\n\`\`\`math\n${String(dollars ?? brackets).trim()}\n\`\`\`\n`,
    )
    .replace(/\\\(([^`\n]+?)\\\)/g, (_, formula) => `\`${String(formula).trim()}\``)
    .replace(
      /(?<![\w$\\])\$(?=[^\s$])([^$\n`]{0,200}[^\s$\\`])\$(?![\w$])/g,
      (_, formula) => `\`${String(formula)}\``,
    )
}
