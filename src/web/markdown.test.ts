import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hostile } from '../markdown/testing/hostile.ts'
import { renderBlocks, renderMarkdown } from './markdown.ts'

const link = (href: string, label: string) =>
  `<a href="${href}" rel="noopener nofollow ugc" target="_blank">${label}</a>`
const host = (name: string) => ` <bdi class="host">(${name})</bdi>`

const written: readonly (readonly [what: string, markdown: string, html: string])[] = [
  ['a line break is one', 'a\nb', '<p>a<br>\nb</p>\n'],
  ['tags are text', '<b onclick=x>hi</b>', '<p>&lt;b onclick=x&gt;hi&lt;/b&gt;</p>\n'],
  [
    'an address',
    'https://d.example/a_b',
    `<p>${link('https://d.example/a_b', 'https://d.example/a_b')}</p>\n`,
  ],
  [
    'a link',
    '[docs](https://d.example)',
    `<p>${link('https://d.example', 'docs')}${host('d.example')}</p>\n`,
  ],
  [
    'a link that names its host',
    '[docs at d.example](https://d.example/x "tip")',
    `<p>${link('https://d.example/x', 'docs at d.example')}</p>\n`,
  ],
  [
    'a link dressed up as another',
    '[bank.example, not evil.example](https://evil.example)',
    `<p>${link('https://evil.example', 'bank.example, not evil.example')}${host('evil.example')}</p>\n`,
  ],
  [
    'a link without a label',
    '[](https://d.example/x)',
    `<p>${link('https://d.example/x', 'd.example')}</p>\n`,
  ],
  [
    'mail',
    '[write](mailto:ada@d.example)',
    `<p>${link('mailto:ada@d.example', 'write')}${host('ada@d.example')}</p>\n`,
  ],
  [
    'an image is a link',
    '![chart](https://d.example/p.png)',
    `<p>${link('https://d.example/p.png', 'chart')}${host('d.example')}</p>\n`,
  ],
  [
    'an image in a link is its label',
    '[![chart](https://i.example/p.png)](https://d.example)',
    `<p>${link('https://d.example', 'chart')}${host('d.example')}</p>\n`,
  ],
  ['a script is no address', '[x](javascript:alert(1))', '<p>[x](javascript:alert(1))</p>\n'],
  [
    'formulas keep every sign',
    'so $a_1 * b_2 \\frac{x}{y}$',
    '<p>so <code class="math">a_1 * b_2 \\frac{x}{y}</code></p>\n',
  ],
  [
    'formulas in brackets',
    '\\(a_b\\), \\[c*d*e\\]',
    '<p><code class="math">a_b</code>, <code class="math">c*d*e</code></p>\n',
  ],
  ['money is no formula', 'from $5 to $6, or $5-$6', '<p>from $5 to $6, or $5-$6</p>\n'],
  [
    'a formula of its own',
    'so:\n$$\na \\\\\nb\n$$\nend',
    '<p>so:</p>\n<pre class="math" tabindex="0"><code>a \\\\\nb</code></pre>\n<p>end</p>\n',
  ],
  [
    'a formula in a list leaves it a list',
    '- a\n\n  $$b$$\n- c',
    '<ul>\n<li>\n<p>a</p>\n<pre class="math" tabindex="0"><code>b</code></pre>\n</li>\n<li>\n<p>c</p>\n</li>\n</ul>\n',
  ],
  ['a formula that is not closed yet', '$$\na < b', '<p>$$<br>\na &lt; b</p>\n'],
  ['dollars in code are code', '`$a$`', '<p><code>$a$</code></p>\n'],
  ['tasks', '- [ ] a\n- [x] b', '<ul>\n<li class="task">☐ a</li>\n<li class="task done">☑ b</li>\n</ul>\n'],
  ['headings go down step by step', '### a\n# b\n#### c', '<h2>a</h2>\n<h2>b</h2>\n<h3>c</h3>\n'],
  [
    'code in colour',
    '```js\nlet a\n```',
    '<figure class="code"><figcaption>js</figcaption><pre tabindex="0"><code class="hljs"><span class="hljs-keyword">let</span> a\n</code></pre></figure>\n',
  ],
  [
    'code of no known language',
    '```"><script>\n<b>\n```',
    '<figure class="code"><figcaption></figcaption><pre tabindex="0"><code class="hljs">&lt;b&gt;\n</code></pre></figure>\n',
  ],
  [
    'a table',
    '| a | n |\n|---|--:|\n| x | 1 |',
    '<div class="table" tabindex="0"><table>\n<thead>\n<tr>\n<th>a</th>\n<th class="align-right">n</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>x</td>\n<td class="align-right">1</td>\n</tr>\n</tbody>\n</table></div>\n',
  ],
]

