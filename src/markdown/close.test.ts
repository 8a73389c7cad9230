import { describe, expect, it } from 'vitest'
import { closeMarkdown } from './close.ts'

const unfinished: readonly (readonly [what: string, text: string, whole: string])[] = [
  ['a finished text', '**Ada** `x`', '**Ada** `x`'],
  ['nothing', '', ''],
  ['bold', 'Ada **said', 'Ada **said**'],
  ['code', 'Ada `ran', 'Ada `ran`'],
  ['a link', 'see [the do', 'see the do'],
  ['a code block', '```ts\nlet a', '```ts\nlet a\n```'],
  ['a code block just opened', 'Ada\n```', 'Ada\n```\n```'],
  ['a longer fence', '````\n```\n', '````\n```\n````'],
  ['a fence half closed', '```\nlet a\n``', '```\nlet a\n```'],
  ['marks in an open code block', '```\na ** b', '```\na ** b\n```'],
  ['an earlier block', '**Ada\n\nGrace', '**Ada\n\nGrace'],
  ['a table', '| **a |\n|---|', '| **a |\n|---|'],
]

describe('an unfinished text made whole', () => {
  it.each(unfinished)('%s', (_what, text, whole) => expect(closeMarkdown(text)).toBe(whole))

  it('takes any size in its stride', () => {
    expect(closeMarkdown('*a '.repeat(60_000))).toHaveLength(180_000)
    expect(closeMarkdown('*a '.repeat(6_000))).toContain('*a '.repeat(5_999))
  })
})
