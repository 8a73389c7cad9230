import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readSecretKeys } from './secret-key.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'parley-key-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

it('a key that was told is used, and none is made', () => {
  expect(readSecretKeys(['first', 'second'], dir)).toEqual(['first', 'second'])
  expect(() => statSync(join(dir, 'secret.key'))).toThrow('ENOENT')
})

it('without one it is made once, for its owner’s eyes alone', () => {
  const [key = ''] = readSecretKeys(undefined, dir)
  expect(Buffer.byteLength(key)).toBeGreaterThanOrEqual(32)
  expect(statSync(join(dir, 'secret.key')).mode & 0o777).toBe(0o600)
  expect(readSecretKeys(undefined, dir)).toEqual([key])
  expect(readFileSync(join(dir, 'secret.key'), 'utf8')).toBe(`${key}\n`)
})

it('a damaged one is told, not replaced; nor is it repeated', () => {
  writeFileSync(join(dir, 'secret.key'), 'half-a-key')
  expect(() => readSecretKeys(undefined, dir)).toThrow(/DATA_DIR.*damaged/)
  expect(() => readSecretKeys(undefined, dir)).not.toThrow('half-a-key')
  expect(() => readSecretKeys(undefined, join(dir, 'missing'))).toThrow(/DATA_DIR/)
})
