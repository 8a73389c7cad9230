import { expect, it } from 'vitest'
import { onEveryEngine } from '../adapters/postgres/testing/databases.ts'
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
        async renew(lease, leaseMs) {
          renewing.resolve()
          await finished.promise
          const isHeld = await store.jobs.renew(lease, leaseMs)
          held.push(isHeld)
          return isHeld
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
