import type { Snapshot } from '../../core/platform.ts'
import { carryAt } from '../../markdown/boundary.ts'
import { closeMarkdown } from '../../markdown/close.ts'
import { splitMarkdown } from '../../markdown/split.ts'
import { stableMarkdown } from '../../markdown/stable.ts'
import { maxPieceLength } from './limits.ts'
import { toSlackMarkdown } from './markdown.ts'

/** One message as it is to be seen. */
export interface Piece {
  readonly text: string
  /** A Stop button stands under the piece that is still being written, where Slack does not show its own. */
  readonly stoppable: boolean
}

/** The messages that show a finished answer: its text, then the notice as a paragraph of its own. */
export function finalPieces({ text, notice }: Snapshot): readonly Piece[] {
  const body = toSlackMarkdown(text)
  const last = notice === undefined ? '' : `_${toSlackMarkdown(notice)}_`
  const whole = [last === '' ? body : closedFence(body), last].filter(part => part.trim() !== '').join('\n\n')
  return toPieces(whole)
}

/** The messages that show an unfinished answer where each can be rewritten as a whole. */
export function rewritablePieces({ text }: Snapshot): readonly Piece[] {
  const pieces = toPieces(toSlackMarkdown(closeMarkdown(text)))
  return pieces.map((piece, index) => ({ ...piece, stoppable: index === pieces.length - 1 }))
}

/** The messages that show an unfinished answer where text can only be added: nothing in them changes any more. */
export function growingPieces({ text }: Snapshot): readonly Piece[] {
  const whole = toSlackMarkdown(stableMarkdown(text)).trimEnd() || firstWords(text)
  const pieces = toPieces(whole)
  const open = carryAt(whole, { prefix: '', fence: undefined }, true).fence
  const last = pieces.at(-1)
  if (!open || !last) return pieces
  // The splitter closes the code block that is still being written; a stream writes on in it.
  return [...pieces.slice(0, -1), { ...last, text: withoutEnd(last.text, `\n${open.closer}`) }]
}

/**
 * Until a first line is long enough to be sure that it heads no table, its plain words are taken for what they
 * seem: an answer that starts at its first word is worth the rare one that has to be rewritten.
 */
function firstWords(text: string): string {
  return /^\p{L}[\p{L}\p{M}\p{N} ,'’]*/u.exec(text)?.[0].trimEnd() ?? ''
}

function toPieces(whole: string): readonly Piece[] {
  return splitMarkdown(whole, { limit: maxPieceLength }).map(text => ({ text, stoppable: false }))
}

function closedFence(text: string): string {
  const open = carryAt(text, { prefix: '', fence: undefined }, true).fence
  return open ? `${text}\n${open.closer}` : text
}

function withoutEnd(text: string, end: string): string {
  return text.endsWith(end) ? text.slice(0, -end.length) : text
}

/** The beginning of `text` that one append may carry: to the end of a line or word where there is one. */
export function nextAppend(text: string, limit: number): string {
  if (text.length <= limit) return text
  const window = text.slice(0, limit)
  const cut = Math.max(window.lastIndexOf('\n'), window.lastIndexOf(' ')) + 1
  if (cut > limit / 2) return window.slice(0, cut)
  // Never inside a surrogate pair.
  return /[\uD800-\uDBFF]$/.test(window) ? window.slice(0, -1) : window
}
