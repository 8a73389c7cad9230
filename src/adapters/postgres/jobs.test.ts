import { expect, it } from 'vitest'
import type { Job, Lease } from '../../core/job.ts'
import type { Store } from '../../core/store.ts'
import { onEveryEngine, onPostgres } from './testing/databases.ts'
import { createStore } from './store.ts'

const leaseMs = 30_000

function enqueue(store: Store, lane: string, number = 0, kind = 'chore'): Promise<void> {
  return store.jobs.enqueue({ kind, lane, payload: { number } })
}

const claim = async (store: Store, ms = leaseMs) => (await store.jobs.claim(['chore'], ms))[0]

async function claimAll(store: Store): Promise<readonly Job[]> {
  const jobs: Job[] = []
  for (let job = await claim(store); job; job = await claim(store)) jobs.push(job)
  return jobs
}

async function got(store: Store, ms = leaseMs): Promise<Job> {
  const job = await claim(store, ms)
  if (!job) throw new Error('There is no job.')
  return job
}

/** Told apart from one that is lost. */
async function isRenewed(store: Store, lease: Lease, ms: number): Promise<boolean> {
  const { renewed, lost } = await store.jobs.renew([lease], ms)
  expect(renewed.size + lost.size).toBe(1)
  return renewed.has(lease.jobId)
}

onEveryEngine('the queue', open => {
  it('never gives two jobs of one lane to twenty who claim at once', async () => {
    const { store } = await open()
    for (let number = 0; number < 30; number++) await enqueue(store, `lane ${number % 10}`, number)
    const done: unknown[] = []
    while (done.length < 30) {
      const claimed = (await Promise.all(Array.from({ length: 20 }, () => claim(store)))).filter(
        job => job !== undefined,
      )
      expect(new Set(claimed.map(job => job.lane)).size).toBe(claimed.length)
      expect(claimed.length).toBeGreaterThan(0)
      for (const job of claimed) {
        done.push(job.payload['number'])
        await store.jobs.finish(job.lease)
      }
    }
    for (let lane = 0; lane < 10; lane++)
      expect(done.filter(number => Number(number) % 10 === lane)).toEqual([lane, lane + 10, lane + 20])
  })

  it('gives as many as are asked for, the oldest of each lane that is free', async () => {
    const { store } = await open()
    for (const [lane, number] of [
      ['a', 1],
      ['a', 2],
      ['b', 3],
      ['c', 4],
    ] as const)
      await enqueue(store, lane, number)
    const numbers = async () =>
      (await store.jobs.claim(['chore'], leaseMs, 2)).map(job => job.payload['number'])
    expect([await numbers(), await numbers(), await numbers()]).toEqual([[1, 3], [4], []])
  })

  it('holds many at once for longer, and tells which are lost', async () => {
    const { store } = await open()
    for (const lane of ['a', 'b', 'c']) await enqueue(store, lane)
    const [first, second, third] = await store.jobs.claim(['chore'], 50, 3)
    if (!first || !second || !third) throw new Error('There are three.')
    await store.jobs.finish(second.lease)
    const stale = { ...third.lease, token: 'of another claim' }
    expect(await store.jobs.renew([first.lease, second.lease, stale], leaseMs)).toEqual({
      renewed: new Set([first.id]),
      lost: new Set([second.id, third.id]),
    })
    await expect.poll(() => claim(store)).toMatchObject({ id: third.id })
    expect(await claim(store)).toBeUndefined()
  })

  it('gives only the kinds that are asked for', async () => {
    const { store } = await open()
    await enqueue(store, 'a', 1, 'turn')
    await enqueue(store, 'b', 2)
    expect((await claimAll(store)).map(job => job.payload)).toEqual([{ number: 2 }])
  })

  it('keeps a delayed job until it is due, and says when that is', async () => {
    const { store } = await open()
    expect(await store.jobs.nextDueMs(['chore'])).toBeUndefined()
    await store.jobs.enqueue({ kind: 'chore', lane: 'a', payload: {}, delayMs: 60_000 })
    expect(await claim(store)).toBeUndefined()
    const dueMs = await store.jobs.nextDueMs(['chore'])
    expect(dueMs).toBeGreaterThan(50_000)
    expect(dueMs).toBeLessThanOrEqual(60_000)
    await enqueue(store, 'b')
    expect(await store.jobs.nextDueMs(['chore'])).toBe(0)
  })

  it('lets another take over a job whose holder stopped renewing, who can then change nothing', async () => {
    const { store } = await open()
    await enqueue(store, 'a', 1)
    const first = await got(store, 50)
    await expect.poll(() => store.jobs.nextDueMs(['chore'])).toBe(0)
    const second = await got(store)
    expect([first.id, first.attempt, second.attempt]).toEqual([second.id, 1, 2])
    expect(await isRenewed(store, first.lease, leaseMs)).toBe(false)
    await expect(store.jobs.hold(first.lease)).rejects.toMatchObject({ code: 'lease_lost' })
    await store.jobs.finish(first.lease)
    await store.jobs.retry(first.lease, 0, 'late')
    await store.jobs.hold(second.lease)
    expect(await isRenewed(store, second.lease, leaseMs)).toBe(true)
  })

  it('tells why a job was given back, and nothing of one whose process died', async () => {
    const { store } = await open()
    await enqueue(store, 'a')
    const first = await got(store)
    await store.jobs.retry(first.lease, 0, 'model_overloaded')
    const again = await got(store, 0)
    const last = await got(store)
    expect([first, again, last].map(job => [job.attempt, job.givenBackFor])).toEqual([
      [1, undefined],
      [2, 'model_overloaded'],
      [3, undefined],
    ])
  })

  it('does not give away a job that is renewed', async () => {
    const { store } = await open()
    await enqueue(store, 'a', 1)
    const job = await got(store, 50)
    expect(await isRenewed(store, job.lease, 60_000)).toBe(true)
    expect(await store.jobs.nextDueMs(['chore'])).toBeGreaterThan(50_000)
    expect(await claim(store)).toBeUndefined()
  })

  it('lets a lane wait for a job that was given back', async () => {
    const { store } = await open()
    await enqueue(store, 'a', 1)
    await enqueue(store, 'a', 2)
    const first = await got(store)
    await store.jobs.retry(first.lease, 60_000, 'model_overloaded')
    expect(await claim(store)).toBeUndefined()
    expect(await store.jobs.nextDueMs(['chore'])).toBeGreaterThan(50_000)
  })

  it('adds a chore once while it waits, and again while it runs', async () => {
    const { store } = await open()
    const add = () => store.jobs.enqueue({ kind: 'chore', lane: 'tidy', payload: {}, unlessWaiting: true })
    await Promise.all(Array.from({ length: 10 }, add))
    const running = await got(store)
    await add()
    await add()
    await store.jobs.finish(running.lease)
    await store.jobs.finish((await got(store)).lease)
    expect(await claim(store)).toBeUndefined()
  })

  it('forgets a job whose transaction failed', async () => {
    const { store } = await open()
    const failing = store.atomically(async stores => {
      await stores.jobs.enqueue({ kind: 'chore', lane: 'a', payload: {} })
      throw new Error('never mind')
    })
    await expect(failing).rejects.toThrow('never mind')
    expect(await claim(store)).toBeUndefined()
  })

  it('tells of a new job, of one given back and of the next in its lane', async () => {
    const { store, database } = await open()
    const heard: string[] = []
    const stop = database.signals.listen(signal => heard.push(signal.type === 'job' ? signal.kind : ''))
    await enqueue(store, 'a', 1)
    await expect.poll(() => heard).toEqual(['chore'])
    await store.jobs.retry((await got(store)).lease, 0, 'again')
    await expect.poll(() => heard).toEqual(['chore', 'chore'])
    await enqueue(store, 'a', 2, 'turn')
    await expect.poll(() => heard).toEqual(['chore', 'chore', 'turn'])
    await store.jobs.finish((await got(store)).lease)
    await expect.poll(() => heard).toEqual(['chore', 'chore', 'turn', 'turn'])
    stop()
  })
})

