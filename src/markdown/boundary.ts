import { fenceAfter, type OpenFence } from './fence.ts'

/** What the next piece has to begin with for the text to go on as it was. */
export interface Carry {
  readonly prefix: string
  readonly fence: OpenFence | undefined
}

/** A line's end at which rendered Markdown may be cut. */
export interface Boundary {
  readonly at: number
  readonly rank: 'block' | 'item' | 'line'
}

const item = /^[ \t>]*(?:[-*+•]|\d{1,9}[.)])[ \t]/
const heading = /^[ \t>]*#{1,6}[ \t]/
const pipeRule = /^[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/
const alignedRule = /^[ \t>]*-{3,}(?:-\+-{3,})+$/

interface Place {
  readonly fence: OpenFence | undefined
  /** The header and rule of the table that the line belongs to. */
  readonly header: readonly string[]
  /** True between a header and its first row, after a fence's first line, and after a heading. */
  readonly bound: boolean
}

/** The line ends in a window of text, and what a cut there would separate. */
export function boundaries(window: string, carry: Carry): readonly Boundary[] {
  const lines = window.split('\n')
  const places = readPlaces(lines, carry)
  const found: Boundary[] = []
  let at = 0
  for (let index = 0; index < lines.length - 1; index++) {
    const line = lines[index] ?? ''
    at += line.length
    const place = places[index]
    if (place !== undefined && !place.bound && at > 0) {
      found.push({ at, rank: rankOf(line, lines[index + 1] ?? '', place) })
    }
    at += 1
  }
  return found
}

function rankOf(line: string, next: string, place: Place): Boundary['rank'] {
  if (place.fence !== undefined || place.header.length > 0) return 'line'
  if (next.trim() === '' || line.trim() === '' || heading.test(next)) return 'block'
  return item.test(next) || fenceAfter(next, undefined) !== undefined ? 'item' : 'line'
}

/** What to carry over a cut at the end of this text. `whole` says that the cut is at a line's end. */
export function carryAt(text: string, carry: Carry, whole: boolean): Carry {
  const lines = text.split('\n')
  if (lines.length > 1 && lines.at(-1) === '') lines.pop()
  const places = readPlaces(lines, carry)
  const place = places.at(-1)
  if (place === undefined) return carry
  const header = whole && place.header.length === 2 ? `${place.header.join('\n')}\n` : ''
  // A line that goes on from the piece before has its quote mark in what was carried.
  const line = (lines.length === 1 ? (carry.prefix.split('\n').at(-1) ?? '') : '') + (lines.at(-1) ?? '')
  const quote = whole || place.fence !== undefined ? '' : (/^(?: {0,3}> ?)+/.exec(line)?.[0] ?? '')
  const fence = place.fence === undefined ? '' : `${place.fence.opener}\n`
  return { prefix: fence + header + quote, fence: place.fence }
}

/** What is open after each of the lines, the first of which goes on from `carry`. */
function readPlaces(lines: readonly string[], carry: Carry): readonly Place[] {
  const places: Place[] = []
  let header = carriedHeader(carry)
  let fence = carry.fence
  for (const [index, line] of lines.entries()) {
    const before = fence
    fence = fenceAfter(line, fence)
    const previous = lines[index - 1]
    const next = lines[index + 1]
    const isRule = (candidate: string | undefined) =>
      candidate !== undefined &&
      candidate.includes(fence === undefined ? '|' : '+') &&
      (fence === undefined ? pipeRule : alignedRule).test(candidate)
    if (fence !== before || line.trim() === '' || (fence === undefined && !line.includes('|'))) header = []
    else if (previous !== undefined && isRule(line)) header = [previous, line]
    const opensHere = fence !== undefined && before === undefined
    const leads = isRule(line) || (isRule(next) && !opensHere)
    const bound =
      opensHere || leads || (fence === undefined && before === undefined && afterHeading(lines, index))
    places.push({ fence, header, bound })
  }
  return places
}

function carriedHeader(carry: Carry): readonly string[] {
  const lines = carry.prefix.split('\n').slice(carry.fence === undefined ? 0 : 1, -1)
  return lines.length === 2 ? lines : []
}

function afterHeading(lines: readonly string[], index: number): boolean {
  const line = lines[index] ?? ''
  return heading.test(line) || (line.trim() === '' && heading.test(lines[index - 1] ?? ''))
}
