import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainText } from './inline.ts'
import { parseMarkdown } from './parse.ts'
import { literalMarkdown, type PieceNumber, quotedPieces } from './quoted.ts'
import { hostile } from './testing/hostile.ts'

const piece = fc.oneof(
  fc.constantFrom(...hostile),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\n', '\n\n'),
)
const anything = fc.array(piece, { maxLength: 30 }).map(pieces => pieces.join(''))

const heading = (piece?: PieceNumber) =>
  `**Ada** from the web${piece ? ` (${piece.number} of ${piece.of})` : ''}:`

describe('a quote under a heading', () => {
  it('is one piece where it fits, and numbered pieces where it does not', () => {
    expect(quotedPieces('one\n\ntwo', { limit: 200, heading })).toEqual([`${heading()}\n> one\n> \n> two`])
    const pieces = quotedPieces('word '.repeat(60), { limit: 200, heading })
    expect(pieces.length).toBeGreaterThan(1)
    expect(pieces[0]).toMatch(/^\*\*Ada\*\* from the web \(1 of \d\):\n> word/)
    expect(quotedPieces('', { limit: 200, heading })).toEqual([heading()])
  })

  it('holds any text, no line of which stands outside it, in pieces that fit', () => {
    fc.assert(
      fc.property(anything, text => {
        for (const [index, piece] of quotedPieces(text, { limit: 400, heading }).entries()) {
          expect(piece.length).toBeLessThanOrEqual(400)
          const [first = '', ...rest] = piece.split(/[\n\r\u2028\u2029\u0085\v\f]/)
          expect(first.startsWith('**Ada** from the web')).toBe(true)
          expect(rest.every(line => line.startsWith('> '))).toBe(true)
          expect(index === 0 || first.includes(`(${index + 1} of`)).toBe(true)
        }
      }),
    )
  })
})

it('a literal name reads as it is written, whatever is in it', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, unit: fc.constantFrom(...Array.from('Ad*_`[]()<>@#!|~\\&;:/.-+="\'')) }),
      name => {
        const [block] = parseMarkdown(`x${literalMarkdown(name)}x`).blocks
        expect(block?.kind === 'paragraph' && plainText(block.content)).toBe(`x${name}x`)
      },
    ),
  )
})
