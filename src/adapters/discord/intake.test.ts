import { expect, it } from 'vitest'
import { heardUntil, sinceOf } from '../../core/heard.ts'
import type { Inbound } from '../../core/inbound.ts'
import { silentLog } from '../../core/testing/silent-log.ts'
import { createIntake } from './intake.ts'

const said = (id: string): Inbound => ({ ...heardUntil('discord', 0), key: `message:${id}` })
const tell = (id: string) => () => Promise.resolve([said(id)])

/** An intake at a quarter past, whose database answers as `isUp` says. */
function openIntake(isUp: () => boolean) {
  const kept: string[] = []
  let nowMs = 900_000
  const intake = createIntake({
    log: silentLog,
    clock: {
      nowMs: () => nowMs,
      sleep(ms) {
        nowMs += ms
        return Promise.resolve()
      },
    },
    receive: ({ key }) => {
      if (!isUp()) return Promise.reject(new Error('the database is away'))
      kept.push(key)
      return Promise.resolve()
    },
  })
  return { intake, kept, atMs: () => nowMs }
}

it('what is told while the database is there leaves no marks', async () => {
  const { intake, kept } = openIntake(() => true)
  intake.take(tell('1'))
  intake.take(tell('2'))
  await expect.poll(() => kept).toEqual(['message:1', 'message:2'])
})

it('after an outage the first thing on record is since when it lasted, and the last that it is over', async () => {
  let tries = 0
  const { intake, kept } = openIntake(() => (tries += 1) > 300)
  for (const id of ['1', '2', '3']) intake.take(tell(id))
  await expect.poll(() => kept.length).toBe(5)
  expect(sinceOf(kept[0] ?? '')).toBe(900_000)
  expect(kept.slice(1, 4)).toEqual(['message:1', 'message:2', 'message:3'])
  expect(kept[4]).toBe(heardUntil('discord', 900_000 + 300_000).key)
})

it('an outage while it catches up does not make it forget from when on', async () => {
  let tries = 0
  const { intake, kept } = openIntake(() => (tries += 1) === 1 || tries > 50)
  intake.run(async ({ since, take }) => {
    await since(100_000)
    await take(said('1'))
  })
  intake.take(tell('2'))
  await expect.poll(() => kept.at(-1)).toMatch(/^session:/)
  expect(kept.map(key => sinceOf(key) ?? key).slice(0, 3)).toEqual([100_000, 'message:1', 'message:2'])
})
