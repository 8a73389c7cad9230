import { describe, expect, it } from 'vitest'
import { languages } from './member.ts'
import { wordsIn } from './words.ts'

interface Said {
  readonly path: string
  readonly text: string
}

/** What the parametric sentences are asked to say: things of every kind that they are given. */
const askedWith: readonly (readonly unknown[])[] = [
  [1, 2, 3],
  [7, 7, 7],
  ['slack', 'Slack'],
  ['discord', 'Discord'],
  ['Ada', 'Grace'],
  ['day'],
  ['tokens', 3, 9, 'day'],
  [['slack:admin']],
  [{ name: 'Ada' }],
  ['1', '2', '3', '4', '5'],
  [
    {
      reason: 'spent',
      scope: 'member',
      unit: 'requests',
      period: 'day',
      limit: 5,
      used: 5,
      amount: 2,
      resetsAtMs: 0,
      timeZone: 'UTC',
    },
  ],
  ...'required too_short too_long malformed out_of_range not_offered taken too_common too_similar different wrong'
    .split(' ')
    .flatMap(code =>
      ['email', 'password', 'passwordAgain', 'username', 'avatar', 'bornYear'].map(field => [
        { field, code },
      ]),
    ),
]

const isBroken = (text: string) => /\bundefined\b|\bNaN\b|\[object/.test(text)

/** What a sentence makes of what it may not be for: then it breaks, or throws. */
function say(sentence: (...given: unknown[]) => unknown, given: readonly unknown[]): string {
  try {
    return String(sentence(...given))
  } catch (thrown) {
    if (thrown instanceof TypeError || thrown instanceof RangeError) return 'undefined'
    throw thrown
  }
}

/** Every text, with the names that lead to it; of a sentence with parameters, what it says for some of them. */
function saidIn(words: unknown, path = ''): readonly Said[] {
  if (typeof words === 'string') return [{ path, text: words }]
  if (typeof words === 'function') {
    const answers = askedWith.map((given, number) => ({
      path: `${path}(${number})`,
      text: say(words as (...given: unknown[]) => unknown, given),
    }))
    // Each is asked things that it is not for, too.
    return answers.some(({ text }) => !isBroken(text))
      ? answers.filter(({ text }) => !isBroken(text))
      : answers.slice(0, 1)
  }
  if (typeof words !== 'object' || words === null) throw new Error(`${path} says nothing.`)
  return Object.entries(words).flatMap(([name, inner]) =>
    saidIn(inner, path === '' ? name : `${path}.${name}`),
  )
}

const english = saidIn(wordsIn('en'))

/** Names of products, signs, what was given, and a person's name with their username: the same in every language. */
const names =
  /^(?:\w+ \(\w+\)|Parley|API|day|tokens|Ada|slack:admin|slack|discord|Slack(?: Slack)?|Discord(?: Discord)?|GitHub|Kakao|JSON|Markdown|English|한국어|[^\p{L}]*)$/u

describe.each(languages)('the words of the web in %s', language => {
  const said = saidIn(wordsIn(language))

  it('are for everything that is said in English', () => {
    const paths = (all: readonly Said[]) => [...new Set(all.map(({ path }) => path.replace(/\(\d+\)$/, '')))]
    expect(paths(said)).toEqual(paths(english))
    expect(said.length).toBeGreaterThan(400)
  })

  it('are never empty, and say nothing that is not there', () => {
    expect(said.filter(({ text }) => text.trim() === '')).toEqual([])
    expect(said.filter(({ text }) => isBroken(text))).toEqual([])
  })
})

it('Korean is not English left over', () => {
  const inEnglish = new Map(english.map(({ path, text }) => [path, text]))
  const korean = saidIn(wordsIn('ko'))
  expect(korean.filter(({ path, text }) => inEnglish.get(path) === text && !names.test(text))).toEqual([])
  // Names and addresses aside, nothing is said without a letter of Hangul.
  const foreign = korean.filter(({ text }) => !/\p{Script=Hangul}/u.test(text) && !names.test(text))
  expect(foreign).toEqual([])
})
