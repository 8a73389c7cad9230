/**
 * Stretches of time as words of the search: four hours each, counted from 1970, then eight of those, and so on, as the
 * function `search_when` of the database has it. One stretch is one word.
 */
const unitMs = 14_400_000
const radix = 8
const letters = ['a', 'b', 'c', 'd', 'e'] as const

/** What is dated from `from` on and before `to`, in units. */
export interface Span {
  readonly from: number
  readonly to: number
  /** A tsquery of the stretches that hold it, besides what comes after it; none for all since 1970. */
  readonly words?: string
}

export function unitOf(ms: number): number {
  return Math.floor(ms / unitMs)
}

export function startOf(unit: number): Date {
  return new Date(unit * unitMs)
}

/** Below this level stretches hold so little that it does not matter how many of them are asked for. */
const shortLevels = 2

/**
 * What ends with `to` and is about so many units long. Of long stretches no more than two: the index asks for each of
 * them at every place of a word.
 */
export function spanBefore(to: number, units: number): Span {
  const power = Math.log(Math.max(1, units)) / Math.log(radix)
  const level = power < shortLevels ? Math.floor(power) : Math.round(power)
  const letter = letters[level]
  if (letter === undefined) return { from: 0, to }
  const length = radix ** level
  const count = level < shortLevels ? Math.ceil(units / length) : 2
  const last = Math.floor((to - 1) / length)
  return {
    from: Math.max(0, (last - count + 1) * length),
    to,
    words: Array.from({ length: count }, (_, at) => `'@${letter}${last - at}'`).join(' | '),
  }
}
