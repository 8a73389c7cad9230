import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hostile } from '../markdown/testing/hostile.ts'
import { renderBlocks, renderMarkdown } from './markdown.ts'
import { readTags } from './testing/strict-html.ts'

const link = (href: string, label: string) =>
  `<a href="${href}" rel="noopener nofollow ugc" target="_blank">${label}</a>`
const host = (name: string) => ` <bdi class="host">(${name})</bdi>`
const code = (language: string, body: string) =>
  `<figure class="code"><figcaption>${language}</figcaption><pre tabindex="0"><code class="hljs">${body}</code></pre></figure>`
const coloured = '<span class="hljs-keyword">let</span> a = <span class="hljs-number">1</span>\n'

const written: readonly (readonly [what: string, markdown: string, html: string])[] = [
  ['plain words', 'Hi Ada, 2 * 3 < 7 & "so"', '<p>Hi Ada, 2 * 3 &lt; 7 &amp; &quot;so&quot;</p>'],
  ['marks', '**b** _i_ ~~s~~ `c`', '<p><strong>b</strong> <em>i</em> <s>s</s> <code>c</code></p>'],
  ['bold beside Korean', '**중요**합니다', '<p><strong>중요</strong>합니다</p>'],
  ['lines', 'a\nb', '<p>a<br>\nb</p>'],
  ['a list that starts late', '3. a\n4. b', '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'],
  [
    'tasks',
    '- [ ] a\n- [x] b',
    '<ul>\n<li class="task"><span class="box">☐</span> a</li>\n<li class="task done"><span class="box">☑</span> b</li>\n</ul>',
  ],
  [
    'a table',
    '| a | b |\n|:-:|--:|\n| 1 | 2 |',
    '<div class="table" tabindex="0"><table>\n<thead>\n<tr>\n<th class="align-center">a</th>\n<th class="align-right">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td class="align-center">1</td>\n<td class="align-right">2</td>\n</tr>\n</tbody>\n</table></div>',
  ],
  ['code', '```ts\nlet a = 1\n```', code('ts', coloured)],
  ['code that is still written', '```ts\nlet a = 1\n', code('ts', coloured)],
  ['code of no known language', '```<b>\n<b>\n```', code('', '&lt;b&gt;\n')],
  ['code by indentation', '    let a = 1', code('', 'let a = 1\n')],
  ['tags', '<b>x</b><br>', '<p>&lt;b&gt;x&lt;/b&gt;&lt;br&gt;</p>'],
  [
    'a link',
    '[docs](https://d.example/a)',
    `<p>${link('https://d.example/a', 'docs')}${host('d.example')}</p>`,
  ],
  [
    'a title, which is left out',
    '[docs](https://d.example "bank.example")',
    `<p>${link('https://d.example', 'docs')}${host('d.example')}</p>`,
  ],
  [
    'an address',
    'see https://d.example/a_b.',
    `<p>see ${link('https://d.example/a_b', 'https://d.example/a_b')}.</p>`,
  ],
  [
    'a link that names its host',
    '[at D.example](https://d.example/a)',
    `<p>${link('https://d.example/a', 'at D.example')}</p>`,
  ],
  ['headings, step by step', '### a\n# b\n#### c', '<h2>a</h2>\n<h2>b</h2>\n<h3>c</h3>'],
  ['mail', '<ada@d.example>', `<p>${link('mailto:ada@d.example', 'ada@d.example')}</p>`],
  [
    'a disguise',
    '[bank.example](https://evil.example/x)',
    `<p>${link('https://evil.example/x', 'bank.example')}${host('evil.example')}</p>`,
  ],
  [
    'a link that says nothing',
    '[ ](https://evil.example/x)',
    `<p>${link('https://evil.example/x', ' evil.example')}</p>`,
  ],
  [
    'a disguise by an image',
    '[![bank.example](https://e.example/i.png)](https://evil.example)',
    `<p>${link('https://evil.example', 'bank.example')}${host('evil.example')}</p>`,
  ],
  [
    'an image',
    '![chart](https://d.example/p.png)',
    `<p>${link('https://d.example/p.png', 'chart')}${host('d.example')}</p>`,
  ],
  ['an image from a script', '![x](javascript:alert(1))', '<p>![x](javascript:alert(1))</p>'],
  [
    'formulas in a line',
    'with $a_1 * b_1$, \\(x_1\\_y\\) and $$z*z$$ or \\[q\\]',
    '<p>with <code>a_1 * b_1</code>, <code>x_1\\_y</code> and <code>z*z</code> or <code>q</code></p>',
  ],
  ['a formula on its own', '$$\na_1 \\\\\nb_1\n$$', code('math', 'a_1 \\\\\nb_1')],
  [
    'formulas between words',
    'so\n\\[ a_1 \\]\nthen\n$$ b $$',
    `<p>so</p>\n${code('math', 'a_1')}\n<p>then</p>\n${code('math', 'b')}`,
  ],
  ['a formula in a list', '- $$\n  a\n  $$', `<ul>\n<li>\n${code('math', 'a')}\n</li>\n</ul>`],
  ['a formula in a quote', '> $$\n> a\n> $$', `<blockquote>\n${code('math', 'a')}\n</blockquote>`],
  ['a formula that never ends', '$$\na_1 _b_\n\nc', '<p>$$<br>\na_1 <em>b</em></p>\n<p>c</p>'],
  ['prices', '$5 and $6, or US$7 to $8', '<p>$5 and $6, or US$7 to $8</p>'],
  ['a sign that is meant', '\\$a\\$', '<p>$a$</p>'],
  ['code with signs in it', '`$a_1$` and `\\(x\\)`', '<p><code>$a_1$</code> and <code>\\(x\\)</code></p>'],
  ['a script with signs in it', '```\necho $a$ \\[x\\]\n$$\n', code('', 'echo $a$ \\[x\\]\n$$\n')],
  ['longer fences', '````\n```\n$a$\n```\n````', code('', '```\n$a$\n```\n')],
]

