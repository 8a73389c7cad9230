import { describe, expect, it } from 'vitest'
import { disguises, encodeUrl, hostOf, safeUrl } from './url.ts'

describe('addresses', () => {
  it.each([
    'https://x.example/a?b=c#d',
    'http://x.example',
    'HTTPS://x.example',
    'mailto:ada@x.example',
    'https://x.example/한국',
  ])('%s may be a link', href => {
    expect(safeUrl(href)).toBe(href)
  })

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://x.example',
    '//x.example',
    '/a',
    '#a',
    'x.example',
    '',
    'https:x.example',
    'https://',
    'https://a b',
    'https://ada@x.example',
    'https://ada:pw@x.example',
    'https://x.example/\u202e',
    'java\nscript:x',
    'blob:https://x.example/a',
    `https://x.example/${'a'.repeat(5_000)}`,
  ])('%j may not', href => {
    expect(safeUrl(href)).toBeUndefined()
  })

  it('lead to a host', () => {
    expect(hostOf('https://www.x.example:8080/a')).toBe('www.x.example:8080')
    expect(hostOf('https://аpple.example')).toBe('xn--pple-43d.example')
    expect(hostOf('mailto:ada@x.example')).toBe('ada@x.example')
  })

  it.each([
    ['bank.example', true],
    ['https://bank.example/login', true],
    ['go to www.bank.example now', true],
    ['ｂａｎｋ．ｅｘａｍｐｌｅ', true],
    ['bank\u200b.example', true],
    ['10.0.0.1', true],
    ['docs', false],
    ['x.example', false],
    ['www.x.example/a', false],
    ['index.ts', false],
    ['version 1.25', false],
    ['e.g. this', false],
  ])('shown as %j: disguised %s', (label, disguised) => {
    expect(disguises(label, 'https://x.example/a')).toBe(disguised)
  })

  it('lose nothing when encoded', () => {
    expect(encodeUrl('https://x.example/a(b)|c_d?e=@here')).toBe('https://x.example/a%28b%29%7Cc_d?e=%40here')
  })
})
