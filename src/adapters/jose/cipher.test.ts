import { describe, expect, it } from 'vitest'
import { createCipher } from './cipher.ts'

const old = 'the secret key of last year, long enough'
const young = 'the secret key of this year, long as well'
const key = 'sk-planted-0123456789-✓'

describe('what is sealed', () => {
  const cipher = createCipher([old])
  const sealed = cipher.seal(key, 'provider p-1')

  it('is opened again, and tells nothing meanwhile', () => {
    expect(cipher.open(sealed, 'provider p-1')).toBe(key)
    expect(sealed).not.toContain('planted')
    expect(Buffer.from(sealed.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain('planted')
    expect(cipher.seal(key, 'provider p-1')).not.toBe(sealed)
    expect(cipher.open(cipher.seal('', 'x'), 'x')).toBe('')
  })

  it('is worth nothing in another row', () => {
    expect(cipher.open(sealed, 'provider p-2')).toBeUndefined()
  })

  it('is worth nothing with another key, altered anywhere, or cut', () => {
    const [version = '', id = '', body = ''] = sealed.split('.')
    const bytes = Buffer.from(body, 'base64url')
    const flipped = Array.from(bytes, (_, at) => {
      const copy = Buffer.from(bytes)
      copy[at] = (copy[at] ?? 0) ^ 1
      return [version, id, copy.toString('base64url')].join('.')
    })
    const cut = Array.from(bytes, (_, at) =>
      [version, id, bytes.subarray(0, at).toString('base64url')].join('.'),
    )
    const strange = ['', '.', '..', `${sealed}.`, `v2.${id}.${body}`, `${version}.other.${body}`, body]
    for (const other of [...flipped, ...cut, ...strange])
      expect(cipher.open(other, 'provider p-1')).toBeUndefined()
    expect(createCipher([young]).open(sealed, 'provider p-1')).toBeUndefined()
  })
})

it('a new key in front seals, and what the old one sealed stays readable until it is taken away', () => {
  const before = createCipher([old])
  const both = createCipher([young, old])
  const after = createCipher([young])
  const sealed = before.seal(key, 'c')
  expect([both.open(sealed, 'c'), both.isCurrent(sealed), before.isCurrent(sealed)]).toEqual([
    key,
    false,
    true,
  ])
  const anew = both.seal(both.open(sealed, 'c') ?? '', 'c')
  expect([both.isCurrent(anew), after.open(anew, 'c'), after.open(sealed, 'c')]).toEqual([
    true,
    key,
    undefined,
  ])
  expect(before.open(anew, 'c')).toBeUndefined()
})
