import type { Token } from 'markdown-it'
import { isClosedFence } from './parse.ts'
import { markdown, mayHeadTable, pipeReach } from './parser.ts'
import { settledEnd } from './settled.ts'

/**
 * The longest prefix of an unfinished text that an append-only stream may show now. For every text t and every
 * prefix p of t, the rendering of stableMarkdown(p) in Slack's standard Markdown, without white space at its
 * end, is a prefix of the rendering of t. (It may be shorter than an earlier one's: send only what is longer.)
 *
 * Inside a paragraph it stops at the last edge of a word before an unfinished inline construct (a stray `*` may
 * hold back the rest of its paragraph; code, links and formulas have a bound) and waits out the first 60
 * characters of a line, which may still become a table's header. Inside a fenced block it goes line by line and
 * letter by letter. Tables, indented code, headings and too deeply nested lines wait until they are finished.
 */
export function stableMarkdown(text: string): string {
  const source = readSource(text)
  const last = source.lines.at(-1)
  const partial = last !== undefined && !/[\r\n]$/.test(text) ? last : undefined
  const complete = partial === undefined ? source : readSource(text.slice(0, partial.start))
  const cut = (partial === undefined ? undefined : partialCut(source, partial)) ?? completeCut(complete)
  return text.slice(0, cut)
}

interface SourceLine {
  readonly start: number
  /** Before the line's end mark. */
  readonly end: number
  readonly text: string
}

interface Source {
  readonly text: string
  readonly lines: readonly SourceLine[]
  /** The last block that text could still be added to. */
  readonly leaf: Leaf | undefined
}

interface Leaf {
  readonly token: Token
  readonly content: string
  readonly start: number
  readonly end: number
}

function readSource(text: string): Source {
  const lines: SourceLine[] = []
  let start = 0
  for (const match of text.matchAll(/\r\n?|\n/g)) {
    lines.push({ start, end: match.index, text: text.slice(start, match.index) })
    start = match.index + match[0].length
  }
  if (start < text.length) lines.push({ start, end: text.length, text: text.slice(start) })
  return { text, lines, leaf: readLeaf(text) }
}

function readLeaf(text: string): Leaf | undefined {
  const tokens: Token[] = []
  markdown.block.parse(text.replace(/\r\n?/g, '\n').replaceAll('\0', '\ufffd'), markdown, {}, tokens)
  let at = tokens.length - 1
  while (/^(?:blockquote|list_item|bullet_list|ordered_list)_close$/.test(tokens[at]?.type ?? '')) at--
  const last = tokens[at]
  if (last === undefined) return undefined
  const content = last.type === 'paragraph_close' ? (tokens[at - 1]?.content ?? '') : ''
  while (at > 0 && (tokens[at]?.map ?? null) === null) at--
  if (last.type === 'table_close') while (at > 0 && tokens[at]?.type !== 'table_open') at--
  const [start, end] = tokens[at]?.map ?? [0, 0]
  return { token: last, content, start, end }
}

/** Where a text of whole lines can be cut. */
function completeCut(source: Source): number {
  const { leaf, lines, text } = source
  if (leaf === undefined) return 0
  const held = lines[leaf.start]?.start ?? 0
  const finished = leaf.end < lines.length
  switch (leaf.token.type) {
    case 'paragraph_close': {
      if (finished) return text.length
      const content = leaf.content.split('\n')
      const kept = mayHeadTable(content.at(-1) ?? '') ? content.slice(0, -1) : content
      return paragraphCut(source, leaf, kept, true) ?? held
    }
    case 'heading_close':
    case 'hr':
    case 'fence':
      return text.length
    case 'table_close':
      return finished ? text.length : held
    default:
      return held
  }
}

/** Where the last, unfinished line can be cut; nothing when it does not yet show what it is. */
function partialCut(source: Source, partial: SourceLine): number | undefined {
  const { leaf, lines, text } = source
  if (leaf === undefined || leaf.end !== lines.length) return undefined
  if (leaf.token.type === 'fence') {
    const isContent =
      leaf.start < lines.length - 1 &&
      !isClosedFence(
        leaf.token,
        lines.map(line => line.text),
      )
    return isContent && !/^[\s>]*[`~]*\s*$/.test(partial.text) ? text.length : undefined
  }
  if (leaf.token.type !== 'paragraph_close' || !showsWhatItIs(partial.text)) return undefined
  const content = leaf.content.split('\n')
  const line = (content.at(-1) ?? '').trimStart()
  const headless = !mayHeadTable(line) && (line.includes('|') || line.length >= pipeReach)
  const kept = headless ? content : content.slice(0, -1)
  const boundary = !headless || /\s$/.test(partial.text)
  return paragraphCut(source, leaf, kept, boundary) ?? lines[leaf.start]?.start ?? 0
}

/** Past the characters that lists, rules, quotes, fences and tables begin with, a line is only text. */
function showsWhatItIs(line: string): boolean {
  return /[^\s>#*+\-_|:~`=.)0-9]/.test(line)
}

/** The cut within a paragraph's lines as an offset of the source; nothing when none of it can be shown. */
function paragraphCut(
  source: Source,
  leaf: Leaf,
  kept: readonly string[],
  boundary: boolean,
): number | undefined {
  const content = kept.join('\n')
  const settled = settledEnd(boundary ? `${content}\n` : content)
  if (settled === 0) return undefined
  const row = content.slice(0, settled).split('\n').length - 1
  const line = source.lines[leaf.start + row]
  const shown = kept[row]
  if (line === undefined || shown === undefined) return undefined
  const column = settled - (content.lastIndexOf('\n', settled - 1) + 1)
  // A content line is the end of its source line; only the paragraph's last line has lost its trailing space.
  const isLast = leaf.start + row === leaf.end - 1
  const length = isLast ? line.text.trimEnd().length : line.text.length
  const cut = line.start + length - (shown.length - column)
  if (cut >= line.start + line.text.trimEnd().length || isOwnKind(source.text.slice(line.start, cut)))
    return cut
  return paragraphCut(source, leaf, kept.slice(0, row), true)
}

/** Whether the beginning of a line of text is still text when nothing follows it: `-- -` would be a rule. */
function isOwnKind(beginning: string): boolean {
  return showsWhatItIs(beginning) && !/^[\s>*+\-\d.)]*`{3}/.test(beginning)
}