describe('what Hal writes, on a page', () => {
  it.each(written)('%s', (_what, markdown, html) => expect(renderMarkdown(markdown).trim()).toBe(html))

  it('is coloured up to a size, and within a message up to another', () => {
    const block = (lines: number) => `\`\`\`ts\n${'let a = 1\n'.repeat(lines)}\`\`\`\n`
    const colours = (text: string) => renderBlocks(text).map(html => html.includes('hljs-keyword'))
    expect(colours(block(900))).toEqual([true])
    expect(colours(block(1_100))).toEqual([false])
    expect(colours(block(900).repeat(5))).toEqual([true, true, true, false, false])
    expect(colours(`\`\`\`ts\nlet a = "${'a'.repeat(400)}"\n\`\`\``)).toEqual([false])
  })
})

const more: readonly string[] = [
  '<svg onload=alert(1)>',
  '<svg><style><img src=x onerror=alert(1)></style></svg>',
  '<math><mtext></p><script>alert(1)</script>',
  '<iframe srcdoc="<script>alert(1)</script>">',
  '<style>@import "https://evil.example"</style>',
  '<base href="https://evil.example/">',
  '<meta http-equiv=refresh content="0;url=https://evil.example">',
  '<form action=https://evil.example><button>Log in',
  '</code></pre></figure><script>alert(1)</script>',
  '```"><script>alert(1)</script>\nx\n```',
  '```js onload="alert(1)"\nx\n```',
  '```html\n<script>alert(1)</script>\n<img src=x onerror=alert(1)>\n```',
  '```xml\n<![CDATA[</code><script>alert(1)</script>]]>\n```',
  '`</code><script>alert(1)</script>`',
  '$</code><script>alert(1)</script>$',
  '$$\n</code><script>alert(1)</script>\n$$',
  '\\[</code><img src=x onerror=alert(1)>\\]',
  '[x](https://x.example" onclick="alert(1))',
  "[x](https://x.example' onclick='alert(1))",
  '[x](<https://x.example" onclick="alert(1)>)',
  '[x](https://x.example "a\\" onclick=alert(1) b")',
  '[x](https://x.example/&quot;onclick=&quot;alert(1))',
  '[x](https://x.example/%22onclick=%22)',
  '![x" onerror="alert(1)](https://x.example/i.png)',
  '![<img src=x onerror=alert(1)>](https://x.example/i.png)',
  '![x](https://x.example/i.png" onerror="alert(1))',
  '[<img src=x onerror=alert(1)>](https://x.example)',
  '[x]: https://x.example "><script>alert(1)</script>"\n\n[x]',
  '[x]: data:text/html,<script>alert(1)</script>\n\n[x] ![x]',
  'https://x.example/"><script>alert(1)</script>',
  'https://x.example/<img src=x onerror=alert(1)>',
  'mailto:a@b.example?body=<script>alert(1)</script>',
  '[x](mailto:a@b.example?subject="onclick="alert(1))',
  '[x](javascript&colon;alert(1))',
  '[x](java&Tab;script:alert(1))',
  '[x](\u0001javascript:alert(1))',
  '[x](https:javascript:alert(1))',
  '[x](https:///evil.example)',
  '[x](https:\\\\evil.example)',
  '[x](blob:https://x.example/1)',
  '[x](view-source:https://x.example)',
  '[x](data:image/svg+xml,<svg onload=alert(1)>)',
  '![x](//evil.example/p.png)',
  '![x][y]\n\n[y]: https://evil.example/p.png?q=secret',
  '| <script>alert(1)</script> | style |\n|:-:|--:|\n| <img src=x> | `<b>` |',
  '|a|\n|:-:" style="x|\n|b|',
  '1. a\n99999999999999999. b',
  '- [x] <script>alert(1)</script>',
  '# <script>alert(1)</script> {onclick=alert(1)}',
  '> <script>\n> alert(1)\n> </script>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '&#60;script&#62;alert(1)&#60;/script&#62;',
  '&NewLine;&Tab;&nbsp;&amp;lt;script&amp;gt;',
  '<a\nhref="javascript:alert(1)">x</a>',
  '<!--><script>alert(1)</script>-->',
  '<![CDATA[<script>alert(1)</script>]]>',
  '<?php echo 1 ?><script>alert(1)</script>',
  'a\u2028<script>alert(1)</script>\u2029',
  '\uD800<script>alert(1)</script>\uDFFF',
  '[x](https://\u0430pple.example)',
  '[x](http://[::1]:80/)',
  '[\u202ehttps://bank.example](https://evil.example)',
]

