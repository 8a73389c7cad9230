/**
 * Stretches of time as words of the search: four hours each, counted from 1970, then eight of those, and so on, as the
 * function `search_when` of the database has it. One stretch is one word.
 */
const unitMs = 14_400_000
const radix = 8
const letters = ['a', 'b', 'c', 'd', 'e'] as const

/** Above the longest stretch: all since 1970. */
export const topLevel = letters.length

/** What is dated from `from` on and before `to`, in units. */
export interface Span {
  readonly from: number
  readonly to: number
  /** The word whose stretch holds it, besides what comes after it; none for all of time. */
  readonly word?: string
}

export function unitOf(ms: number): number {
  return Math.floor(ms / unitMs)
}

export function startOf(unit: number): Date {
  return new Date(unit * unitMs)
}

/** The stretch of this level that ends with `to`, or begins before and is cut off there. */
export function spanBefore(to: number, level: number): Span {
  const letter = letters[level]
  if (letter === undefined) return { from: 0, to }
  const length = radix ** level
  const number = Math.floor((to - 1) / length)
  return { from: number * length, to, word: `'@${letter}${number}'` }
}

/** How many levels up it is so many times longer. */
export function levelsOf(times: number): number {
  return Math.max(0, Math.floor(Math.log(times) / Math.log(radix)))
}
