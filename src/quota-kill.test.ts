import { expect, it } from 'vitest'
import { openDatabase } from './adapters/postgres/database.ts'
import { createStore } from './adapters/postgres/store.ts'
import { startTestPostgres } from './adapters/postgres/testing/databases.ts'
import { silentLog } from './core/testing/silent-log.ts'
import { openHousehold } from './testing/household.ts'
import { type KillPoint, startProcess } from './testing/parley-process.ts'

const eventually = { timeout: 60_000, interval: 100 }

/** Between reserving and settling: before the model is reached, in the midst of its answer, and after its last word. */
it.each(['model.called', 'model.first_text', 'model.ended'])(
  'what a process that is killed at %s had reserved is settled by the next one, once',
  { timeout: 180_000 },
  async step => {
    const postgres = await startTestPostgres()
    const house = await openHousehold({ databaseUrl: postgres.url })
    const database = await openDatabase({ url: postgres.url }, { log: silentLog })
    const store = createStore(database)
    const processes: ReturnType<typeof startProcess>[] = []
    const start = (point?: KillPoint) => {
      const parley = startProcess(house.env, point)
      processes.push(parley)
      return parley
    }
    const reservations = () =>
      database.handle.selectFrom('reservations').select(['state', 'requests_held']).execute()
    try {
      house.sandbox.model.script({ text: 'Because each part starts from zero.' }, 4)
      const first = start({ step, platform: 'slack' })
      await first.up
      const rule = { scope: 'member', subject: '*', unit: 'requests', period: 'day', soft: false } as const
      await store.quotaRules.replace(undefined, [{ ...rule, limit: 1 }])
      const root = house.slack.say('@Parley what is slow?')
      expect(await first.ended).toBe('SIGKILL')
      expect(await reservations()).toEqual([{ state: 'open', requests_held: 1 }])
      await start().up
      await expect
        .poll(() => house.slack.texts(root), eventually)
        .toEqual(['Because each part starts from zero.'])
      await expect.poll(reservations, eventually).toEqual([{ state: 'settled', requests_held: 0 }])
      // One question is one request, however many processes asked the model for it.
      const total = await store.usageReports.total({ fromMs: 0, toMs: Date.now() + 60_000 })
      expect([total.requests, total.calls, total.estimatedCalls]).toEqual([1, 2, 1])
      const next = house.slack.say('@Parley and what else?')
      await expect
        .poll(() => house.slack.texts(next), eventually)
        .toEqual([expect.stringContaining('Your limit of 1 question for today is used up')])
    } finally {
      for (const parley of processes) parley.kill('SIGKILL')
      await Promise.all(processes.map(parley => parley.ended))
      await database.close()
      await house.close()
      await postgres.drop()
    }
  },
)
