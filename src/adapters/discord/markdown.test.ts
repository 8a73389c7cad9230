import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hostile } from '../../markdown/testing/hostile.ts'
import { fromDiscord, toDiscord } from './markdown.ts'

const outside = (rendered: string) =>
  rendered
    .replace(/```[^]*?```/g, '')
    .replaceAll('\\`', '')
    .replace(/(?<!`)(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, '')
const live = /<(?:@[!&]?\d|#\d|\/|a?:\w|t:|id:|sound:)/

const written: readonly (readonly [what: string, markdown: string, content: string])[] = [
  ['plain words stay as they are', 'Hi Ada, 2 * 3 = 6 & snake_case!', 'Hi Ada, 2 * 3 = 6 & snake_case!'],
  ['formatting', '**b** *i* ~~s~~ `c` ***x***', '**b** _i_ ~~s~~ `c` _**x**_'],
  ['headings to the third level', '# a\n### b\n#### **c** d', '# a\n\n### b\n\n**c d**'],
  ['a heading in a list', '- # a', '- **a**'],
  ['nested lists', '- a\n  - b\n    - c\n1. d\n   - e', '- a\n  - b\n    - c\n\n1. d\n   - e'],
  ['tasks', '- [ ] a\n- [x] b', '- ☐ a\n- ☑ b'],
  ['quotes', '> a\n> b', '> a\n> b'],
  ['code', '```ts\na\n```', '```ts\na\n```'],
  ['code in tildes', '~~~py\na = "```"\n~~~', '```py\na = "`\u200b``"\n```'],
  ['an open code block', '```ts\nlet a', '```ts\nlet a\n```'],
  [
    'code in a list stands at the beginning of its line',
    '- a\n  ```\n  x\n  ```\n- b',
    '- a\n\n```\nx\n```\n- b',
  ],
  [
    'a table',
    '| name | n |\n|---|--:|\n| 한국 🙂 | 1 |',
    '```\nname    |   n\n--------+----\n한국 🙂 |   1\n```',
  ],
  [
    'a wide table',
    `| a | b |\n|---|---|\n| ${'x'.repeat(80)} | 1 |`,
    `- **a:** ${'x'.repeat(80)}\n  **b:** 1`,
  ],
  ['a rule', 'a\n\n---\n\nb', 'a\n\n───\n\nb'],
  [
    'links',
    '[docs](https://d.example/a_b) https://d.example/a_b.',
    '[docs](<https://d.example/a_b>) <https://d.example/a_b>.',
  ],
  [
    'a link dressed up as another',
    '[bank.example](https://evil.example)',
    '[bank.example](<https://evil.example>) (evil.example)',
  ],
  [
    'an address as a label',
    '[https://bank.example](https://evil.example)',
    '[https:\u200b//bank.example](<https://evil.example>) (evil.example)',
  ],
  [
    'an image',
    '![chart](https://d.example/p.png) ![](https://d.example/p.png)',
    '[chart](<https://d.example/p.png>) [d.example](<https://d.example/p.png>)',
  ],
  ['mail', '<ada@x.example> [Ada](mailto:ada@x.example)', 'ada@x.example Ada (ada@x.example)'],
  ['a script address', '[x](javascript:alert(1))', 'x (javascript:alert(1))'],
  ['spoilers', 'a ||b|| c', 'a \\|\\|b\\|\\| c'],
  [
    'calls',
    '@everyone <@100000000000000001> <t:0:R>',
    '@\u200beveryone \\<\u200b@100000000000000001> \\<\u200bt:0:R>',
  ],
  ['tags', '<b>x</b>', '\\<b>x\\<\u200b/b>'],
  ['formulas', '$$a_1 * b_1$$ and \\(x\\) for $5', '`a_1 * b_1` and `x` for $5'],
  ['underlines', '\\_\\_init\\_\\_ a\\_\\_b', '\\_\\_init\\_\\_ a\\_\\_b'],
  ['lines that only look like blocks', '\\# a\n\\- b\n\\> c\n\\-# d', '\\# a\n\\- b\n\\> c\n\\-# d'],
]

describe('what Hal writes, on Discord', () => {
  it.each(written)('%s', (_what, markdown, content) => expect(toDiscord(markdown)).toBe(content))
})

describe('what Hal is talked into writing, on Discord', () => {
  it.each(hostile)('%j calls nobody and links only to the web, without a preview', markdown => {
    const content = toDiscord(markdown)
    expect(content).not.toMatch(/@(?:everyone|here)/i)
    const text = outside(content)
    expect(text).not.toMatch(live)
    expect(text).not.toMatch(/(?<!\\)\]\((?!<https?:\/\/)/)
    expect(text).not.toMatch(/(?<![<\u200b])https?:\/\//)
    expect(text).not.toMatch(/(?<!\\)\|\|/)
    expect(text).not.toMatch(/[\u202a-\u202e\u{e0000}-\u{e007f}]/u)
  })

  it('whatever it is', () => {
    const scrap = fc.constantFrom(
      ...hostile,
      '<',
      '@',
      '#',
      ':',
      '1',
      'everyone',
      '|',
      '>',
      '[',
      '](',
      ')',
      '*',
      '\\',
      '\n',
      ' ',
      '&lt;',
    )
    fc.assert(
      fc.property(fc.array(scrap, { maxLength: 12, size: 'max' }), scraps => {
        const content = toDiscord(scraps.join(''))
        expect(content).not.toMatch(/@(?:everyone|here)/i)
        expect(outside(content)).not.toMatch(live)
      }),
    )
  })

  it('in any characters at all, without failing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', size: 'large' }), text => {
        expect(toDiscord(toDiscord(text))).not.toMatch(/@(?:everyone|here)/i)
      }),
    )
  })
})

const received: readonly (readonly [what: string, content: string, markdown: string])[] = [
  ['text without markup', 'a < b **c** ||d|| <e>', 'a < b **c** ||d|| <e>'],
  ['people', '<@100000000000000001> <@!100000000000000001>', '<@100000000000000001> <@100000000000000001>'],
  ['a channel', '<#200000000000000001>', '#200000000000000001'],
  ['emoji', '<:ok:300000000000000001> <a:party:300000000000000001>', ':ok: :party:'],
  ['a time', '<t:0> <t:1700000000:R>', '1970-01-01T00:00:00Z 2023-11-14T22:13:20Z'],
  ['a time beyond all dates', '<t:9999999999999>', '<t:9999999999999>'],
  ['code', '`<t:0>` ```<:ok:1>``` <t:0>', '`<t:0>` ```<:ok:1>``` 1970-01-01T00:00:00Z'],
]

describe('what Ada writes on Discord', () => {
  it.each(received)('%s', (_what, content, markdown) => expect(fromDiscord(content)).toBe(markdown))
})
