import { expect, it } from 'vitest'
import { onEveryEngine } from '../adapters/postgres/testing/databases.ts'
import type { Jobs } from './job.ts'
import type { Log } from './log.ts'
import { silentLog } from './testing/silent-log.ts'
import { createSteppedClock } from './testing/stepped-clock.ts'
import { createWorker } from './worker.ts'

onEveryEngine('a job', open => {
  it('that ends while its lease is renewed is not told to be lost', async () => {
    const { store, database } = await open()
    const [renewing, finished] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const held: boolean[] = []
    const warnings: unknown[] = []
    const log: Log = { ...silentLog, warn: (...told) => void warnings.push(told), with: () => log }
    const clock = createSteppedClock()
    const worker = createWorker({
      jobs: {
        ...store.jobs,
        async renew(leases, leaseMs) {
          renewing.resolve()
          await finished.promise
          const renewal = await store.jobs.renew(leases, leaseMs)
          held.push(renewal.renewed.size > 0)
          return renewal
        },
        async finish(lease) {
          await store.jobs.finish(lease)
          finished.resolve()
        },
      },
      signals: database.signals,
      clock,
      log,
      random: Math.random,
      handlers: new Map([['errand', { run: () => renewing.promise, maxAttempts: 1 }]]),
      concurrency: 1,
      leaseMs: 900,
      pollMs: 60_000,
    })
    await store.jobs.enqueue({ kind: 'errand', lane: 'one', payload: {} })
    worker.start()
    await expect.poll(() => clock.advance(300).then(() => held)).toEqual([false])
    await worker.drain(0)
    expect(warnings).toEqual([])
  })
})

it('no job is begun while the database is crowded, and then each in its turn; one a moment comes through', async () => {
  const waiting = ['first', 'second', 'third']
  let isCrowded = true
  const { worker, clock, begun } = working(waiting, () => isCrowded)
  worker.start()
  await clock.advance(80)
  expect(begun).toEqual([])
  await clock.advance(20)
  await expect.poll(() => begun).toEqual(['first'])
  isCrowded = false
  await expect.poll(() => clock.advance(20).then(() => begun)).toEqual(['first', 'second', 'third'])
  await worker.drain(0)
})

it('no job is begun once it is told to stop, however long it waited for room', async () => {
  const { worker, clock, begun } = working(['first'], () => true)
  worker.start()
  await clock.advance(40)
  const stopped = worker.drain(0)
  await clock.advance(200)
  await stopped
  expect(begun).toEqual([])
})

/** A worker on these jobs, and which of them it began. */
function working(waiting: string[], isCrowded: () => boolean) {
  const begun: string[] = []
  const clock = createSteppedClock()
  const worker = createWorker({
    jobs: queueOf(waiting),
    signals: { listen: () => () => {} },
    clock,
    log: silentLog,
    random: Math.random,
    handlers: new Map([['errand', { run: async job => void begun.push(job.id), maxAttempts: 1 }]]),
    concurrency: 10,
    isCrowded,
    leaseMs: 9_000,
    pollMs: 60_000,
  })
  return { worker, clock, begun }
}

/** A queue in memory that gives these jobs. */
function queueOf(waiting: string[]): Jobs {
  const nothing = () => Promise.resolve()
  return {
    enqueue: nothing,
    claim: (_kinds, _leaseMs, atMost) =>
      Promise.resolve(
        waiting.splice(0, atMost).map(id => ({
          id,
          kind: 'errand',
          lane: id,
          payload: {},
          attempt: 1,
          enqueuedAtMs: 0,
          lease: { jobId: id, token: 'ours' },
        })),
      ),
    renew: () => Promise.resolve({ renewed: new Set(), lost: new Set() }),
    hold: nothing,
    finish: nothing,
    retry: nothing,
    nextDueMs: () => Promise.resolve(undefined),
    freeAll: nothing,
  }
}
