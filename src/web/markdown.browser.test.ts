import fc from 'fast-check'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { hostile } from '../markdown/testing/hostile.ts'
import { openBrowser } from '../sandbox/page/testing/browser.ts'
import { renderMarkdown } from './markdown.ts'

/** What a browser makes of what is rendered: the only parser whose opinion counts. */

let browser: Browser
let page: Page
const requested: string[] = []

beforeAll(async () => {
  browser = await openBrowser()
  page = await browser.newPage()
  page.on('request', request => requested.push(request.url()))
  await page.goto('about:blank')
  requested.length = 0
})
afterAll(() => browser.close())

/** Elements, and the attributes each may have. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    'p br em strong s h2 h3 h4 h5 h6 ul blockquote hr table thead tbody tr figcaption'
      .split(' ')
      .map(tag => [tag, []]),
  ),
  a: ['href', 'rel', 'target'],
  bdi: ['class'],
  figure: ['class'],
  ol: ['start'],
  li: ['class'],
  th: ['class'],
  td: ['class'],
  div: ['class', 'tabindex'],
  pre: ['class', 'tabindex'],
  code: ['class'],
  span: ['class'],
}

/** What is in these pieces of page that may not be, by the piece it is in. */
async function trespasses(rendered: readonly string[]): Promise<readonly string[]> {
  return page.evaluate(
    `((pieces, allowed) => pieces.flatMap((html, index) => {
      const root = document.createElement('div')
      document.body.replaceChildren(root)
      root.innerHTML = html
      const wrong = []
      for (const element of root.querySelectorAll('*')) {
        const tag = element.localName
        if (element.namespaceURI !== 'http://www.w3.org/1999/xhtml' || !Object.hasOwn(allowed, tag)) wrong.push(tag)
        for (const { name } of element.attributes)
          if (!(allowed[tag] ?? []).includes(name) || (name === 'href' && !/^(https?|mailto):/.test(element.protocol)))
            wrong.push(tag + ' ' + name)
        if (tag === 'a' && element.parentElement.closest('a')) wrong.push('a in a')
        if (tag === 'a' && element.textContent.trim() === '') wrong.push('a without words')
        if (tag === 'a' && element.protocol !== 'mailto:') {
          const behind = element.nextElementSibling?.className === 'host' ? element.nextElementSibling.textContent : ''
          if (!(element.textContent + behind).normalize('NFKC').toLowerCase().includes(element.host)) wrong.push('hidden host')
        }
      }
      return wrong.map(one => index + ': ' + one)
    }))(${JSON.stringify(rendered)}, ${JSON.stringify(allowed)})`,
  )
}

it('sees what is not allowed', async () => {
  const bad = [
    '<img src=x>',
    '<p onclick="x">a</p>',
    '<a href="javascript:x">a</a>',
    '<svg><a href="https://a.example">a</a></svg>',
    '<a href="https://a.example">b</a>',
    '<p style="color:red">a</p>',
  ]
  const found = await trespasses(bad)
  expect(new Set(found.map(one => one.split(':')[0]))).toEqual(new Set(['0', '1', '2', '3', '4', '5']))
  requested.length = 0
})

const more = [
  '<svg onload=alert(1)>',
  '<iframe srcdoc="<script>alert(1)</script>">',
  '<style>*{background:url(https://evil.example)}</style>',
  '<math><mtext></form><form><mglyph><svg><mtext><textarea><path id="</textarea><img onerror=alert(1) src=1>">',
  '`<img src=x onerror=alert(1)>`',
  '```html\n<img src=x onerror=alert(1)>\n```',
  '```"onmouseover="alert(1)\nx\n```',
  '```<script>\nx\n```',
  '$<img src=x onerror=alert(1)>$',
  '$$\n</code></pre><script>alert(1)</script>\n$$',
  '\\(<svg onload=alert(1)>\\)',
  '[a](https://e.example/"onmouseover="alert(1))',
  "[a](https://e.example/'onmouseover='alert(1))",
  '[a](https://e.example/<script>)',
  '![" onerror="alert(1)](https://e.example/p.png)',
  '![a](https://e.example/p.png "x\\" onerror=alert(1)")',
  '[<img src=x onerror=alert(1)>](https://e.example)',
  '[![<b>](https://i.example)](javascript:alert(1))',
  '[x](jav&#x09;ascript:alert(1))',
  '[x](javascript&colon;alert(1))',
  '[x](\u0001javascript:alert(1))',
  '[x]( data:text/html,a)',
  '<https://e.example/<script>alert(1)</script>>',
  '| <script> | b |\n|---|---|\n| <img src=x onerror=alert(1)> | x |',
  '| a |\n|:-:" onclick="x|\n| b |',
  '1234567890123. a',
  '- [x] <input autofocus onfocus=alert(1)>',
  '# <script>alert(1)</script>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '\u003cscript\u003e',
  '[a]: javascript:alert(1)\n\n[a] [a][] [b][a]',
  '[https://bank.example/](https://evil.example/?https://bank.example/)',
  '[evil.example.bank.example](https://evil.example)',
]

it('nothing hostile becomes anything but words and honest links, and nothing is asked of any host', async () => {
  const texts = [...hostile, ...more]
  const found = await trespasses(texts.map(renderMarkdown))
  expect(found.slice(0, 3).map(one => [texts[Number.parseInt(one, 10)], one])).toEqual([])
  expect(requested).toEqual([])
  expect(texts.length).toBeGreaterThanOrEqual(60)
})

it('whatever is put together of it', async () => {
  const scrap = fc.constantFrom(
    ...hostile,
    ...more,
    ...'< > ! @ | ` [ ] ( ) * \\ $ _ # - \n \t & ~ " \' = : ;'.split(' '),
    ' ',
    '](',
    '](https://',
    '$$',
    '\\[',
    '\\]',
    '\n\n',
    '    ',
    '```html\n',
    'https://',
  )
  const texts = fc.sample(
    fc.array(scrap, { maxLength: 16, size: 'max' }).map(scraps => scraps.join('')),
    3_000,
  )
  const found = await trespasses(texts.map(renderMarkdown))
  expect(found.slice(0, 3).map(one => [texts[Number.parseInt(one, 10)], one])).toEqual([])
  expect(requested).toEqual([])
})
