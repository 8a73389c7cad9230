import ranks from 'gpt-tokenizer/bpeRanks/o200k_base'
import { expect, it } from 'vitest'
import { readO200k } from './o200k.ts'

it('the vocabulary is the library’s, token by token', () => {
  const { size, spelling, spelledFrom } = readO200k()
  const read = Array.from({ length: size }, (_, rank) =>
    Buffer.from(spelling.subarray(spelledFrom[rank], spelledFrom[rank + 1])).toString('hex'),
  )
  expect(read).toEqual(
    ranks.map(token =>
      Buffer.from(typeof token === 'string' ? token : Uint8Array.from(token)).toString('hex'),
    ),
  )
})
