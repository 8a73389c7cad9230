import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { finalPieces, growingPieces, nextAppend, rewritablePieces } from './layout.ts'
import { maxPieceLength } from './limits.ts'

const texts = (pieces: readonly { readonly text: string }[]) => pieces.map(piece => piece.text)

const block = fc.constantFrom(
  'The nightly job failed twice. ',
  'See **the log** and _the_ `code`. ',
  '\n\n- one\n- two\n  - three\n\n',
  '\n\n```js\nconst x = 1\nconst y = `two`\n```\n\n',
  '\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n',
  '\n\n> quoted words\n\n',
  '\n# A heading\n',
  'x'.repeat(300),
  '한국어 문장입니다. ',
  '🙂👩‍👩‍👧 ',
)

describe('the messages of an answer', () => {
  it('grow by adding only, and become the final ones', () => {
    fc.assert(
      fc.property(
        fc.array(block, { minLength: 1, maxLength: 60 }),
        fc.array(fc.nat({ max: 100 }), { maxLength: 8 }),
        (blocks, cuts) => {
          const text = blocks.join('')
          const final = texts(finalPieces({ text, state: 'done' }))
          for (const percent of cuts) {
            const part = text.slice(0, Math.floor((text.length * percent) / 100))
            const grown = texts(growingPieces({ text: part, state: 'streaming' }))
            expect(grown.slice(0, -1)).toEqual(final.slice(0, Math.max(grown.length - 1, 0)))
            const last = grown.at(-1) ?? ''
            // What is behind the last cut may be cut once more.
            const goesOn = final[grown.length - 1] ?? ''
            expect(goesOn.startsWith(last) || (last.startsWith(goesOn) && final.length > grown.length)).toBe(
              true,
            )
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  it('never exceed the length of one', () => {
    const text = '```\n' + 'a line of code\n'.repeat(3_000) + '```\n' + 'word '.repeat(9_000)
    const pieces = texts(finalPieces({ text, state: 'failed', notice: 'Something went wrong.' }))
    expect(Math.max(...pieces.map(piece => piece.length))).toBeLessThanOrEqual(maxPieceLength)
    expect(pieces.at(-1)?.endsWith('\n\n_Something went wrong._')).toBe(true)
  })

  it('are none when there is nothing to say, and one when there is only a notice', () => {
    expect(finalPieces({ text: ' ', state: 'done' })).toEqual([])
    expect(texts(finalPieces({ text: '', state: 'stopped', notice: 'Stopped.' }))).toEqual(['_Stopped._'])
  })

  it('show the first word at once', () => {
    expect(texts(growingPieces({ text: 'Yes', state: 'streaming' }))).toEqual(['Yes'])
    expect(texts(growingPieces({ text: '- Ye', state: 'streaming' }))).toEqual([])
  })

  it('carry a Stop button under the last, where they are rewritten', () => {
    const pieces = rewritablePieces({ text: 'word '.repeat(3_000), state: 'streaming' })
    expect(pieces.map(piece => piece.stoppable)).toEqual([false, true])
  })

  it('are appended in bits that end between words and never inside a character', () => {
    expect(nextAppend('one two three', 9)).toBe('one two ')
    expect(nextAppend('🙂🙂🙂', 5)).toBe('🙂🙂')
    expect(nextAppend('short', 9)).toBe('short')
  })
})