describe('what Hal writes, on a page', () => {
  it.each(written)('%s', (_what, markdown, html) => expect(renderMarkdown(markdown)).toBe(html))

  it('is given block by block, and a block that is done does not change while the next is written', () => {
    const text = '# One\n\nTwo *three*.\n\n- a\n- b\n\n```js\nlet a\n```\n\n| a |\n|---|\n| b |\n\nLast words'
    const whole = renderBlocks(text)
    expect(whole).toHaveLength(6)
    expect(whole.join('')).toBe(renderMarkdown(text))
    for (let end = 1; end < text.length; end += 1) {
      const partly = renderBlocks(text.slice(0, end))
      // The last two may still change: a line under a paragraph can make it a heading or a table.
      const settled = Math.max(0, partly.length - 2)
      expect(partly.slice(0, settled)).toEqual(whole.slice(0, settled))
    }
  })

  it.each(
    hostile.filter(text => /^\[.*(?:bank|elpm|ｂａｎｋ|аpple)[^\]]*\]\(https:\/\/evil\.example/.test(text)),
  )('%j shows its host', markdown =>
    expect(renderMarkdown(markdown)).toContain('<bdi class="host">(evil.example)</bdi>'),
  )
})

/** As long as a message may be. */
const longest = 100_000
const filled = (piece: string) => piece.repeat(Math.ceil(longest / piece.length)).slice(0, longest)
const code = (language: string, piece: string) => `\`\`\`${language}\n${filled(piece).slice(0, 19_900)}`

describe('what could take for ever', () => {
  it.each(
    [
      '> '.repeat(20_000),
      '>',
      '[',
      '![',
      '[a](',
      '[a](<b',
      '*a ',
      '**',
      '_a_',
      '~~a ',
      '`a``b',
      '```\n',
      '\\[',
      '\\(',
      '$a ',
      '$$a',
      '$',
      '- ',
      '> - 1. ',
      '|a|b|\n|-|-|\n',
      '<a ',
      '&#x',
      'http://a.b/c ',
      '[a]: b\n',
      'a',
      '\\',
      'mailto:a@b.c ',
      '$$\na\n',
      '\\[\n',
      '[x](https://a.b) ',
      '![x](https://a.b) ',
      '- [ ] a\n',
      '# a\n',
    ].map(piece => [piece.slice(0, 16), filled(piece)]),
  )('%j over and over is shown at once', (_piece, text) => {
    const startedAtMs = performance.now()
    renderMarkdown(text)
    // Some 200 ms where nothing else runs.
    expect(performance.now() - startedAtMs).toBeLessThan(2_000)
  })

  it.each([
    ['js', '/*"\'`${'],
    ['cpp', 'std::vector<'],
    ['xml', '<a '],
    ['ts', '(a,(b,<'],
    ['bash', '$(a "'],
    ['php', '<?php "'],
    ['perl', 's/a/'],
    ['ruby', '%w( <<A '],
    ['swift', 'a.b<(@'],
    ['less', '@a:('],
    ['markdown', '[*_`'],
    ['python', "f'{"],
    ['sql', 'select (('],
  ])('code in %s that no grammar likes', (language, piece) => {
    const startedAtMs = performance.now()
    renderMarkdown(code(language, piece))
    expect(performance.now() - startedAtMs).toBeLessThan(2_000)
  })

  it('breaks on nothing that anybody may write', () => {
    const scrap = fc.constantFrom(
      ...hostile,
      ...'< > ! @ | ` [ ] ( ) * \\ $ _ # - \n \t & ~ " \' = : ;'.split(' '),
      ' ',
      '](',
      '$$',
      '\\[',
      '\\]',
      'https://',
    )
    fc.assert(
      fc.property(fc.array(scrap, { maxLength: 24, size: 'max' }), scraps => {
        expect(renderMarkdown(scraps.join(''))).not.toMatch(
          /<(?:script|img|style|iframe|svg)|\son\w+=(?=[^&]*>)/,
        )
      }),
      { numRuns: 500 },
    )
  })
})
