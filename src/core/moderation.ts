import type { Moderation } from './policy.ts'

/** Which side of an exchange a text is. */
export type Moderated = 'questions' | 'answers'

/** Whether any of these looks at this side. */
export function moderates(moderation: readonly Moderation[], side: Moderated): boolean {
  return moderation.some(one => looksAt(one, side))
}

/** The models that are asked about this side, each once. */
export function moderatingModels(moderation: readonly Moderation[], side: Moderated): readonly string[] {
  const models = moderation.filter(one => looksAt(one, side)).flatMap(({ model }) => model ?? [])
  return [...new Set(models)]
}

/** The first word or phrase of the lists that stands in the text, as the list spells it. */
export function findForbidden(
  moderation: readonly Moderation[],
  text: string,
  side: Moderated,
): string | undefined {
  const plain = folded(text)
  return moderation
    .filter(one => looksAt(one, side))
    .flatMap(({ words }) => words)
    .find(word => stands(folded(word).trim().split(/\s+/u), plain))
}

function looksAt({ checks }: Moderation, side: Moderated): boolean {
  return checks === 'both' || checks === side
}

/** One form of what looks the same: width, case, and characters that nobody sees. */
function folded(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/\p{Cf}/gu, '')
    .toLowerCase()
}

/** Most words stand nowhere: an expression is made only for those of which every piece is there. */
function stands(pieces: readonly string[], plain: string): boolean {
  return pieces[0] !== '' && pieces.every(piece => plain.includes(piece)) && wholeWord(pieces).test(plain)
}

/** Scripts that write words apart make another word of a longer one; others put endings right behind it. */
function wholeWord(pieces: readonly string[]): RegExp {
  const apart = String.raw`[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{N}_]`
  const escaped = pieces
    .map(piece => piece.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join(String.raw`\s+`)
  return new RegExp(`(?<!${apart})${escaped}(?!${apart})`, 'u')
}