const allowed: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    'p br hr h1 h2 h3 h4 h5 h6 ul blockquote strong em s table thead tbody tr figcaption'
      .split(' ')
      .map(name => [name, []]),
  ),
  li: ['class'],
  ol: ['start'],
  th: ['class'],
  td: ['class'],
  bdi: ['class'],
  div: ['class', 'tabindex'],
  figure: ['class'],
  pre: ['tabindex'],
  code: ['class'],
  span: ['class'],
  a: ['href', 'rel', 'target'],
}

/** What stands in this HTML and may not. */
function trespasses(html: string): readonly string[] {
  return readTags(html).flatMap(({ name, attributes }) => {
    const may = name.startsWith('/') ? [] : allowed[name]
    if (!(name.replace('/', '') in allowed)) return [name]
    const wrong = [...attributes].flatMap(([key, value]) => {
      if (!may?.includes(key)) return [`${name} ${key}`]
      if (key === 'href') return /^(?:https?:\/\/|mailto:)/i.test(value) ? [] : [`${name} ${value}`]
      if (key === 'class') return /^[\w-]+(?: [\w-]+)*$/.test(value) ? [] : [`${name} ${key} ${value}`]
      if (key === 'rel') return value === 'noopener nofollow ugc' ? [] : [value]
      return /^(?:_blank|\d+)$/.test(value) ? [] : [`${name} ${key} ${value}`]
    })
    const isBare = name === 'a' && attributes.size !== 3
    return isBare ? [...wrong, 'a link without its guards'] : wrong
  })
}

function isRefused(html: string): boolean {
  try {
    return trespasses(html).length > 0
  } catch {
    // It is not even HTML of ours.
    return true
  }
}

