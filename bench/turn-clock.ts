/** Milliseconds that every process of this machine counts alike, with fractions. */
export const nowMs = (): number => performance.timeOrigin + performance.now()

/** How the turns of a bench are told apart, wherever a text of theirs turns up. */
export const questionOf = (turn: number): string => `q${turn}z`
export const endOf = (turn: number): string => `e${turn}z`

/** The turns that this text is about, and those whose last word is in it. */
export function turnsIn(text: string): {
  readonly asked: readonly number[]
  readonly ended: readonly number[]
} {
  // Before it may stand the last digit of a space that is escaped for a form.
  const found = (letter: string) =>
    [...text.matchAll(new RegExp(`(?<![a-z])${letter}(\\d+)z\\b`, 'g'))].map(match => Number(match[1]))
  return { asked: found('q'), ended: found('e') }
}

/** What the model says in a turn: as many words, the same ones in every run. */
export function wordsOf(turn: number, count: number): readonly string[] {
  const middle = Array.from({ length: Math.max(0, count - 2) }, (_, index) => `word${index % 10} `)
  return [`${questionOf(turn)} `, ...middle, endOf(turn)]
}
