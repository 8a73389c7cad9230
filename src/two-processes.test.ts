import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from './adapters/postgres/database.ts'
import { startTestPostgres, type TestPostgres } from './adapters/postgres/testing/databases.ts'
import { silentLog } from './core/testing/silent-log.ts'
import { type Household, openHousehold } from './testing/household.ts'
import { type ParleyProcess, startProcess } from './testing/parley-process.ts'

/** Two processes on one PostgreSQL, as one deploys them. */

let database: TestPostgres
let house: Household
let parleys: readonly { readonly process: ParleyProcess; readonly lines: string[] }[]

beforeAll(async () => {
  database = await startTestPostgres()
  house = await openHousehold({ databaseUrl: database.url })
  parleys = [0, 1].map(() => {
    const process = startProcess({ ...house.env, LOG_LEVEL: 'info' })
    const lines: string[] = []
    process.onLine(line => lines.push(line))
    return { process, lines }
  })
  house.sandbox.model.script({ text: 'Noted.', wordDelayMs: 5 }, 200)
  await Promise.all(parleys.map(({ process }) => process.up))
}, 120_000)

afterAll(async () => {
  for (const { process } of parleys) process.kill('SIGKILL')
  await Promise.all(parleys.map(({ process }) => process.ended))
  await house.close()
  await database.drop()
})

const eventually = { timeout: 60_000, interval: 100 }
const ended = (lines: readonly string[]) => lines.filter(line => line.includes('"msg":"turn ended"')).length

async function inDatabase<Row>(query: string): Promise<readonly Row[]> {
  const opened = await openDatabase({ url: database.url }, { log: silentLog })
  try {
    return (await sql.raw<Row>(query).execute(opened.handle)).rows
  } finally {
    await opened.close()
  }
}

describe('two processes', () => {
  it('share the work, never run two turns of one dialogue at once, and keep their order', async () => {
    const threads = Array.from({ length: 8 }, (_, index) =>
      house.slack.say(`@Parley question 0 of thread ${index}`),
    )
    for (let round = 1; round < 5; round += 1) {
      for (const [index, thread] of threads.entries())
        house.slack.say(`@Parley question ${round} of thread ${index}`, thread)
    }
    await expect
      .poll(
        () =>
          inDatabase(
            `select count(distinct message_id)::int as asked from turn_messages join turns on turns.id = turn_messages.turn_id where turns.state = 'done'`,
          ),
        eventually,
      )
      .toEqual([{ asked: 40 }])
    const overlapping = await inDatabase(`
      select a.id from turns a join turns b on a.dialogue_id = b.dialogue_id and a.sequence < b.sequence
      where b.started_at < a.ended_at`)
    expect(overlapping).toEqual([])
    for (const thread of threads) expect(new Set(house.slack.texts(thread))).toEqual(new Set(['Noted.']))
    for (const { lines } of parleys) expect(ended(lines)).toBeGreaterThan(0)
  }, 90_000)

  it('given the same event four times over, answer it once', async () => {
    const root = house.slack.say('@Parley only once?')
    const events = house.sandbox.slack.deliveries.filter(({ payload }) =>
      JSON.stringify(payload).includes(root),
    )
    expect(events.length).toBeGreaterThanOrEqual(2)
    for (const { payload } of [...events, ...events, ...events]) {
      house.sandbox.slack.deliver({ type: 'events_api', payload })
    }
    await expect.poll(() => house.slack.texts(root), eventually).toEqual(['Noted.'])
    const turns = await inDatabase<{ turns: number }>(
      `select count(*)::int as turns from turns join dialogues on dialogues.id = turns.dialogue_id where thread_id = '${root}'`,
    )
    expect(turns).toEqual([{ turns: 1 }])
  }, 90_000)

  it('when the one that hears Discord is killed, the other hears what was said meanwhile', async () => {
    const before = house.discord.say('@Parley hello')
    await expect.poll(() => house.discord.texts(before), eventually).toEqual(['Noted.'])
    const [first, second] = parleys
    const connectedTo = (lines: readonly string[]) =>
      lines.some(line => line.includes('connected to Discord'))
    const leader = connectedTo(first?.lines ?? []) ? first : second
    leader?.process.kill('SIGKILL')
    await leader?.process.ended
    const root = house.discord.say('@Parley is anybody there?')
    await expect.poll(() => house.discord.texts(root), eventually).toEqual(['Noted.'])
  }, 90_000)
})
