import { type Term, termsOf, type Wanted, type WantedStep } from './search-terms.ts'

export type Snippet = readonly { readonly text: string; readonly hit: boolean }[]

/** Enough for two lines of a list. */
const maxLength = 180
const before = 50

interface Range {
  readonly from: number
  readonly to: number
}

/** The text around the first thing that was found, with all that was found in it marked; empty when nothing is. */
export function snippetOf(text: string, wanted: readonly Wanted[]): Snippet {
  const hits = hitsIn(text, wanted)
  const first = hits[0]
  if (!first) return []
  const start = cutBefore(text, first.from - before)
  const end = cutAfter(text, start + maxLength)
  const pieces: { text: string; hit: boolean }[] = []
  const add = (from: number, to: number, hit: boolean) => {
    const words = text.slice(from, to).replace(/\s+/gu, ' ')
    if (words !== '') pieces.push({ text: words, hit })
  }
  if (start > 0) pieces.push({ text: '…', hit: false })
  let at = start
  for (const hit of hits) {
    if (hit.from >= end) break
    const to = Math.min(hit.to, end)
    add(at, hit.from, false)
    add(hit.from, to, true)
    at = to
  }
  add(at, end, false)
  if (end < text.length) pieces.push({ text: '…', hit: false })
  return joined(pieces)
}

function joined(pieces: readonly { text: string; hit: boolean }[]): Snippet {
  const together: { text: string; hit: boolean }[] = []
  for (const piece of pieces) {
    const last = together.at(-1)
    if (last?.hit === piece.hit) last.text += piece.text
    else together.push({ ...piece })
  }
  return together
}

/** Where the wanted stands, in order, none over another. */
function hitsIn(text: string, wanted: readonly Wanted[]): readonly Range[] {
  const terms = [...termsOf(text)]
  const found: Range[] = []
  for (const term of terms)
    for (const { steps } of wanted) {
      const range = matchAt(terms, term.at, steps)
      if (range) found.push(range)
    }
  found.sort((one, other) => one.from - other.from || other.to - one.to)
  const apart: { from: number; to: number }[] = []
  for (const { from, to } of found) {
    const last = apart.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else apart.push({ from, to })
  }
  return apart
}

function matchAt(terms: readonly Term[], at: number, steps: readonly WantedStep[]): Range | undefined {
  let from = 0
  let to = 0
  for (const [number, step] of steps.entries()) {
    const term = terms[at + step.offset - 1]
    if (!term || !(step.prefix ? term.word.startsWith(step.word) : term.word === step.word)) return undefined
    if (number === 0) from = term.from
    // One character of a pair was asked for: only that one is marked.
    const partly = step.prefix && term.kind === 'pair' && term.word.length > step.word.length
    to = partly ? Math.min(term.to, term.from + step.word.length) : term.to
  }
  return { from, to }
}

/** The beginning of a word not far from `at`, or at least of a character. */
function cutBefore(text: string, at: number): number {
  if (at <= 0) return 0
  const space = text.slice(at, at + 20).search(/\s/u)
  return space >= 0 ? at + space + 1 : wholeCharacter(text, at)
}

function cutAfter(text: string, at: number): number {
  if (at >= text.length) return text.length
  const space = text.slice(at - 20, at).search(/\s\S*$/u)
  return space >= 0 ? at - 20 + space : wholeCharacter(text, at)
}

function wholeCharacter(text: string, at: number): number {
  const inPair = /[\uDC00-\uDFFF]/.test(text.charAt(at)) && /[\uD800-\uDBFF]/.test(text.charAt(at - 1))
  return inPair ? at - 1 : at
}
