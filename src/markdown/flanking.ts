/** Whether a run of `*`, `_` or `~` may open or close formatting. */
export interface Flanking {
  readonly canOpen: boolean
  readonly canClose: boolean
}

// Punctuation beside these letters does not hinder formatting: Chinese, Japanese and Korean put no space
// between a word in bold and the particle after it, and CommonMark's own rule would leave the stars standing.
const eastAsian =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uffef]/u
const punctuation = /[\p{P}\p{S}]/u
const space = /[\s\u200b]/u

/** The characters on both sides decide; an empty one stands for the beginning or the end. */
export function flanking(before: string, after: string, marker: string): Flanking {
  if (/^[A-Za-z0-9]$/.test(before) && /^[A-Za-z0-9]$/.test(after))
    return { canOpen: marker !== '_', canClose: marker !== '_' }
  const spaceBefore = before === '' || space.test(before)
  const spaceAfter = after === '' || space.test(after)
  const pointBefore = punctuation.test(before)
  const pointAfter = punctuation.test(after)
  const nearAsian =
    (before > '\u1100' && eastAsian.test(before)) || (after > '\u1100' && eastAsian.test(after))
  const left = !spaceAfter && (!pointAfter || spaceBefore || pointBefore || nearAsian)
  const right = !spaceBefore && (!pointBefore || spaceAfter || pointAfter || nearAsian)
  if (marker !== '_') return { canOpen: left, canClose: right }
  return { canOpen: left && (!right || pointBefore), canClose: right && (!left || pointAfter) }
}

/** The whole character that ends at `at`, or nothing at the beginning. */
export function characterBefore(text: string, at: number): string {
  if (at <= 0) return ''
  const low = text.charCodeAt(at - 1)
  return low >= 0xdc00 && low <= 0xdfff && at > 1 ? text.slice(at - 2, at) : text.charAt(at - 1)
}

/** The whole character that begins at `at`, or nothing at the end. */
export function characterAfter(text: string, at: number): string {
  const point = text.codePointAt(at)
  return point === undefined ? '' : String.fromCodePoint(point)
}
