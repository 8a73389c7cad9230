import createParser, { type MarkdownIt, type StateBlock, type StateInline, type Token } from 'markdown-it'
import { codeBlockHtml, escapeHtml, isSafeUrl, linkStart, mentionHtml } from './html.ts'
import type { Names } from './names.ts'

/** Quotes and lists nested deeper than this are shown as text. */
const maxNesting = 40

const slack = createMarkdown()
const discord = createDiscordMarkdown()

/** Slack's Markdown, with tables, as safe HTML. */
export const slackMarkdownHtml = (text: string, names: Names): string => slack.render(text, { names })

/** Discord's Markdown as safe HTML: `__` underlines, `-#` begins small print, there are no tables. */
export const discordMarkdownHtml = (text: string, names: Names): string => discord.render(text, { names })

function createMarkdown(): MarkdownIt {
  const parser = createParser('default', { html: false, breaks: true, linkify: true, maxNesting })
  parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false })
  parser.validateLink = isSafeUrl
  parser.inline.ruler.before('autolink', 'reference-id', angled)
  const { rules } = parser.renderer
  rules['link_open'] = (tokens, index) => linkStart(String(tokens[index]?.attrGet('href') ?? ''))
  rules['image'] = (tokens, index) => {
    const url = String(tokens[index]?.attrGet('src') ?? '')
    return `${linkStart(url)}${escapeHtml(tokens[index]?.content || url)}</a>`
  }
  rules['fence'] = (tokens, index) => {
    const { content = '', info = '' } = tokens[index] ?? {}
    return codeBlockHtml(content, info.trim().split(/\s+/)[0] ?? '')
  }
  rules['code_block'] = (tokens, index) => codeBlockHtml(tokens[index]?.content ?? '', '')
  rules['table_open'] = () => '<div class="table" tabindex="0"><table>'
  rules['table_close'] = () => '</table></div>'
  rules['th_open'] = (tokens, index) => cell('th', tokens[index])
  rules['td_open'] = (tokens, index) => cell('td', tokens[index])
  rules['reference_id'] = (tokens, index) => tokens[index]?.content ?? ''
  return parser
}

function createDiscordMarkdown(): MarkdownIt {
  const parser = createMarkdown()
  parser.disable(['table', 'lheading', 'hr', 'reference', 'image', 'code'])
  parser.block.ruler.before('paragraph', 'small-print', smallPrint, {
    alt: ['paragraph', 'blockquote', 'list'],
  })
  const mark = (tokens: Token[], index: number, slash: string) =>
    `<${slash}${tokens[index]?.markup === '__' ? 'u' : 'strong'}>`
  parser.renderer.rules['strong_open'] = (tokens, index) => mark(tokens, index, '')
  parser.renderer.rules['strong_close'] = (tokens, index) => mark(tokens, index, '/')
  return parser
}

/** The parser aligns columns by a style attribute, which the page's own policy forbids. */
function cell(tag: 'th' | 'td', token: Token | undefined): string {
  const side = /text-align:(right|center)/.exec(String(token?.attrGet('style') ?? ''))?.[1]
  return side ? `<${tag} class="${side}">` : `<${tag}>`
}

const inAngles =
  /<(?:@(?:!|&)?(?<person>\w+)|#(?<channel>\w+)|!(?<all>here|channel|everyone)|(?<url>https?:\/\/[^|<>\s]+)\|(?<label>[^<>\n]+)|t:(?<time>\d{1,12})(?::\w)?|a?:(?<emoji>\w+):\d+)(?:\|[^<>\n]*)?>/y

/** `<@U0ADA>`, `<#C0ENG|eng>`, `<https://example.com|here>`: what platforms put in angle brackets. */
function angled(state: StateInline, silent: boolean): boolean {
  if (state.src.charCodeAt(state.pos) !== 0x3c) return false
  inAngles.lastIndex = state.pos
  const match = inAngles.exec(state.src)
  if (!match) return false
  if (!silent) state.push('reference_id', '', 0).content = angledHtml(match.groups ?? {}, namesOf(state))
  state.pos += match[0].length
  return true
}

const namesOf = (state: StateInline): Names => (state.env as { readonly names: Names }).names

function angledHtml(found: Readonly<Record<string, string | undefined>>, names: Names): string {
  const { person, channel, all, url, label, time, emoji } = found
  if (person !== undefined) return mentionHtml(`@${names.person(person) ?? 'someone'}`, person)
  if (channel !== undefined) return mentionHtml(`#${names.channel(channel) ?? 'a channel'}`, channel)
  if (all !== undefined) return mentionHtml(`@${all}`, all)
  if (url !== undefined) return `${linkStart(url)}${escapeHtml(label ?? url)}</a>`
  if (emoji !== undefined) return escapeHtml(`:${emoji}:`)
  return escapeHtml(new Date(Number(time) * 1_000).toUTCString())
}

function smallPrint(state: StateBlock, line: number, _end: number, silent: boolean): boolean {
  const start = (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0)
  const end = state.eMarks[line] ?? start
  if (!state.src.startsWith('-# ', start) || end <= start + 3) return false
  if (silent) return true
  state.push('small_open', 'p', 1).attrSet('class', 'small-print')
  const inline = state.push('inline', '', 0)
  inline.content = state.src.slice(start + 3, end).trim()
  inline.map = [line, line + 1]
  inline.children = []
  state.push('small_close', 'p', -1)
  state.line = line + 1
  return true
}