const early = { id: 'early', lane: 'a', kind: 'chore', payload: '{"number":1}' }

onPostgres('the queue of several processes', open => {
  it('gives each of 100 jobs to one of four', async () => {
    const { store, another } = await open()
    for (let number = 0; number < 100; number++) await enqueue(store, `lane ${number % 25}`, number)
    const workers = [store]
    for (let more = 0; more < 3; more++) workers.push(createStore(await another()))
    const done: Job[] = []
    const work = async (worker: Store) => {
      while (done.length < 100) {
        const job = await claim(worker)
        if (!job) continue
        done.push(job)
        await worker.jobs.finish(job.lease)
      }
    }
    await Promise.all(workers.map(work))
    expect(done.map(job => Number(job.payload['number'])).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, number) => number),
    )
  })

  it('holds for longer all but the one that is just being changed, and waits for none', async () => {
    const { store } = await open()
    for (const lane of ['a', 'b']) await enqueue(store, lane)
    const [first, second] = await store.jobs.claim(['chore'], leaseMs, 2)
    if (!first || !second) throw new Error('There are two.')
    const [held, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const changing = store.atomically(async stores => {
      await stores.jobs.hold(first.lease)
      held.resolve()
      await done.promise
    })
    await held.promise
    expect(await store.jobs.renew([first.lease, second.lease], leaseMs)).toEqual({
      renewed: new Set([second.id]),
      lost: new Set(),
    })
    done.resolve()
    await changing
    expect(await isRenewed(store, first.lease, leaseMs)).toBe(true)
  })

  it('holds for longer while more want a connection than there are', async () => {
    const { store } = await open()
    await enqueue(store, 'a')
    const job = await got(store)
    const done = Promise.withResolvers<void>()
    const busy = Array.from({ length: 30 }, () => store.atomically(() => done.promise))
    expect(await isRenewed(store, job.lease, leaseMs)).toBe(true)
    done.resolve()
    await Promise.all(busy)
  })

  it('goes on with other lanes when a job turns up before one of its lane that runs', async () => {
    const { store, database } = await open()
    const added = Promise.withResolvers<void>()
    const commit = Promise.withResolvers<void>()
    const slow = database.atomically(async handle => {
      await handle
        .insertInto('jobs')
        .values({ ...early, run_at: new Date(0), enqueued_at: new Date(0) })
        .execute()
      added.resolve()
      await commit.promise
    })
    await added.promise
    await enqueue(store, 'a', 2)
    const second = await got(store)
    commit.resolve()
    await slow
    await enqueue(store, 'b', 3)
    expect((await got(store)).payload).toEqual({ number: 3 })
    expect(await claim(store)).toBeUndefined()
    await store.jobs.finish(second.lease)
    expect((await got(store)).payload).toEqual({ number: 1 })
  })
})
