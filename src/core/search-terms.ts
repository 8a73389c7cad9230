/**
 * What is findable in a text, and what is looked for in a query: the same words in any language. Letters and digits
 * between anything else are one word. Writing without spaces (Korean, Chinese, Japanese, Thai and their neighbours) is
 * taken as overlapping pairs of characters, each character at a place of its own, so that any part of it is found.
 */
export interface Term {
  readonly word: string
  /** The place in the order of the text, from 1; nothing else of the same text stands there. */
  readonly at: number
  /** A pair of characters; the last character of dense writing by itself; anything else. */
  readonly kind: 'word' | 'pair' | 'last'
  /** Where it stands in the text as it was given. */
  readonly from: number
  readonly to: number
}

/** A word, or words in a row. */
export interface Wanted {
  readonly steps: readonly WantedStep[]
}

export interface WantedStep {
  readonly word: string
  /** How many places after the first of its row. */
  readonly offset: number
  /** Found as the beginning of a word too. */
  readonly prefix: boolean
}

/** Longer ones are found by their beginning: keys, hashes and encoded files are no words. */
const maxWordLength = 64

/** Of a longer query the rest is left out, and so it finds more. */
const maxQueryLength = 400
const maxSteps = 32

const run = /[\p{L}\p{M}\p{N}]+/gu
const dense =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30FC]+/gu
const plain = /^[a-z0-9]+$/

/** A person's mention, as platforms write it, is no text. */
const mention = /<[@#!&][^<>\s]{1,80}>/g

/** Every Term of a text, in order. */
export function* termsOf(text: string): Generator<Term> {
  const readable = text.replace(mention, found => ' '.repeat(found.length))
  let at = 1
  for (const { 0: piece, index } of readable.matchAll(run)) {
    for (const term of termsOfRun(piece, index, at)) {
      yield term
      at = term.at + 1
    }
  }
}

function* termsOfRun(piece: string, from: number, at: number): Generator<Term> {
  const folded = fold(piece)
  if (plain.test(folded)) {
    yield { word: folded.slice(0, maxWordLength), at, kind: 'word', from, to: from + piece.length }
    return
  }
  // Where folding changed the length, what was found is shown as the whole run.
  const place =
    folded.length === piece.length
      ? (start: number, length: number) => ({ from: from + start, to: from + start + length })
      : () => ({ from, to: from + piece.length })
  let next = at
  for (const { 0: word, index } of folded.matchAll(run)) {
    for (const part of scriptsOf(word)) {
      const start = index + part.from
      if (!part.dense) {
        yield {
          word: part.text.slice(0, maxWordLength).toWellFormed(),
          at: next++,
          kind: 'word',
          ...place(start, part.text.length),
        }
        continue
      }
      let offset = 0
      const characters = Array.from(part.text)
      for (const [number, character] of characters.entries()) {
        const pair = character + (characters[number + 1] ?? '')
        const kind = number === characters.length - 1 ? 'last' : 'pair'
        yield { word: pair, at: next++, kind, ...place(start + offset, pair.length) }
        offset += character.length
      }
    }
  }
}

/** The same for large and small letters, full and half width, composed or not, with accents or without. */
function fold(text: string): string {
  const lower = text.toLowerCase()
  if (plain.test(lower)) return lower
  return lower
    .normalize('NFKD')
    .replace(/[\u0300-\u036F]/g, '')
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('ς', 'σ')
}

function* scriptsOf(
  word: string,
): Generator<{ readonly text: string; readonly from: number; readonly dense: boolean }> {
  let end = 0
  for (const { 0: text, index } of word.matchAll(dense)) {
    if (index > end) yield { text: word.slice(end, index), from: end, dense: false }
    yield { text, from: index, dense: true }
    end = index + text.length
  }
  if (end < word.length) yield { text: word.slice(end), from: end, dense: false }
}

/** What a query looks for: all of it has to be there. Nothing when it holds no word. */
export function readQuery(query: string): readonly Wanted[] {
  const pieces = [
    ...query
      .slice(0, maxQueryLength)
      .toWellFormed()
      .matchAll(/["“”„]([^"“”„]*)["“”„]|[^\s"“”„]+/gu),
  ]
  const wanted: Wanted[] = []
  let left = maxSteps
  for (const [number, [whole, quoted]] of pieces.entries()) {
    const asBeginning = quoted === undefined && number === pieces.length - 1
    const steps = stepsOf(quoted ?? whole, asBeginning).slice(0, left)
    left -= steps.length
    if (steps.length > 0) wanted.push({ steps })
  }
  return wanted
}

function stepsOf(text: string, asBeginning: boolean): readonly WantedStep[] {
  const terms = [...termsOf(text)]
  const first = terms[0]?.at ?? 1
  return terms.flatMap((term, number) => {
    const before = terms[number - 1]
    // The last character of dense writing is in the pair before it; here more may follow.
    if (term.kind === 'last' && before?.kind === 'pair') return []
    const ends = number === terms.length - 1
    const prefix = ends && (term.kind === 'last' || (term.kind === 'word' && asBeginning))
    return [{ word: term.word, offset: term.at - first, prefix }]
  })
}
