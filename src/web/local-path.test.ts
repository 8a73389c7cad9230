import { describe, expect, it } from 'vitest'
import { localPath } from './local-path.ts'

describe('where a sign-in may lead', () => {
  it.each(['/chats', '/chats/1?q=a%20b#end', '/link/abc', '/'])('%s is ours', path => {
    expect(localPath(path)).toBe(path)
  })

  it.each([
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '\t//evil.example',
    '/\n/evil.example',
    'https://evil.example/',
    'javascript:alert(1)',
    'evil.example',
    'chats',
    '',
    '/.//evil.example',
    '/a/..//evil.example',
    `/${'a'.repeat(3000)}`,
  ])('%j is not', path => {
    expect(localPath(path)).toBeUndefined()
  })
})