describe('what Hal is talked into writing, on a page', () => {
  it('a page that is broken into is seen', () => {
    for (const html of [
      '<script>',
      '<p onclick="x">a</p>',
      '<p>a',
      '<img src="x">',
      '<p>a<b</p>',
      '<a href="https://x.example">x</a>',
      '<a href="javascript:x" rel="noopener nofollow ugc" target="_blank">x</a>',
      '<p style="x">a</p>',
    ]) {
      expect([html, isRefused(html)]).toEqual([html, true])
    }
  })

  it.each([...hostile, ...more])('%j is words, and links only to the web', markdown => {
    expect(trespasses(renderMarkdown(markdown))).toEqual([])
  })

  it.each(
    hostile.filter(text => /^\[.*(?:bank|elpm|ｂａｎｋ|аpple)[^\]]*\]\(https:\/\/evil\.example/.test(text)),
  )('%j shows its host', markdown => {
    expect(renderMarkdown(markdown)).toContain(host('evil.example'))
  })

  it('whatever it is', () => {
    fc.assert(
      fc.property(fc.array(scrap, { maxLength: 14, size: 'max' }), scraps => {
        expect(trespasses(renderMarkdown(scraps.join('')))).toEqual([])
      }),
      { numRuns: 500 },
    )
  })
})

const signs = [
  ['<', '>', '&', '"', "'", '`', '```', '~~~', '[', '](', ')', '!', '*', '_', '~~', '\\', '|', '\n'],
  ['\n\n', ' ', '    ', '- ', '1. ', '> ', '# ', '$', '$$', '\\(', '\\)', '\\[', '\\]', '---', 'a', '=='],
  ['https://x.example', 'javascript:', 'onerror=', '\t', '\u0000', '|-|-|\n', '[x] ', ':', '<!--'],
].flat()

const scrap = fc.oneof(
  fc.constantFrom(...hostile, ...more, ...written.map(([, markdown]) => markdown)),
  fc.constantFrom(...signs),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
)

describe('an answer that is being written', () => {
  it('has blocks that are the whole, joined', () => {
    for (const [, markdown] of written) expect(renderBlocks(markdown).join('')).toBe(renderMarkdown(markdown))
    expect(renderBlocks('a\n\n- b\n\n```\nc\n```\n\n| d |\n|-|\n| e |')).toHaveLength(4)
  })

  it('changes no block before the last line’s with what comes', () => {
    // A name for an address may come last, and makes links of what was said before.
    const noNames = scrap.filter(text => !text.includes(']:'))
    fc.assert(
      fc.property(fc.array(noNames, { maxLength: 14, size: 'max' }), fc.nat(), (scraps, cut) => {
        const whole = scraps.join('')
        fc.pre(!/\]\s*:/.test(whole))
        const begun = whole.slice(0, cut % (whole.length + 1))
        // A line that is not whole yet may turn out to belong to the block before it.
        const settled = renderBlocks(begun).slice(0, /(?:^|\n)$/.test(begun) ? -1 : -2)
        expect(renderBlocks(whole).slice(0, settled.length)).toEqual(settled)
      }),
      { numRuns: 1_000 },
    )
  })
})

const unit = (text: string, size = 100_000) => text.repeat(Math.ceil(size / text.length))

describe('a message that is made to take long', () => {
  it.each<[string, string]>([
    ['quotes in quotes', '>'.repeat(20_000)],
    ...['[', '*', '`', '$', '|', '\\[', '\\(', '\\[a\n', '$$a\n', '![', '[a](', '<', '_a ', '&', 'a@'].map(
      (text): [string, string] => [JSON.stringify(text), unit(text)],
    ),
    ['names for addresses', `[a]: https://a.example\n\n${unit('[a] ')}`],
    ['images', unit('![a](https://a.example) ')],
    ['addresses in angle brackets', unit('<https://a ')],
    ['a label of dots', `[${unit('a.')}](https://x.example)`],
    ['fences', unit('```a\n')],
    ['lists in lists', Array.from({ length: 45 }, (_, depth) => `${' '.repeat(depth * 2)}- a`).join('\n')],
    ['code of one word', `\`\`\`java\n${unit('$')}\n\`\`\``],
    ['code of many words', unit(`\`\`\`csharp\n${'a '.repeat(4_900)}\n\`\`\`\n`)],
    ['code full of brackets', `\`\`\`markdown\n${unit('[')}\n\`\`\``],
  ])('%s', (_, markdown) => {
    expect(renderMarkdown(`${markdown}\n\nthe end`)).toContain('the end')
  })
})
