import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestPostgres } from './adapters/postgres/testing/databases.ts'
import { type ParleyProcess, startProcess } from './testing/parley-process.ts'

/** `npm run admin` as whoever runs Parley types it: processes, what they print and how they end. */

const cli = join(import.meta.dirname, 'admin-cli.ts')
const password = 'the engine weaves algebra'
const dir = mkdtempSync(join(tmpdir(), 'parley-admin-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs one command in a directory without `.env`. */
async function admin(env: Record<string, string>, args: readonly string[], stdin = ''): Promise<Ended> {
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: dir,
    env: { PATH: process.env['PATH'], ...env },
  })
  child.stdin.end(stdin)
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code: Number(code), out, err }
}

async function login(url: string, email: string, typed: string): Promise<Response> {
  return fetch(`${url}/api/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: typed }),
  })
}

async function bearer(url: string, path: string, token: string): Promise<Response> {
  return fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } })
}

const fine = (out: string | RegExp) => ({ code: 0, out: expect.stringMatching(out), err: '' })
const refused = (says: RegExp) => ({ code: 1, out: '', err: expect.stringMatching(says) })
const bareLine = /^\S+\n$/

describe('without a Parley', () => {
  const env = { DATA_DIR: join(dir, 'none') }

  it('no command: the help, and nothing is made', async () => {
    expect(await admin(env, [])).toEqual(fine(/create-admin EMAIL[^]*rotate-keys/))
    expect(existsSync(env.DATA_DIR)).toBe(false)
  })

  it.each([
    ['a command that there is not', ['make-coffee'], /^parley: There is no command make-coffee/],
    ['nobody named', ['create-admin'], /^parley: create-admin takes one member/],
    ['two named', ['erase', 'ada', 'grace'], /^parley: erase takes one member/],
    ['an option that there is not', ['list-admins', '--colour'], /^parley: .*--colour/],
  ])('%s is refused before anything is opened', async (_, args, says) => {
    expect(await admin(env, args)).toEqual(refused(says))
    expect(existsSync(env.DATA_DIR)).toBe(false)
  })

  it('a wrong configuration: its line, and exit 78', async () => {
    const { code, err } = await admin({ ...env, PORT: 'eighty' }, ['list-admins'])
    expect([code, err]).toEqual([78, expect.stringMatching(/^parley: PORT /)])
  })
})

describe('on the embedded database', () => {
  const env = { DATA_DIR: join(dir, 'data'), PORT: '0', LOG_LEVEL: 'info' }
  let parley: ParleyProcess
  let url = ''
  const lines: string[] = []

  beforeAll(async () => {
    // Before the first start: the command makes the database.
    const { out } = await admin(env, ['create-admin', 'ada@example.com', '--password-stdin'], `${password}\n`)
    if (!/^[\da-f-]{36}\n$/.test(out)) throw new Error(`It printed ${out}`)
    parley = startProcess(env)
    parley.onLine(line => lines.push(line))
    url = await parley.up
  }, 120_000)
  afterAll(async () => {
    parley.kill('SIGKILL')
    await parley.ended
  })

  it('who was made before the start owns it, and no link is made', async () => {
    const { accessToken } = (await (await login(url, 'ada@example.com', password)).json()) as {
      accessToken: string
    }
    const me = await (await bearer(url, '/api/v1/me', accessToken)).json()
    expect(me).toMatchObject({ email: 'ada@example.com', emailConfirmed: true })
    expect(await admin(env, ['setup-link'])).toEqual(refused(/^parley: Somebody owns/))
  })

  it('works through the running one, whose socket is its owner’s alone', async () => {
    const socket = statSync(join(env.DATA_DIR, 'admin.sock'))
    expect([socket.isSocket(), socket.mode & 0o777]).toEqual([true, 0o600])
    const made = await admin(env, ['create-admin', 'grace@example.com'])
    expect(made).toEqual(fine(bareLine))
    expect((await login(url, 'grace@example.com', made.out.trim())).status).toBe(200)
    expect(await admin(env, ['create-admin', 'grace@example.com'])).toEqual(
      refused(/^parley: There is an account/),
    )
    expect(await admin(env, ['create-admin', 'nobody'])).toEqual(refused(/no e-mail address/))
    expect(await admin(env, ['list-admins'])).toEqual(
      fine(/^owner\tada@example\.com\t\S+\nowner\tgrace@example\.com\t\S+\n$/),
    )
  })

  it('raises a member, makes them a key, and erases them', async () => {
    const registered = await fetch(`${url}/api/v1/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'linus@example.com', username: 'linus', password }),
    })
    expect(registered.status).toBe(201)
    expect(await admin(env, ['grant-admin', 'linus'])).toEqual(fine(/^admin\n$/))
    expect(await admin(env, ['grant-admin', 'linus', '--role', 'auditor'])).toEqual(
      refused(/is admin already/),
    )
    expect(await admin(env, ['grant-admin', 'linus', '--role', 'king'])).toEqual(refused(/A role is/))
    const key = (await admin(env, ['create-api-key', 'linus@example.com'])).out.trim()
    expect((await bearer(url, '/api/v1/me', key)).status).toBe(200)
    const set = await admin(env, ['set-password', 'linus'])
    expect(set).toEqual(fine(bareLine))
    expect((await login(url, 'linus@example.com', password)).status).toBe(401)
    expect((await login(url, 'linus@example.com', set.out.trim())).status).toBe(200)
    expect(await admin(env, ['erase', 'linus'])).toEqual(fine(bareLine))
    expect((await bearer(url, '/api/v1/me', key)).status).toBe(401)
    expect(await admin(env, ['erase', 'ada@example.com'])).toEqual(refused(/owns Parley/))
    expect(await admin(env, ['erase', 'nobody'])).toEqual(refused(/There is no member nobody/))
    // Neither passwords nor keys were told to the log.
    for (const secret of [password, key, set.out.trim()]) expect(lines.join('\n')).not.toContain(secret)
  })

  it('works on the database itself once nobody runs, a killed one’s socket left behind', async () => {
    parley.kill('SIGKILL')
    await parley.ended
    expect(existsSync(join(env.DATA_DIR, 'admin.sock'))).toBe(true)
    expect(await admin(env, ['list-admins'])).toEqual(fine(/^owner\tada@example\.com/))
  })
})

it('on a server’s database it works at once, with a link for the first owner while there is none', async () => {
  const database = await startTestPostgres({ migrated: false })
  const env = {
    DATABASE_URL: database.url,
    DATA_DIR: join(dir, 'server'),
    PUBLIC_URL: 'https://parley.example',
  }
  expect(await admin(env, ['setup-link'])).toEqual(fine(/^https:\/\/parley\.example\/setup\/[\w-]{43}\n$/))
  expect(await admin(env, ['create-admin', 'ada@example.com'])).toEqual(fine(bareLine))
  expect(await admin(env, ['rotate-keys'])).toEqual(refused(/SECRET_KEY is needed/))
  const keyed = { ...env, SECRET_KEY: 'a secret of these tests that has more than 32 bytes' }
  expect(await admin(keyed, ['rotate-keys'])).toEqual(fine(/^0 keys/))
  await database.drop()
})
