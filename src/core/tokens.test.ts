import fc from 'fast-check'
import { countTokens as countByLibrary } from 'gpt-tokenizer/encoding/o200k_base'
import { describe, expect, it } from 'vitest'
import { countTokens, cutMiddle, truncateToTokens } from './tokens.ts'

const asText = { disallowedSpecial: new Set<string>() }
const characters = new Intl.Segmenter('en', { granularity: 'grapheme' })
const graphemes = (text: string) => Array.from(characters.segment(text), ({ segment }) => segment)

/** 200 kB of each kind of text that makes byte pair encoders slow. */
const size = 200_000
const pick = (from: string, seed = 7) => {
  const all = Array.from(from)
  let state = seed
  const next = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return all[(state >> 8) % all.length] ?? ''
  }
  return Array.from({ length: size }, next).join('')
}
const range = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => String.fromCodePoint(from + at)).join('')
const kinds: Record<string, string> = {
  'one letter': 'a'.repeat(size),
  letters: pick('abcdefghijklmnopqrstuvwxyz'),
  capitals: pick('ABCDEFGHIJKLMNOPQRSTUVWXYZ'),
  spaces: ' '.repeat(size),
  newlines: '\n'.repeat(size),
  'white space': pick(' \t\n'),
  'one emoji': '😀'.repeat(size / 4),
  emoji: pick(range(0x1f600, 80)).slice(0, size / 2),
  families: '👩‍👩‍👧‍👦'.repeat(size / 25),
  Chinese: pick(range(0x4e00, 3_000)).slice(0, size / 3),
  Thai: 'ภาษาไทยเป็นภาษาที่สวยงาม'.repeat(size / 72),
  accents: `a${'\u0301'.repeat(size / 2)}`,
  signs: pick('!@#$%^&*()_-=+[]{}'),
  'lone surrogates': '\ud800'.repeat(size / 3),
}

describe('counting tokens', () => {
  it('is exact for what people write', () => {
    const pieces = [
      'Hello',
      ' world',
      'don’t',
      "it's",
      '\n\n',
      '```ts\nconst x = 1\n```',
      ' 12,345.67',
      'Größe',
      '你好,',
    ]
    const more = [
      '😀',
      '👩‍💻',
      'https://example.org/a?b=c',
      '    ',
      '\t',
      'camelCaseName',
      'ภาษาไทย',
      '|---|',
      'é',
      '\r\n',
    ]
    const unit = fc.constantFrom(...pieces, ...more, '<|endoftext|>')
    const text = fc.oneof(
      fc.array(unit, { maxLength: 40 }).map(pieces => pieces.join('')),
      fc.string({ unit: 'binary', maxLength: 100 }),
      fc.string({ unit: 'grapheme', maxLength: 100 }),
    )
    fc.assert(
      fc.property(text, written => {
        expect(countTokens(written)).toBe(countByLibrary(written, asText))
      }),
      { numRuns: 2_000 },
    )
  })

  it('takes special tokens for text', () => {
    expect(countTokens('<|endoftext|>')).toBe(7)
    expect(countTokens('<|im_start|>system<|im_end|>')).toBeGreaterThan(8)
  })

  // Greedy merging is not the shortest: cut in pieces, a run can now and then even take a token less.
  it.each(Object.keys(kinds))('is less than a hundredth below the true count for %s', kind => {
    const text = (kinds[kind] ?? '').slice(0, 2_000)
    const exact = countByLibrary(text, asText)
    expect(countTokens(text)).toBeGreaterThan(exact * 0.99)
    expect(countTokens(text)).toBeLessThanOrEqual(exact * 1.05 + 2)
  })

  it.each(Object.keys(kinds))('of 200 kB of %s does not stall the process', kind => {
    const whole = kinds[kind] ?? ''
    const tenth = whole.slice(0, whole.length / 10)
    const spent = (text: string, times: number) => {
      const before = performance.now()
      for (let time = 0; time < times; time += 1) countTokens(text)
      return performance.now() - before
    }
    let [once, inTenths] = [spent(whole, 1), spent(tenth, 10)]
    // As long as each other, so that other work on the machine comes in between as often. What grows with the square
    // would never come below ten.
    for (let tries = 0; tries < 50 && once >= 3 * inTenths; tries += 1)
      [once, inTenths] = [Math.min(once, spent(whole, 1)), Math.min(inTenths, spent(tenth, 10))]
    expect(once / inTenths).toBeLessThan(3)
  })

  it('bounds what is larger still', () => {
    const more = 'a'.repeat(1_000)
    expect(countTokens('word '.repeat(40_000) + more)).toBe(countTokens('word '.repeat(40_000)) + 1_000)
  })
})

const whatever = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 400 }),
  fc
    .array(fc.constantFrom('word ', '👩‍👩‍👧‍👦', '1️⃣', 'é', '🇫🇷', '\r\n', 'นี่', 'x'.repeat(70), '\n'), {
      maxLength: 60,
    })
    .map(all => all.join('')),
)

describe('shortening a text', () => {
  it('keeps a beginning of whole characters within the limit', () => {
    fc.assert(
      fc.property(whatever, fc.nat(60), (text, maxTokens) => {
        const start = truncateToTokens(text, maxTokens)
        expect(text.startsWith(start)).toBe(true)
        expect(countTokens(start)).toBeLessThanOrEqual(maxTokens)
        expect(graphemes(text).slice(0, graphemes(start).length).join('')).toBe(start)
      }),
      { numRuns: 1_000 },
    )
  })

  it('keeps everything that fits, and close to the limit of what does not', () => {
    const text = 'The quick brown fox jumps over the lazy dog. '.repeat(100)
    expect(truncateToTokens(text, 5_000)).toBe(text)
    expect(countTokens(truncateToTokens(text, 100))).toBe(100)
    expect(countTokens(truncateToTokens('x'.repeat(5_000), 100))).toBeGreaterThan(90)
  })

  it('in the middle keeps both ends and says how much is gone', () => {
    const text = `First words. ${'filling '.repeat(20_000)}Last words.`
    const cut = cutMiddle(text, 200)
    expect(cut).toMatch(/^First words\. .*\n\[… 15\d,\d{3} characters left out …\]\n.*Last words\.$/s)
    expect(countTokens(cut)).toBeGreaterThan(150)
    expect(countTokens(cut)).toBeLessThanOrEqual(200)
    expect(cutMiddle('short', 200)).toBe('short')
  })

  it('in the middle keeps whole characters and the limit', () => {
    fc.assert(
      fc.property(whatever, fc.nat(80), (text, maxTokens) => {
        const cut = cutMiddle(text, maxTokens)
        expect(countTokens(cut)).toBeLessThanOrEqual(maxTokens)
        const [start = '', end = ''] = cut.split(/\n\[… [\d,]+ characters left out …\]\n/)
        const all = graphemes(text)
        expect(all.slice(0, graphemes(start).length).join('')).toBe(start)
        expect(end === '' ? '' : all.slice(-graphemes(end).length).join('')).toBe(end)
      }),
      { numRuns: 1_000 },
    )
  })
})
