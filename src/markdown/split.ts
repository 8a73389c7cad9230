import { closerRoom, closes } from './fence.ts'
import { type Boundary, boundaries, type Carry, carryAt } from './boundary.ts'
import { cutInLine } from './line-cut.ts'

export interface SplitOptions {
  readonly limit: number
  /** A text's size as the platform counts it; it must not shrink when text is added. UTF-16 units by default. */
  readonly measure?: (text: string) => number
}

/** Below this there would be no room for a fence and its content. */
const minLimit = 80

/**
 * Cuts rendered Markdown into pieces of at most `limit`, in order and without losing anything but white space:
 * between blocks where it can, else between items, rows and lines, else between words, else between characters.
 * A code block that is cut is closed and opened again with its language, a table repeats its header, a quote its
 * mark.
 *
 * Every piece but the last is final: it is chosen from its own window of the text alone, so appending text
 * changes the last piece or adds pieces, and nothing before. For every text t and its beginning p:
 * `splitMarkdown(p).slice(0, -1)` is a beginning of `splitMarkdown(t)`.
 */
export function splitMarkdown(text: string, options: SplitOptions): readonly string[] {
  const { limit, measure = (part: string) => part.length } = options
  if (limit < minLimit) throw new RangeError(`a limit of ${limit} is too small to split at`)
  const pieces: string[] = []
  let carry: Carry = { prefix: '', fence: undefined }
  let rest = text
  for (;;) {
    const last = lastPiece(carry, rest, limit, measure)
    if (last !== undefined) {
      if (rest.trim() !== '') pieces.push(last)
      return pieces
    }
    const reach = windowOf(carry, rest, limit, measure)
    const { cut, next } = chooseCut(rest.slice(0, reach), carry, rest.slice(reach, reach + 3))
    const taken = rest.slice(0, cut)
    if (taken.trim() !== '') pieces.push(closed(carry.prefix + taken, next))
    carry =
      next.prefix !== '' && measure(next.prefix) > limit / 2 ? { ...next, prefix: shortPrefix(next) } : next
    rest = afterCut(rest.slice(cut), carry)
    if (carry.fence !== undefined && closes(firstLine(rest), carry.fence)) {
      rest = rest.slice(firstLine(rest).length).replace(/^(?:[ \t]*\n)+/, '')
      carry = { prefix: '', fence: undefined }
    }
  }
}

type Measure = (text: string) => number

function lastPiece(carry: Carry, rest: string, limit: number, measure: Measure): string | undefined {
  const whole = carry.prefix + rest
  if (whole.length > limit * 4 || measure(whole) > limit) return undefined
  const end = carryAt(rest, carry, true)
  const piece = closed(end.fence === undefined ? whole.trimEnd() : whole, end)
  return measure(piece) <= limit ? piece : undefined
}

function closed(piece: string, after: Carry): string {
  if (after.fence === undefined) return piece.trimEnd()
  return `${piece}${piece.endsWith('\n') ? '' : '\n'}${after.fence.closer}`
}

function shortPrefix(carry: Carry): string {
  return carry.fence === undefined ? '' : `${carry.fence.closer}\n`
}

/** How many characters of the rest fit beside what has to stand around them. */
function windowOf(carry: Carry, rest: string, limit: number, measure: Measure): number {
  const room = limit - closerRoom
  let [low, high] = [1, Math.min(rest.length, limit * 4)]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (measure(carry.prefix + rest.slice(0, middle)) <= room) low = middle
    else high = middle - 1
  }
  return low
}

/** How much of the window a cut of each rank has to fill to be preferred to a lower rank. */
const fill: Readonly<Record<Boundary['rank'], number>> = { block: 0.4, item: 0.5, line: 0.5 }

function chooseCut(
  window: string,
  carry: Carry,
  ahead: string,
): { readonly cut: number; readonly next: Carry } {
  const all = boundaries(window, carry)
  for (const rank of ['block', 'item', 'line'] as const) {
    const best = all.findLast(boundary => boundary.rank === rank && boundary.at >= window.length * fill[rank])
    if (best !== undefined) return { cut: best.at, next: carryAt(window.slice(0, best.at), carry, true) }
  }
  const start = window.lastIndexOf('\n') + 1
  const before = carryAt(window.slice(0, start), carry, true)
  const inLine = cutInLine(window, start, ahead, before.fence !== undefined)
  const line = all.at(-1)
  if (line !== undefined && (inLine <= start || line.at > window.length * 0.4)) {
    return { cut: line.at, next: carryAt(window.slice(0, line.at), carry, true) }
  }
  return { cut: inLine, next: carryAt(window.slice(0, inLine), carry, false) }
}

/** White space at a cut is dropped, but for a line's indentation and for what is code. */
function afterCut(rest: string, carry: Carry): string {
  if (carry.fence !== undefined) return rest.replace(/^\n/, '')
  return rest.replace(/^(?:[ \t]*\n)+|^[ \t]+/, '')
}

function firstLine(text: string): string {
  const end = text.indexOf('\n')
  return end === -1 ? text : text.slice(0, end)
}
