import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Household, openHousehold } from './testing/household.ts'
import { type ParleyProcess, startMain, startUnderNpm } from './testing/parley-process.ts'

/** What a person sees who starts Parley with something wrong: one line with the cause and the cure, and an exit code. */

let dir: string
let running: ParleyProcess[]
let house: Household | undefined

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'parley-start-'))
  running = []
})
afterEach(async () => {
  for (const parley of running) parley.killGroup('SIGKILL')
  await Promise.all(running.map(parley => parley.ended))
  await house?.close()
  house = undefined
  rmSync(dir, { recursive: true, force: true })
})

function start(env: Record<string, string> = {}): ParleyProcess {
  const parley = startMain({ DATA_DIR: join(dir, 'data'), PORT: '0', LOG_LEVEL: 'error', ...env }, dir)
  running.push(parley)
  return parley
}

async function greeted(parley: ParleyProcess): Promise<void> {
  await expect.poll(() => parley.stderr(), { timeout: 50_000 }).toContain('Parley is at')
}

/** Every line on standard error, once it has ended. */
async function linesOf(parley: ParleyProcess): Promise<readonly string[]> {
  await parley.ended
  return parley.stderr().trim().split('\n')
}

describe('a start that cannot be', () => {
  it('a wrong configuration: every problem on a line of its own, and exit 78', async () => {
    const parley = start({ PORT: 'eighty', SLACK_BOT_TOKEN: 'nope', DATABASE_URL: 'mysql://x' })
    expect(await linesOf(parley)).toEqual([
      expect.stringMatching(/^parley: PORT /),
      expect.stringMatching(/^parley: DATABASE_URL /),
      expect.stringMatching(/^parley: SLACK_BOT_TOKEN /),
    ])
    expect(await parley.ended).toBe(78)
  })

  it('a malformed .env: the number of the line', async () => {
    writeFileSync(join(dir, '.env'), 'PORT=3000\nSLACK BOT TOKEN = oops\n')
    const parley = start()
    expect(await linesOf(parley)).toEqual(['parley: .env line 2 is not NAME=value.'])
    expect(await parley.ended).toBe(78)
  })

  it('a database that is not there: where it was looked for, without the password', async () => {
    const parley = start({
      DATABASE_URL: 'postgres://parley:hunter2@127.0.0.1:9/parley',
      SECRET_KEY: 'k'.repeat(32),
    })
    const lines = await linesOf(parley)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('127.0.0.1:9')
    expect(lines[0]).not.toContain('hunter2')
    expect(await parley.ended).toBe(1)
  }, 120_000)

  it('a data directory that another Parley has open: who has it', async () => {
    const first = start()
    await greeted(first)
    const second = start()
    const lines = await linesOf(second)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/DATA_DIR.*process \d+|process \d+.*DATA_DIR/)
    expect(await second.ended).toBe(1)
  }, 120_000)

  it('a killed Parley does not block the next', async () => {
    const first = start()
    await greeted(first)
    first.kill('SIGKILL')
    expect(await first.ended).toBe('SIGKILL')
    await greeted(start())
  }, 120_000)

  it('a port in use: which one, and what to set', async () => {
    const squatter = createServer().listen(0, '127.0.0.1')
    await once(squatter, 'listening')
    const { port } = squatter.address() as AddressInfo
    const parley = start({ PORT: String(port) })
    expect(await linesOf(parley)).toEqual([
      expect.stringMatching(new RegExp(`^parley: Port ${port} is in use.*PORT`)),
    ])
    expect(await parley.ended).toBe(1)
    squatter.close()
  }, 120_000)
})

describe('a start that goes on with something wrong', () => {
  const logged = async (env: Record<string, string>, words: RegExp) => {
    const log: string[] = []
    const parley = start(env)
    parley.onLine(line => log.push(line))
    await expect.poll(() => log.join('\n'), { timeout: 50_000 }).toMatch(words)
    return log.filter(line => words.test(line))
  }

  it('a model that does not exist is named with its variable', async () => {
    house = await openHousehold()
    const lines = await logged(
      { ...house.env, DATA_DIR: join(dir, 'data'), OPENAI_MODEL: 'gpt-none' },
      /OPENAI_MODEL/,
    )
    expect(lines[0]).toContain('gpt-none')
  }, 120_000)

  it('an address where no model is, likewise', async () => {
    house = await openHousehold()
    const env = { ...house.env, DATA_DIR: join(dir, 'data'), OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' }
    expect(await logged(env, /OPENAI_BASE_URL/)).toHaveLength(1)
  }, 120_000)

  it('a Slack token that Slack refuses, while Discord goes on', async () => {
    house = await openHousehold()
    const env = { ...house.env, DATA_DIR: join(dir, 'data'), SLACK_BOT_TOKEN: 'xoxb-revoked-token' }
    expect(await logged(env, /Slack refused SLACK_BOT_TOKEN/)).toHaveLength(1)
    await expect.poll(() => house?.discord.player.view().connections, { timeout: 50_000 }).toBe(1)
    house.sandbox.model.script({ text: 'Still here.' })
    const root = house.discord.say('@Parley are you there?')
    await expect.poll(() => house?.discord.texts(root), { timeout: 50_000 }).toEqual(['Still here.'])
  }, 120_000)
})

describe('a stop', () => {
  it('in mid-answer lets the answer finish, and ends with 0', async () => {
    house = await openHousehold()
    const text = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ')
    house.sandbox.model.script({ text, wordDelayMs: 30 })
    const parley = start({ ...house.env, DATA_DIR: join(dir, 'data') })
    await greeted(parley)
    await expect.poll(() => house?.slack.player.view().connections, { timeout: 50_000 }).toBe(2)
    const root = house.slack.say('@Parley tell me')
    await expect.poll(() => house?.slack.texts(root).join(), { timeout: 50_000 }).toContain('word5')
    parley.kill('SIGTERM')
    expect(await parley.ended).toBe(0)
    expect(house.slack.texts(root)).toEqual([text])
  }, 120_000)

  describe('under npm, in mid-answer', () => {
    const text = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ')
    const answering = async () => {
      const home = (house = await openHousehold())
      home.sandbox.model.script({ text, wordDelayMs: 30 })
      const parley = startUnderNpm({ ...home.env, DATA_DIR: join(dir, 'data'), LOG_LEVEL: 'error' })
      running.push(parley)
      await greeted(parley)
      await expect.poll(() => home.slack.player.view().connections, { timeout: 50_000 }).toBe(2)
      const root = home.slack.say('@Parley tell me')
      const shows = async (word: string) => {
        await expect.poll(() => home.slack.texts(root).join(), { timeout: 50_000 }).toContain(word)
      }
      await shows('word5')
      return { parley, shows, shown: () => home.slack.texts(root) }
    }

    it('SIGTERM to npm alone, as systemd sends it, lets the answer finish, too', async () => {
      const { parley, shown } = await answering()
      parley.kill('SIGTERM')
      expect(await parley.ended).toBe(0)
      expect(shown()).toEqual([text])
    }, 120_000)

    it('so does a terminal’s Ctrl-C, which comes to everybody, pressed twice', async () => {
      const { parley, shows, shown } = await answering()
      parley.killGroup('SIGINT')
      await shows('word25')
      parley.killGroup('SIGINT')
      expect(await parley.ended).toBe(0)
      expect(shown()).toEqual([text])
    }, 120_000)
  })

  it('SIGTERM ends with 0', async () => {
    const parley = start()
    await greeted(parley)
    parley.kill('SIGTERM')
    expect(await parley.ended).toBe(0)
  }, 120_000)
})
