import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hostile } from '../../markdown/testing/hostile.ts'
import { fromMrkdwn, toMrkdwn, toSlackMarkdown } from './markdown.ts'

const outside = (rendered: string) =>
  rendered
    .replace(/^(`{3,})[^\n]*\n[^]*?(?:^\1$|$(?![^]))/gm, '')
    .replace(/(?<!`)(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, '')
const live = /<[@#!]|<[a-z][\w+.-]*:|@(?:everyone|here|channel)/i

const written: readonly (readonly [what: string, markdown: string, standard: string, classic: string])[] = [
  [
    'plain words stay as they are',
    'Hi Ada, 2 * 3 = 6 & snake_case!',
    'Hi Ada, 2 * 3 = 6 & snake_case!',
    'Hi Ada, 2 * 3 = 6 &amp; snake_case!',
  ],
  ['formatting', '**b** *i* ~~s~~ `c` ***x***', '**b** _i_ ~~s~~ `c` _**x**_', '*b* _i_ ~s~ `c` _*x*_'],
  ['bold beside Korean', '**중요:**입니다', '**중요:**\u200a입니다', '*중요:*\u200b입니다'],
  ['a heading', '## Plan *B*', '## Plan _B_', '*Plan B*'],
  ['nested lists', '- a\n  1. b\n  2. c\n- d', '- a\n  1. b\n  2. c\n- d', '• a\n    1. b\n    2. c\n• d'],
  ['a list that starts late', '3. a\n4. b', '3. a\n4. b', '3. a\n4. b'],
  ['tasks', '- [ ] a\n- [x] b', '- ☐ a\n- ☑ b', '• ☐ a\n• ☑ b'],
  ['quotes', '> a\n> b\n>\n> > c', '> a\n> b\n>\n> > c', '> a\n> b\n>\n> > c'],
  ['code', '```ts\na < b && c\n```', '```ts\na < b && c\n```', '```\na &lt; b &amp;&amp; c\n```'],
  ['code in tildes', '~~~\n```\n~~~', '```\n\u200b```\n```', '```\n`\u200b`\u200b`\n```'],
  ['code in a list', '- a\n\n  ```\n  x\n  ```', '- a\n\n  ```\n  x\n  ```', '• a\n\n```\nx\n```'],
  [
    'a table',
    '| a | n |\n|---|--:|\n| 한국 | 1 |',
    '```\na    |   n\n-----+----\n한국 |   1\n```',
    '```\na    |   n\n-----+----\n한국 |   1\n```',
  ],
  [
    'a table with links',
    '| a | b |\n|---|---|\n| [x](https://y.example) | 1 |',
    '- **a:** [x](https://y.example)  \n  **b:** 1',
    '• *a:* <https://y.example|x>\n    *b:* 1',
  ],
  [
    'links',
    '[docs](https://d.example/a_b) https://d.example/a_b.',
    '[docs](https://d.example/a_b) https://d.example/a_b.',
    '<https://d.example/a_b|docs> <https://d.example/a_b>.',
  ],
  [
    'a link dressed up as another',
    '[bank.example](https://evil.example/x)',
    '[bank.example](https://evil.example/x) (evil.example)',
    '<https://evil.example/x|bank.example> (evil.example)',
  ],
  [
    'an image',
    '![chart](https://d.example/p.png)',
    '[chart](https://d.example/p.png)',
    '<https://d.example/p.png|chart>',
  ],
  ['a script address', '[x](javascript:alert(1))', 'x (javascript:alert(1))', 'x (javascript:alert(1))'],
  [
    'a call to everybody',
    '<!channel> @here',
    '\\<\u200b!channel> @\u200bhere',
    '&lt;!channel&gt; @\u200bhere',
  ],
  ['tags', '<b>x</b>', '\\<b>x\\</b>', '&lt;b&gt;x&lt;/b&gt;'],
  ['escaped marks', '\\*a\\* \\# 1\\. \\[x\\](y)', '\\*a\\* # 1. [x\\](y)', '*\u200ba* # 1. [x](y)'],
  [
    'lines that only look like blocks',
    '\\# a\n\\- b\n1\\. c\n\\> d',
    '\\# a\n\\- b\n1\\. c\n\\> d',
    '# a\n- b\n1. c\n&gt; d',
  ],
  ['formulas', 'costs $5, $a_1 * b_1$', 'costs $5, `a_1 * b_1`', 'costs $5, `a_1 * b_1`'],
  ['a line below a paragraph is a rule', 'a\n---\nb', 'a\n\n---\n\nb', 'a\n\n───\n\nb'],
  [
    'emphasis within a word',
    'un*frigging*believable',
    'un*frigging*believable',
    'un\u200b_frigging_\u200bbelievable',
  ],
]

describe('what Hal writes, on Slack', () => {
  it.each(written)('%s', (_what, markdown, standard, classic) => {
    expect(toSlackMarkdown(markdown)).toBe(standard)
    expect(toMrkdwn(markdown)).toBe(classic)
  })

  it('leaves a code block open that the text leaves open', () => {
    expect(toSlackMarkdown('```ts\nlet a')).toBe('```ts\nlet a')
  })
})

describe('what Hal is talked into writing, on Slack', () => {
  it.each(hostile)('%j calls nobody and links only to the web', markdown => {
    const standard = outside(toSlackMarkdown(markdown))
    expect(standard).not.toMatch(live)
    expect(standard).not.toMatch(/(?<!\\)\]\((?!https?:\/\/|mailto:)|!\[[^\]]*\]\(/i)
    expect(standard).not.toMatch(/[\u202a-\u202e\u{e0000}-\u{e007f}]/u)
    const classic = toMrkdwn(markdown)
    expect(classic).not.toMatch(/<(?!https?:\/\/|mailto:)/i)
    expect(outside(classic)).not.toMatch(/@(?:everyone|here|channel)/i)
  })

  it.each(
    hostile.filter(text => /^\[.*(?:bank|elpm|ｂａｎｋ|аpple)[^\]]*\]\(https:\/\/evil\.example/.test(text)),
  )('%j shows its host', markdown => {
    expect(toSlackMarkdown(markdown)).toMatch(/\(evil\.example\)$/)
    expect(toMrkdwn(markdown)).toMatch(/\(evil\.example\)$/)
  })

  it('whatever it is', () => {
    const scrap = fc.constantFrom(
      ...hostile,
      '<',
      '!',
      '@',
      'here',
      'channel',
      '|',
      '>',
      '`',
      '[',
      '](',
      ')',
      '*',
      '\\',
      '\n',
      ' ',
      '&lt;',
      'https://',
    )
    fc.assert(
      fc.property(fc.array(scrap, { maxLength: 12, size: 'max' }), scraps => {
        const text = scraps.join('')
        expect(toMrkdwn(text)).not.toMatch(/<(?!https?:\/\/|mailto:)/i)
        expect(outside(toSlackMarkdown(text))).not.toMatch(/<[@#!]/)
      }),
    )
  })
})

const received: readonly (readonly [what: string, wire: string, markdown: string])[] = [
  [
    'text without markup',
    'a < b & c: 2 * 3 * 4, snake_case ~5 ~6 `x`',
    'a < b & c: 2 * 3 * 4, snake_case ~5 ~6 `x`',
  ],
  ['entities', 'a &lt; b &amp;&amp; c &gt; d &amp;lt;', 'a < b && c > d &lt;'],
  [
    'a link with a label',
    'see <https://x.example/a?b=1&amp;c=2|the docs>',
    'see [the docs](https://x.example/a?b=1&c=2)',
  ],
  ['a bare link', '<https://x.example>', 'https://x.example'],
  ['a link labelled with itself', '<https://x.example|https://x.example>', 'https://x.example'],
  ['mail', '<mailto:ada@x.example|ada@x.example>', 'ada@x.example'],
  ['a channel', '<#C123|support> <#C123> <#C123|>', '#support #C123 #C123'],
  ['everybody', '<!here> <!channel|channel> <!everyone>', '@here @channel @everyone'],
  ['a group', '<!subteam^S1|@team> <!subteam^S1>', '@team @S1'],
  ['a date', '<!date^1392734382^{date}|Feb 18>', 'Feb 18'],
  ['a person', '<@U0ADA> and <@W0ADA|ada>', '<@U0ADA> and <@W0ADA>'],
  ['a person who is only typed', '&lt;@U0ADA&gt; &lt;!here&gt;', '\\<@U0ADA> <!here>'],
  ['marks', '*bold* _it_ ~gone~ a*b*c', '**bold** _it_ ~~gone~~ a*b*c'],
  ['a link in bold', '*<https://x.example|docs>*', '**[docs](https://x.example)**'],
  ['code', '`*a* &lt;b&gt;` *c*\n```*d* &amp; <x>```', '`*a* <b>` **c**\n```*d* & <x>```'],
]

describe('what Ada writes on Slack', () => {
  it.each(received)('%s', (_what, wire, markdown) => expect(fromMrkdwn(wire)).toBe(markdown))

  it('comes out as it went in when it has no markup', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }).filter(text => !/[<>&*~]/.test(text)),
        text => {
          expect(fromMrkdwn(text)).toBe(text)
        },
      ),
    )
  })
})
