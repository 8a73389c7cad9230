import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hostile } from '../markdown/testing/hostile.ts'
import { renderMarkdown } from './markdown.ts'
import { intrusions, scrap } from './testing/markdown-scraps.ts'
import { host } from './testing/markdown-written.ts'
import { readTags } from './testing/strict-html.ts'

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

  it.each([...hostile, ...intrusions])('%j is words, and links only to the web', markdown => {
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
