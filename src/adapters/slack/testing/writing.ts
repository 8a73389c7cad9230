import type { Rendering } from '../../../core/platform.ts'
import { finalPieces } from '../layout.ts'
import type { Workshop } from './workshop.ts'

const sentence = 'The importer was rewritten, and the nightly job now runs twice as fast as before. '

/** At least this many characters of plain prose. */
export function long(characters: number): string {
  return sentence.repeat(Math.ceil(characters / sentence.length)).trim()
}

/** What the thread has to show for a text. */
export function shownFor(text: string): readonly string[] {
  return finalPieces({ text, state: 'done' }).map(piece => piece.text)
}

/** Shows a text as a model writes it, `words` at a time, `everyMs` of the workshop's clock apart. */
export async function write(
  { clock }: Workshop,
  rendering: Rendering,
  text: string,
  everyMs = 40,
  words = 1,
): Promise<void> {
  const all = text.split(/(?<=\s)/)
  for (let count = words; count < all.length + words; count += words) {
    rendering.show({ text: all.slice(0, count).join(''), state: 'streaming' })
    await clock.sleep(everyMs)
  }
}
