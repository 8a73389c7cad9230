import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readEnvironment } from './environment.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'parley-env-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

it('without .env it is the process’s own', () => {
  expect(readEnvironment(dir)).toBe(process.env)
})

it('.env adds to it, and what the process has wins', () => {
  writeFileSync(join(dir, '.env'), '# practice\nPARLEY_ONE="1"\nexport PARLEY_TWO=2\n\nPATH=nowhere\n')
  const env = readEnvironment(dir)
  expect(env).toMatchObject({ PARLEY_ONE: '1', PARLEY_TWO: '2', PATH: process.env['PATH'] })
})

it('a line that is not NAME=value is refused by its number', () => {
  writeFileSync(join(dir, '.env'), 'PORT=3000\nSLACK_BOT_TOKEN xoxb-1\n')
  expect(() => readEnvironment(dir)).toThrow('.env line 2 is not NAME=value.')
})
