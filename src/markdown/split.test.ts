import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fenceAfter, type OpenFence } from './fence.ts'
import { splitMarkdown } from './split.ts'

const scrap = fc.oneof(
  fc.constantFrom(
    'word ',
    'x'.repeat(50),
    '한국어 ',
    '🙂',
    '👨‍👩‍👧‍👦',
    '\n',
    '\n\n',
    '- item\n',
    '1. item\n',
    '> quote\n',
    '# Title\n',
    '```ts\n',
    '```\n',
    '````\n',
    '~~~\n',
    '`code` ',
    '[a b](https://x.example/a) ',
    '| a | b |\n|---|---|\n',
    '| 1 | 2 |\n',
    'a   | b\n----+----\n',
    '> ```\n',
    '  ```\n',
    '   ',
    '``',
    '#',
    '- ',
  ),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
)
const written = fc.array(scrap, { minLength: 1, maxLength: 60, size: 'max' }).map(parts => parts.join(''))
const limits = fc.integer({ min: 80, max: 300 })

const openAtEnd = (piece: string) =>
  piece.split('\n').reduce<OpenFence | undefined>((open, line) => fenceAfter(line, open), undefined)

/** White space is no content, and a fence may be closed by fewer marks than its author used. */
const content = (text: string) => text.replace(/\s/g, '').replace(/`{3,}/g, '```').replace(/~{3,}/g, '~~~')

/** What of the text does not stand in the pieces in the same order; they may repeat fences and headers. */
function firstMissing(text: string, shown: string): string {
  let at = 0
  for (const character of text) {
    at = shown.indexOf(character, at) + 1
    if (at === 0) return character
  }
  return ''
}

describe('a long answer in pieces', () => {
  it('keeps every piece within the limit, its fences closed and its characters whole', () => {
    fc.assert(
      fc.property(written, limits, (text, limit) => {
        for (const piece of splitMarkdown(text, { limit })) {
          expect(piece.length).toBeLessThanOrEqual(limit)
          expect(piece.trim()).not.toBe('')
          expect(openAtEnd(piece)).toBeUndefined()
          expect(piece.isWellFormed() || !text.isWellFormed()).toBe(true)
        }
      }),
    )
  })

  it('loses nothing and keeps the order', () => {
    fc.assert(
      fc.property(written, limits, (text, limit) => {
        const shown = splitMarkdown(text, { limit }).join('')
        expect(firstMissing(content(text), content(shown))).toBe('')
      }),
    )
  })

  it('adds nothing to a text without fences, tables and quotes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('word ', 'x'.repeat(70), '🙂', '\n', '\n\n', '- a ', '`b c` '), {
          maxLength: 80,
          size: 'max',
        }),
        limits,
        (parts, limit) => {
          const text = parts.join('')
          expect(splitMarkdown(text, { limit }).join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''))
        },
      ),
    )
  })

  it('never changes a piece before the last one when text is added', () => {
    fc.assert(
      fc.property(written, written, limits, (text, more, limit) => {
        const settled = splitMarkdown(text, { limit }).slice(0, -1)
        expect(splitMarkdown(text + more, { limit }).slice(0, settled.length)).toEqual(settled)
      }),
      { numRuns: 300 },
    )
  })

  it('measures as it is told to', () => {
    const bytes = (part: string) => Buffer.byteLength(part)
    const pieces = splitMarkdown('한국어 '.repeat(200), { limit: 100, measure: bytes })
    expect(Math.max(...pieces.map(bytes))).toBeLessThanOrEqual(100)
    expect(pieces.join(' ')).toBe('한국어 '.repeat(200).trim())
  })

  it('cuts between blocks where it can', () => {
    const [first, second] = ['a '.repeat(30).trim(), 'b '.repeat(30).trim()]
    expect(splitMarkdown(`${first}\n\n${second}`, { limit: 90 })).toEqual([first, second])
  })

  it('keeps a quoted fence that stands in code', () => {
    const code = `\`\`\`ts\n${'x'.repeat(54)}\n> \`\`\`\nthe last line of it\n\`\`\``
    expect(splitMarkdown(code, { limit: 80 })).toEqual([
      `\`\`\`ts\n${'x'.repeat(54)}\n\`\`\``,
      '```ts\n> ```\nthe last line of it\n```',
    ])
  })

  it('closes code and opens it again with its language', () => {
    const lines = Array.from({ length: 12 }, (_, index) => `const line${index} = ${index}`)
    const pieces = splitMarkdown(`\`\`\`ts\n${lines.join('\n')}\n\`\`\`\nGrace.`, { limit: 120 })
    expect(pieces.length).toBeGreaterThan(2)
    for (const piece of pieces.slice(0, -1)) expect(piece).toMatch(/^```ts\n[^]*\n```$/)
    expect(pieces.join('\n').replace(/^```.*\n?/gm, '')).toBe(`${lines.join('\n')}\nGrace.`)
  })

  it('repeats the header of a table', () => {
    const rows = Array.from({ length: 10 }, (_, index) => `| Ada | ${index} |`)
    const pieces = splitMarkdown(['| Name | N |', '|---|---|', ...rows].join('\n'), { limit: 100 })
    expect(pieces.length).toBeGreaterThan(1)
    for (const piece of pieces) expect(piece.split('\n').slice(0, 2)).toEqual(['| Name | N |', '|---|---|'])
    expect(pieces.flatMap(piece => piece.split('\n').slice(2))).toEqual(rows)
  })

  it('repeats the header of a table that is shown as code', () => {
    const rows = Array.from({ length: 10 }, (_, index) => `Ada  | ${index}`)
    const pieces = splitMarkdown(['```', 'Name | N', '-----+----', ...rows, '```'].join('\n'), { limit: 100 })
    expect(pieces.length).toBeGreaterThan(1)
    for (const piece of pieces)
      expect(piece.split('\n').slice(0, 3)).toEqual(['```', 'Name | N', '-----+----'])
    expect(pieces.flatMap(piece => piece.split('\n').slice(3, -1))).toEqual(rows)
  })

  it('cuts between words, outside code and links, and between characters only when it must', () => {
    const link = '[the whole handbook](https://x.example/handbook)'
    const pieces = splitMarkdown(`${'word '.repeat(11)}${link} end`, { limit: 100 })
    expect(pieces).toEqual(['word '.repeat(11).trim(), `${link} end`])
    const family = '👨‍👩‍👧‍👦'
    expect(
      splitMarkdown(family.repeat(30), { limit: 100 }).every(piece => piece.length % family.length === 0),
    ).toBe(true)
  })

  it('goes on with a quote as a quote', () => {
    const pieces = splitMarkdown(`> ${'word '.repeat(40).trim()}`, { limit: 100 })
    expect(pieces.length).toBeGreaterThan(1)
    expect(pieces.every(piece => piece.startsWith('> word'))).toBe(true)
  })

  it('takes any size in its stride', () => {
    const texts = ['x', '`', '```\n', '> ', '| a ', '[', '\n', ' ', '🙂'].map(part =>
      part.repeat(200_000 / part.length),
    )
    for (const text of texts) {
      const pieces = splitMarkdown(text, { limit: 2_000 })
      expect(pieces.every(piece => piece.length <= 2_000)).toBe(true)
    }
  })

  it('refuses a limit that leaves no room', () => {
    expect(() => splitMarkdown('Ada', { limit: 10 })).toThrow(RangeError)
  })
})
