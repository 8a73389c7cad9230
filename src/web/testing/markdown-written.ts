const link = (href: string, label: string) =>
  `<a href="${href}" rel="noopener nofollow ugc" target="_blank">${label}</a>`
export const host = (name: string) => ` <bdi class="host">(${name})</bdi>`
const code = (language: string, body: string) =>
  `<figure class="code"><figcaption>${language}</figcaption><pre tabindex="0"><code class="hljs">${body}</code></pre></figure>`
const coloured = '<span class="hljs-keyword">let</span> a = <span class="hljs-number">1</span>\n'

/** What Hal writes, and what a page shows of it. */
export const written: readonly (readonly [what: string, markdown: string, html: string])[] = [
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
