import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Block } from './document.ts'
import { plainText } from './inline.ts'
import { parseMarkdown } from './parse.ts'

const text = (value: string) => ({ kind: 'text', text: value }) as const

const read: readonly (readonly [what: string, markdown: string, blocks: readonly Block[]])[] = [
  [
    'a paragraph',
    'Ada *and* **Grace**',
    [
      {
        kind: 'paragraph',
        content: [
          text('Ada '),
          { kind: 'emphasis', content: [text('and')] },
          text(' '),
          { kind: 'strong', content: [text('Grace')] },
        ],
      },
    ],
  ],
  ['a heading', '### Ada', [{ kind: 'heading', level: 3, content: [text('Ada')] }]],
  [
    'a line below text as a rule, not as a heading',
    'Ada\n---',
    [{ kind: 'paragraph', content: [text('Ada')] }, { kind: 'rule' }],
  ],
  [
    'tasks',
    '- [x] Ada\n- [ ](https://x.example)',
    [
      {
        kind: 'list',
        ordered: false,
        start: 1,
        tight: true,
        items: [
          { done: true, blocks: [{ kind: 'paragraph', content: [text('Ada')] }] },
          {
            blocks: [
              {
                kind: 'paragraph',
                content: [{ kind: 'link', href: 'https://x.example', content: [text(' ')] }],
              },
            ],
          },
        ],
      },
    ],
  ],
  [
    'a loose list',
    '7. Ada\n\n8. Grace',
    [
      {
        kind: 'list',
        ordered: true,
        start: 7,
        tight: false,
        items: [
          { blocks: [{ kind: 'paragraph', content: [text('Ada')] }] },
          { blocks: [{ kind: 'paragraph', content: [text('Grace')] }] },
        ],
      },
    ],
  ],
  [
    'code',
    '~~~~ts x\nlet a\n~~~~',
    [{ kind: 'code', language: 'ts', text: 'let a', fence: { marker: '~', length: 4 }, closed: true }],
  ],
  [
    'code that is still open',
    '```\nlet a\n``',
    [{ kind: 'code', language: '', text: 'let a\n``', fence: { marker: '`', length: 3 }, closed: false }],
  ],
  ['indented code', '    let a', [{ kind: 'code', language: '', text: 'let a', closed: true }]],
  [
    'a table',
    'Name | N\n:-- | --:\nAda |',
    [
      {
        kind: 'table',
        align: ['left', 'right'],
        header: [[text('Name')], [text('N')]],
        rows: [[[text('Ada')], []]],
      },
    ],
  ],
  [
    'HTML as text',
    '<b>Ada</b>\n\n<!-- x -->',
    [
      { kind: 'paragraph', content: [text('<b>Ada</b>')] },
      { kind: 'paragraph', content: [text('<!-- x -->')] },
    ],
  ],
  [
    'an address',
    'https://x.example/a_b_c, <ada@x.example>',
    [
      {
        kind: 'paragraph',
        content: [
          { kind: 'autolink', href: 'https://x.example/a_b_c', text: 'https://x.example/a_b_c' },
          text(', '),
          { kind: 'autolink', href: 'mailto:ada@x.example', text: 'ada@x.example' },
        ],
      },
    ],
  ],
  [
    'a link to a script as text',
    '[Ada](javascript:x)',
    [{ kind: 'paragraph', content: [text('Ada (javascript:x)')] }],
  ],
  [
    'a definition as text',
    '[a]: https://x.example',
    [
      {
        kind: 'paragraph',
        content: [text('[a]: '), { kind: 'autolink', href: 'https://x.example', text: 'https://x.example' }],
      },
    ],
  ],
  [
    'repeated formatting once',
    '**a __b__ c**',
    [{ kind: 'paragraph', content: [{ kind: 'strong', content: [text('a b c')] }] }],
  ],
]

describe('reading Markdown', () => {
  it.each(read)('%s', (_what, markdown, blocks) => expect(parseMarkdown(markdown).blocks).toEqual(blocks))

  it('keeps what is nested too deeply', () => {
    expect(JSON.stringify(parseMarkdown(`${'> '.repeat(500)}Grace\n\nAda`))).toMatch(/Grace.*Ada/)
    expect(JSON.stringify(parseMarkdown(`${'- '.repeat(500)}Grace\n\nAda`))).toMatch(/Grace.*Ada/)
  })

  it('never fails, and keeps every letter of plain words', () => {
    const part = fc.constantFrom(
      'Ada',
      '*',
      '_',
      '`x` ',
      '[',
      '](',
      ')',
      '\n',
      '\n- ',
      '\n> ',
      '|',
      ' ',
      '\\',
      '<',
      '$',
      ' ~~ ',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40, size: 'max' }), parts => {
        const words = parts.filter(word => word === 'Ada').length
        expect(JSON.stringify(parseMarkdown(parts.join(''))).match(/Ada/g)?.length ?? 0).toBe(words)
      }),
    )
  })

  it.each([
    '>',
    '> ',
    '- ',
    '[',
    '![',
    '[a](',
    '*',
    '*a ',
    '**a',
    '_a_',
    '`',
    '`a``',
    '<',
    '<a',
    '&',
    '\\',
    '\\(',
    '\\[',
    '$a',
    '~~a',
    '|',
    '|\n|-\n',
    'a|b\n-|-\n',
    'http://',
    'a\n',
    '\n> a',
    '(((',
    '😀',
    '[a](b "',
    '[](<',
  ])('takes 200,000 characters of %j in its stride', part => {
    const blocks = parseMarkdown(part.repeat(200_000 / part.length)).blocks
    expect(blocks.length).toBeGreaterThan(0)
  })

  it('shows inline nodes as plain words', () => {
    const [block] = parseMarkdown('**Ada** `x` ![chart](https://x.example) [Grace](https://x.example)').blocks
    expect(block?.kind === 'paragraph' && plainText(block.content)).toBe('Ada x chart Grace')
  })
})
