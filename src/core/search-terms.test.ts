import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readQuery, termsOf } from './search-terms.ts'
import { snippetOf } from './snippet.ts'

const wordsOf = (text: string) => Array.from(termsOf(text), term => term.word)

describe('what is findable in a text', () => {
  it.each([
    ['Tides come TWICE a day.', ['tides', 'come', 'twice', 'a', 'day']],
    ['Café, naïve, ÉCOLE; Straße', ['cafe', 'naive', 'ecole', 'straße']],
    ['cafe\u0301', ['cafe']],
    ['ＡＢＣ１２３', ['abc123']],
    ['ΟΔΟΣ οδός', ['οδοσ', 'οδοσ']],
    ['Привет, Ёлка', ['привет', 'елка']],
    ['İstanbul', ['istanbul']],
    ['snake_case a-b 3.5', ['snake', 'case', 'a', 'b', '3', '5']],
    ['검색을', ['검색', '색을', '을']],
    ['검색'.normalize('NFD'), ['검색', '색']],
    ['중 文字', ['중', '文字', '字']],
    ['GPT모델v2', ['gpt', '모델', '델', 'v2']],
    ['潮汐表', ['潮汐', '汐表', '表']],
    ['データ', ['デー', 'ータ', 'タ']],
    ['กขค', ['กข', 'ขค', 'ค']],
    ['𠀀𠀁', ['𠀀𠀁', '𠀁']],
    ['<@U-GRACE> hello <#C1>', ['hello']],
    ['… — !?', []],
    ['', []],
  ])('%s', (text, words) => {
    expect(wordsOf(text)).toEqual(words)
  })

  it('is well-formed, in its own place, and told where it stands', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), text => {
        const terms = [...termsOf(text.toWellFormed())]
        expect(terms.map(term => term.at)).toEqual(terms.map((_, number) => number + 1))
        for (const { word, from, to } of terms) {
          expect(word).toMatch(/^[\p{L}\p{M}\p{N}]+$/u)
          expect(from).toBeLessThan(to)
          expect(to).toBeLessThanOrEqual(text.length)
        }
      }),
    )
  })

  it('takes no longer for one long word than for many', () => {
    const started = performance.now()
    for (const piece of ['a', '한', 'é', '\u0301', '😀', 'а'])
      for (const term of termsOf(piece.repeat(200_000))) expect(term.at).toBeGreaterThan(0)
    expect(performance.now() - started).toBeLessThan(15_000)
  })
})

describe('a query', () => {
  const stepsOf = (query: string) =>
    readQuery(query).map(({ steps }) =>
      steps.map(({ word, offset, prefix }) => `${word}${prefix ? '*' : ''}@${offset}`),
    )

  it.each([
    ['low tid', [['low@0'], ['tid*@0']]],
    ['"low tide" tab', [['low@0', 'tide@1'], ['tab*@0']]],
    ['tab “low tide”', [['tab@0'], ['low@0', 'tide@1']]],
    ['"unfinished phr', [['unfinished@0'], ['phr*@0']]],
    ['user@example.org', [['user@0', 'example@1', 'org*@2']]],
    ['검', [['검*@0']]],
    ['검색', [['검색@0']]],
    ['검색어 표', [['검색@0', '색어@1'], ['표*@0']]],
    ['"검색 결과"', [['검색@0', '결과@2']]],
    ['GPT모델', [['gpt@0', '모델@1']]],
    ['?! ""', []],
    ['', []],
  ])('%s', (query, steps) => {
    expect(stepsOf(query)).toEqual(steps)
  })

  it('stays small however long it was typed', () => {
    const steps = readQuery('단어 '.repeat(5_000)).flatMap(wanted => wanted.steps)
    expect(steps.length).toBe(32)
  })
})

describe('a snippet', () => {
  const marked = (text: string, query: string) =>
    snippetOf(text, readQuery(query))
      .map(({ text: piece, hit }) => (hit ? `[${piece}]` : piece))
      .join('')

  it.each([
    ['Low tide is at nine, high tide at three.', 'tide', 'Low [tide] is at nine, high [tide] at three.'],
    ['Tides come in.', 'tid', '[Tides] come in.'],
    ['the low tide table', '"low tide"', 'the [low tide] table'],
    ['오늘의 검색 결과를 보여 주세요', '검색 결과', '오늘의 [검색] [결과]를 보여 주세요'],
    ['오늘의 검색어', '검', '오늘의 [검]색어'],
    ['潮汐表在这里', '汐表', '潮[汐表]在这里'],
    ['Un CAFÉ noir', 'cafe', 'Un [CAFÉ] noir'],
    ['nothing of it', 'else', ''],
  ])('%s · %s', (text, query, shown) => {
    expect(marked(text, query)).toBe(shown)
  })

  it('is cut between words, around what was found', () => {
    const text = `${'before '.repeat(50)}needle ${'after '.repeat(50)}`
    const shown = marked(text, 'needle')
    expect(shown).toMatch(/^…before (before )*\[needle\] (after )+after…$/)
    expect(shown.length).toBeLessThan(200)
  })

  it('never cuts a character in two', () => {
    fc.assert(
      fc.property(fc.nat(120), fc.nat(200), (before, after) => {
        const text = `${'😀'.repeat(before)}x${'나무 needle '}${'🌊'.repeat(after)}`
        expect(marked(text, 'needle').isWellFormed()).toBe(true)
      }),
    )
  })
})
