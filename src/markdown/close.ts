import type { Token } from 'markdown-it'
import remend from 'remend'
import { isClosedFence } from './parse.ts'
import { markdown } from './parser.ts'

/** Longer last paragraphs are shown as they are: repairing one costs time on every snapshot. */
const maxRepair = 20_000

const repairs = {
  linkMode: 'text-only',
  katex: false,
  htmlTags: false,
  comparisonOperators: false,
  singleTilde: false,
  setextHeadings: false,
  images: false,
} as const

/**
 * An unfinished text made whole for showing it now: an open code block is closed, and formatting or a link begun
 * at the very end is completed or left out. Only the last block is touched.
 */
export function closeMarkdown(text: string): string {
  const tokens: Token[] = []
  const source = text.replace(/\r\n?/g, '\n')
  markdown.block.parse(source, markdown, {}, tokens)
  const last = tokens.findLast(token => token.level === 0 && token.map !== null)
  const lines = source.split('\n')
  if (last === undefined || last.type === 'code_block' || last.type === 'hr') return text
  if (last.type === 'fence') return isClosedFence(last, lines) ? text : closeFence(source, last)
  if (last.type === 'table_open') return text
  const start = lines.slice(0, last.map?.[0] ?? 0).reduce((sum, line) => sum + line.length + 1, 0)
  if (source.length - start > maxRepair) return text
  return source.slice(0, start) + remend(source.slice(start), repairs)
}

/** Closes a block whose fence is open; the beginning of a closing fence is completed. */
function closeFence(source: string, { map, markup }: Token): string {
  const lines = source.split('\n')
  const line = lines.at(-1)?.trim() ?? ''
  const begun = lines.length - 1 > (map?.[0] ?? 0) && line !== '' && markup.startsWith(line)
  const kept = begun ? lines.slice(0, -1).join('\n') : source
  return `${kept}${kept.endsWith('\n') ? '' : '\n'}${markup}`
}
