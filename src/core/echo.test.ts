import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEchoFilter } from './echo.ts'

function filtered(...pieces: readonly string[]): string {
  const filter = createEchoFilter('Hal')
  return pieces.map(piece => filter.push(piece)).join('') + filter.end()
}

describe('labels that Hal copies from what he is given', () => {
  const opening = '<message from="Hal" at="2026-11-21 10:58">'

  it.each([
    ['an opening tag', `${opening}\nHello, Ada.`],
    ['both tags', `${opening}\nHello, Ada.\n</message>`],
    ['both tags on one line', `${opening}Hello, Ada.</message>`],
    ['white space around the tags', `\n ${opening}\n\n  Hello, Ada.\n</message>\n\n`],
    ['a closing tag alone', 'Hello, Ada.\n</message>'],
    ['his name', 'Hal: Hello, Ada.'],
    ['his name in bold', '**Hal:** Hello, Ada.'],
    ['his name in bold, the colon outside', '**Hal**:\n\nHello, Ada.'],
    ['a tag and his name', `${opening}\nHal: Hello, Ada.\n</message>`],
    ['a tag in capitals', `<MESSAGE FROM="Hal">Hello, Ada.`],
  ])('%s is taken out', (_what, text) => {
    expect(filtered(text)).toBe('Hello, Ada.')
  })

  it.each([
    'Hello, Ada.',
    '  indented',
    'Hal:9000 is a number',
    'Halley: a comet',
    '<message>Hello</message>',
    'The tag is `<message from="Hal">`.',
    '<message from="Hal" is how it starts',
    `<message from="${'x'.repeat(2_000)}">`,
    'It ends with </message>',
    'One tag\n</message>\nand more after it.',
    '**Hal** is a name',
    '',
    '<',
    '\n\n\n\n\n\n\n\n\n\nHal: far below',
    '🙂 <mess',
  ])('%j is not a label and comes through whole', text => {
    expect(filtered(text)).toBe(text)
  })

  it('an Agent without a name has no label of its own', () => {
    const filter = createEchoFilter('')
    expect(filter.push(': hello') + filter.end()).toBe(': hello')
  })
})

describe('what is held back', () => {
  it('is nothing when the text cannot be a label', () => {
    const filter = createEchoFilter('Hal')
    expect(['Ha', 'llo', '\n', '<b>', ' ok\n</mess', 'y>'].map(piece => filter.push(piece))).toEqual([
      '',
      'Hallo',
      '',
      '\n<b>',
      ' ok',
      '\n</messy>',
    ])
  })

  it('does not depend on how the text is cut', () => {
    const piece = fc.constantFrom(
      '<message from="',
      'Hal" at="x">',
      '</message>',
      'Hal:',
      '**Hal:**',
      '**',
      'Hal',
      ':',
      '\n',
      ' ',
      '<',
      '>',
      'Hello',
      '🙂',
      '</mess',
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        (pieces, cuts) => {
          const text = pieces.join('')
          const places = [...new Set(cuts.map(cut => cut % (text.length + 1)))].toSorted((a, b) => a - b)
          const parts = [0, ...places].map((place, at) => text.slice(place, places[at] ?? text.length))
          const whole = filtered(text)
          expect(filtered(...parts)).toBe(whole)
          expect(filtered(...text.split(''))).toBe(whole)
          expect(text).toContain(whole)
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
