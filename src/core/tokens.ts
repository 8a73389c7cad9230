import { O200K_TOKEN_SPLIT_REGEX } from 'gpt-tokenizer/encodingParams/constants'
import { readO200k, type Vocabulary } from '../vocabulary/o200k.ts'

/**
 * Tokens by o200k, the encoding of OpenAI's present models and so the one most likely to be exact. Other makers'
 * models count differently; where one counts so much more that a prompt is refused, the window is built anew at half
 * its size.
 *
 * Vocabulary and split pattern are gpt-tokenizer's; the merging is ours, because the library's is quadratic in
 * one unbroken run (3–4 s for 100 kB) and even in short pieces takes over 100 ms for 200 kB of what is not words.
 * This takes 1 to 45 ms for 200 kB of anything, and agrees with the library on every run it does not cut.
 */

/** Longer runs without a break are counted in pieces: real words, phrases and indents are shorter. */
const maxRunLength = 128

/** What comes after this many characters is not counted but bounded, so that no text stalls the process. */
const maxCountedLength = 200_000

const encoder = new TextEncoder()

/** The run being counted, as UTF-8: 128 UTF-16 units are at most 384 bytes. */
const bytes = new Uint8Array(3 * maxRunLength)

// The vocabulary as a hash table in flat arrays: asking it makes no garbage, which halves the time.
const none = 0x7fffffff
const slots = new Int32Array(2 ** 19)

let vocabulary: Vocabulary | undefined

/** Reads the vocabulary into the table, unless that was done: a tenth of a second that no start should wait for. */
export function learnVocabulary(): Vocabulary {
  return (vocabulary ??= readVocabulary())
}

function readVocabulary(): Vocabulary {
  const read = readO200k()
  const { size, spelling, spelledFrom } = read
  slots.fill(none)
  for (let rank = 0; rank < size; rank += 1) {
    let slot = firstSlot(spelling, spelledFrom[rank]!, spelledFrom[rank + 1]!)
    while (slots[slot] !== none) slot = (slot + 1) % slots.length
    slots[slot] = rank
  }
  return read
}

/**
 * How many tokens a text takes, special tokens such as `<|endoftext|>` counted as the text they are. Exact but for
 * runs of more than 128 characters without a break, which may be a hundredth off, mostly high, and beyond 200,000
 * characters, where every byte counts as one token, more than which it cannot take.
 */
export function countTokens(text: string): number {
  const counted = text.length > maxCountedLength ? text.slice(0, maxCountedLength) : text
  let tokens = 0
  eachRun(counted, (_run, runTokens) => {
    tokens += runTokens
    return true
  })
  if (counted.length < text.length) tokens += encoder.encode(text.slice(counted.length)).length
  return tokens
}

/** The longest beginning of a text that takes at most so many tokens and ends between whole characters. */
export function truncateToTokens(text: string, maxTokens: number): string {
  let start = startOfTokens(text, maxTokens)
  // A run that lost its last character may take more tokens than the whole of it did.
  while (start !== '' && countTokens(start) > maxTokens) {
    start = start.slice(0, characterStart(start, start.length - 1))
  }
  return start
}

/** About the first `maxTokens` tokens of a text, ending with a whole character. */
function startOfTokens(text: string, maxTokens: number): string {
  let end = 0
  let tokens = 0
  eachRun(text.slice(0, maxCountedLength), (run, runTokens) => {
    const whole = tokens + runTokens <= maxTokens
    end += whole ? run.length : partThatFits(run, maxTokens - tokens)
    tokens += runTokens
    return whole
  })
  return text.slice(0, characterStart(text, end))
}

/** How much of the beginning of a run fits, by halves. */
function partThatFits(run: string, maxTokens: number): number {
  let length = run.length >> 1
  while (length > 0 && countRun(run.slice(0, length)) > maxTokens) length >>= 1
  return length
}

/**
 * The beginning and the end of a text that is too long, with a note between them of how much is left out; at most
 * `maxTokens` tokens, whole characters only. Where there is no room for a note, just the beginning.
 */
export function cutMiddle(text: string, maxTokens: number): string {
  if (fits(text, maxTokens)) return text
  const noteTokens = 16
  for (let room = maxTokens - noteTokens; room >= noteTokens; room = Math.floor(room * 0.9)) {
    const start = startOfTokens(text, Math.ceil(room / 2))
    // A quarter more than the beginning was long, to be likely to hold as many tokens.
    const length = Math.min(text.length - start.length, Math.ceil(start.length * 1.25) + 2 * maxRunLength)
    const end = endOfTokens(text, length, Math.floor(room / 2))
    const leftOut = text.length - start.length - end.length
    const cut = `${start}\n[… ${leftOut.toLocaleString('en-US')} characters left out …]\n${end}`
    if (countTokens(cut) <= maxTokens) return cut
  }
  return truncateToTokens(text, maxTokens)
}

function fits(text: string, maxTokens: number): boolean {
  if (text.length > maxCountedLength) return countTokens(text) <= maxTokens
  let tokens = 0
  eachRun(text, (_run, runTokens) => {
    tokens += runTokens
    return tokens <= maxTokens
  })
  return tokens <= maxTokens
}

/** About the last `maxTokens` tokens of a text's last `length` units, beginning with a whole character. */
function endOfTokens(text: string, length: number, maxTokens: number): string {
  const tail = text.slice(text.length - length)
  const runs: { readonly run: string; readonly tokens: number }[] = []
  eachRun(tail, (run, tokens) => {
    runs.push({ run, tokens })
    return true
  })
  let start = tail.length
  let tokens = 0
  for (const last of runs.toReversed()) {
    tokens += last.tokens
    if (tokens > maxTokens) break
    start -= last.run.length
  }
  return text.slice(characterEnd(text, text.length - tail.length + start))
}

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' })

function characterStart(text: string, at: number): number {
  return characters.segment(text).containing(at)?.index ?? at
}

function characterEnd(text: string, at: number): number {
  const character = characters.segment(text).containing(at)
  if (!character || character.index === at) return at
  return character.index + character.segment.length
}

/** Visits the runs of a text in order, until told to stop: words, numbers, gaps, each with its tokens. */
function eachRun(text: string, visit: (run: string, tokens: number) => boolean): void {
  for (const whole of text.match(O200K_TOKEN_SPLIT_REGEX) ?? []) {
    for (let at = 0; at < whole.length; ) {
      const run = whole.length <= maxRunLength ? whole : piece(whole, at)
      if (!visit(run, countRun(run))) return
      at += run.length
    }
  }
}

function piece(run: string, at: number): string {
  const end = at + maxRunLength
  const splitsPair =
    (run.charCodeAt(end) & 0xfc00) === 0xdc00 && (run.charCodeAt(end - 1) & 0xfc00) === 0xd800
  return run.slice(at, splitsPair ? end - 1 : end)
}

/** FNV-1a. */
function firstSlot(of: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ of[at]!, 0x01000193)
  return (hash ^ (hash >>> 15)) & (slots.length - 1)
}

/** The rank of these bytes of the run, or `none` when they make no token. */
function rankOf(from: number, to: number): number {
  const { spelling, spelledFrom } = learnVocabulary()
  for (let slot = firstSlot(bytes, from, to); ; slot = (slot + 1) & (slots.length - 1)) {
    const rank = slots[slot]!
    if (rank === none) return none
    const start = spelledFrom[rank]!
    if (spelledFrom[rank + 1]! - start !== to - from) continue
    let same = 0
    while (same < to - from && spelling[start + same] === bytes[from + same]) same += 1
    if (same === to - from) return rank
  }
}

const starts = new Int32Array(bytes.length + 2)
const pairs = new Int32Array(bytes.length + 2)

/** Byte pair encoding: joins the neighbours of the lowest rank until no two neighbours make a known token. */
function countRun(run: string): number {
  let count = encoder.encodeInto(run, bytes).written
  if (rankOf(0, count) !== none) return 1
  for (let at = 0; at <= count; at += 1) {
    starts[at] = at
    pairs[at] = at + 2 <= count ? rankOf(at, at + 2) : none
  }
  for (;;) {
    const lowest = lowestPair(count)
    if (lowest === -1) return count
    starts.copyWithin(lowest + 1, lowest + 2, count + 1)
    pairs.copyWithin(lowest, lowest + 1, count)
    count -= 1
    pairs[lowest] = lowest + 2 <= count ? rankOf(starts[lowest]!, starts[lowest + 2]!) : none
    if (lowest > 0) pairs[lowest - 1] = rankOf(starts[lowest - 1]!, starts[lowest + 1]!)
  }
}

function lowestPair(count: number): number {
  let lowest = -1
  let lowestRank = none
  for (let at = 0; at < count - 1; at += 1) {
    const rank = pairs[at]!
    if (rank < lowestRank) {
      lowestRank = rank
      lowest = at
    }
  }
  return lowest
}
