import { expect, it } from 'vitest'
import { createStore } from './store.ts'
import { ada, atMs, grace, place, playOn } from './testing/cast.ts'
import { onEveryEngine, onPostgres } from './testing/databases.ts'
import { callOf, claimOf, counters, granted, rule } from './testing/quotas.ts'

const acme = { platform: 'slack', workspaceId: 'T1' } as const

onEveryEngine('quotas', open => {
  it('let exactly ten of twenty at once through a limit of ten', async () => {
    const { store } = await open()
    const { id } = await store.identities.meet(ada)
    await store.quotaRules.replace(undefined, [rule({})])
    const all = await Promise.all(Array.from({ length: 20 }, () => granted(store, claimOf(id))))
    expect(all.filter(Boolean)).toHaveLength(10)
    expect(await counters(store, id)).toEqual([{ scope: 'member', unit: 'requests', used: 0, held: 10 }])
  })

  it('need room on every level, and hold on all of them or on none', async () => {
    const { store } = await open()
    const people = await Promise.all(
      Array.from({ length: 6 }, (_, at) => store.identities.meet({ ...ada, userId: `U${at}` })),
    )
    await store.quotaRules.replace(acme, [
      rule({ scope: 'workspace', limit: 7 }),
      rule({ scope: 'channel', limit: 9 }),
      rule({ scope: 'member', limit: 2 }),
    ])
    const asked = people.flatMap(({ id }) => [id, id, id]).map(id => granted(store, claimOf(id)))
    expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(7)
    const first = await counters(store, people[0]?.id ?? '')
    expect(first.filter(({ scope }) => scope !== 'member')).toEqual([
      { scope: 'channel', unit: 'requests', used: 0, held: 7 },
      { scope: 'workspace', unit: 'requests', used: 0, held: 7 },
    ])
    let heldByPeople = 0
    for (const { id } of people) {
      const own = (await counters(store, id)).find(({ scope }) => scope === 'member')
      expect(own?.held).toBeLessThanOrEqual(2)
      heldByPeople += own?.held ?? 0
    }
    expect(heldByPeople).toBe(7)
  })

  it('hold nothing for who has lost the job, whatever has been settled since', async () => {
    const { store } = await open()
    const { ask, claim: claimJob } = playOn(store)
    const turn = await ask(ada, 'how often?')
    const id = turn.asker.id
    await store.quotaRules.replace(undefined, [rule({})])
    const job = await claimJob(0)
    const claim = { ...claimOf(id), reservationId: turn.id, under: job.lease }
    const { lease } = await claimJob()
    expect((await store.quotas.reserve({ ...claim, under: lease })).granted).toBe(true)
    await store.quotas.settle({ id: turn.id }, [callOf('c1')])
    await expect(store.quotas.reserve(claim)).rejects.toMatchObject({ code: 'lease_lost' })
    expect(await counters(store, id)).toEqual([{ scope: 'member', unit: 'requests', used: 1, held: 0 }])
  })

  it('hold once for one id, count each call once, and end once however many end it at once', async () => {
    const { store } = await open()
    const { id } = await store.identities.meet(ada)
    await store.quotaRules.replace(undefined, [rule({}), rule({ unit: 'tokens', limit: 1_000 })])
    const claim = claimOf(id)
    await Promise.all([1, 2, 3].map(() => store.quotas.reserve(claim)))
    expect(await counters(store, id)).toEqual([
      { scope: 'member', unit: 'requests', used: 0, held: 1 },
      { scope: 'member', unit: 'tokens', used: 0, held: 100 },
    ])
    const reservation = { id: claim.reservationId }
    const calls = [callOf('c1'), callOf('c2', { purpose: 'summary' })]
    await Promise.all([1, 2, 3, 4].map(() => store.quotas.settle(reservation, calls)))
    await store.quotas.release(reservation)
    const spent = [
      { scope: 'member', unit: 'requests', used: 1, held: 0 },
      { scope: 'member', unit: 'tokens', used: 70, held: 0 },
    ]
    expect(await counters(store, id)).toEqual(spent)
    // A Turn that is tried again is one request still.
    expect(await granted(store, claim)).toBe(true)
    await store.quotas.settle(reservation, [callOf('c3')])
    expect(await counters(store, id)).toEqual([spent[0], { ...spent[1], used: 105 }])
  })

  it('give back what was held when no model was reached, and take what is told late', async () => {
    const { store } = await open()
    const { id } = await store.identities.meet(ada)
    await store.quotaRules.replace(undefined, [rule({ limit: 1 })])
    const claim = claimOf(id)
    expect(await granted(store, claim)).toBe(true)
    expect(await granted(store, claimOf(id))).toBe(false)
    await store.quotas.release({ id: claim.reservationId })
    expect(await counters(store, id)).toEqual([{ scope: 'member', unit: 'requests', used: 0, held: 0 }])
    await store.quotas.settle({ id: claim.reservationId }, [callOf('late')])
    expect(await counters(store, id)).toEqual([{ scope: 'member', unit: 'requests', used: 1, held: 0 }])
    await store.quotas.settle({ id: 'unknown' }, [callOf('lost')])
    expect(await granted(store, claimOf(id))).toBe(false)
  })

  it('hold by the most specific rule: who is named, then their role, then everybody; the workspace’s own first', async () => {
    const { store } = await open()
    const { id } = await store.identities.meet(ada)
    const limitFor = async (roles: readonly string[] = []) => {
      const [standing] = await store.quotas.standing({ askerId: id, thread: place, roles, atMs })
      return standing?.limit
    }
    await store.quotaRules.replace(undefined, [rule({ limit: 1 }), rule({ limit: 3, role: 'slack:admin' })])
    expect(await limitFor()).toBe(1)
    expect(await limitFor(['slack:admin'])).toBe(3)
    await store.quotaRules.replace(acme, [rule({ limit: 2 })])
    expect(await limitFor()).toBe(2)
    expect(await limitFor(['slack:admin'])).toBe(3)
    await store.quotaRules.replace(acme, [rule({ limit: 2 }), rule({ limit: 9, subject: id })])
    expect(await limitFor(['slack:admin'])).toBe(9)
    const elsewhere = { ...place, workspaceId: 'T2' }
    expect(await store.quotas.standing({ askerId: id, thread: elsewhere, atMs })).toMatchObject([
      { limit: 1, rule: { scope: 'member', subject: '*' } },
    ])
    await expect(
      store.quotaRules.replace(acme, [rule({ limit: 2 }), rule({ limit: 3 })]),
    ).rejects.toMatchObject({ code: 'invalid' })
    expect((await store.quotaRules.list(acme)).map(({ limit }) => limit)).toEqual([2, 9])
  })

  it('count a rule that comes late from what was used before', async () => {
    const { store } = await open()
    const { id } = await store.identities.meet(ada)
    for (let asked = 0; asked < 3; asked += 1) expect(await granted(store, claimOf(id))).toBe(true)
    await store.quotaRules.replace(acme, [rule({ scope: 'channel', subject: 'C1', limit: 3 })])
    expect(await granted(store, claimOf(id))).toBe(false)
    expect(await granted(store, claimOf(id, { thread: { ...place, channelId: 'C2' } }))).toBe(true)
  })

  it('warn at 80 % and tell it once, and only warn beyond a soft limit', async () => {
    const { store } = await open()
    const { id } = await store.identities.meet(ada)
    await store.quotaRules.replace(undefined, [rule({ limit: 5, soft: true, stepDownTo: 'cheap' })])
    const told: unknown[] = []
    for (let asked = 0; asked < 6; asked += 1) {
      const reserved = await store.quotas.reserve(claimOf(id))
      if (reserved.granted)
        told.push([reserved.warnings.length, reserved.news.length, reserved.stepDownTo ?? ''])
    }
    expect(told).toEqual([
      [0, 0, ''],
      [0, 0, ''],
      [0, 0, ''],
      [1, 1, ''],
      [1, 0, ''],
      [1, 0, 'cheap'],
    ])
  })

  it('refuse a hard limit in money while the model’s price is not known, and count money when it is', async () => {
    const { store } = await open()
    const { id } = await store.identities.meet(ada)
    await store.quotaRules.replace(undefined, [rule({ unit: 'costMicros', limit: 300 })])
    expect(await store.quotas.reserve(claimOf(id))).toMatchObject({ granted: false, reason: 'price_unknown' })
    await store.prices.set({ model: 'm', inputMicros: 1e6, outputMicros: 2e6, sinceMs: atMs })
    const claim = claimOf(id)
    expect(await granted(store, claim)).toBe(true)
    expect(await counters(store, id)).toEqual([{ scope: 'member', unit: 'costMicros', used: 0, held: 140 }])
    const cached = {
      model: 'm',
      inputMicros: 1e6,
      cachedInputMicros: 1e5,
      outputMicros: 2e6,
      sinceMs: atMs + 5,
    }
    await store.prices.set(cached)
    await store.quotas.settle({ id: claim.reservationId }, [callOf('c1', { atMs: atMs + 5 })])
    expect(await counters(store, id)).toEqual([{ scope: 'member', unit: 'costMicros', used: 31, held: 0 }])
    expect(await store.prices.history('m')).toMatchObject([{ sinceMs: atMs + 5 }, { sinceMs: atMs }])
    expect(await store.prices.current()).toEqual([cached])
    expect(await store.prices.at('m', atMs - 1)).toBeUndefined()
  })

  it('keep an unknown cost unknown, and let a soft limit in money pass', async () => {
    const { store, database } = await open()
    const { id } = await store.identities.meet(ada)
    await store.quotaRules.replace(undefined, [rule({ unit: 'costMicros', limit: 1, soft: true })])
    const claim = claimOf(id)
    expect(await granted(store, claim)).toBe(true)
    const told = { inputTokens: 1, cachedInputTokens: 0, outputTokens: 1, costMicros: 12 }
    await store.quotas.settle({ id: claim.reservationId }, [callOf('c1'), callOf('c2', { usage: told })])
    const costs = await database.handle
      .selectFrom('usages')
      .select('cost_micros')
      .orderBy('call_id')
      .execute()
    expect(costs.map(({ cost_micros }) => cost_micros)).toEqual([null, 12])
  })

  it('grant more for one period on top of the limit', async () => {
    const { store } = await open()
    const { id } = await store.identities.meet(grace)
    await store.quotaRules.replace(undefined, [rule({ limit: 1 })])
    expect(await granted(store, claimOf(id))).toBe(true)
    const refused = await store.quotas.reserve(claimOf(id))
    if (refused.granted) throw new Error('There was room.')
    const { subject, bucket, rule: spent } = refused.refusedBy
    await store.quotas.grant({ subject, bucket, unit: spent.unit, amount: 2 })
    expect(await granted(store, claimOf(id))).toBe(true)
    expect(await granted(store, claimOf(id))).toBe(true)
    expect(await granted(store, claimOf(id))).toBe(false)
    expect(await granted(store, claimOf(id, { atMs: atMs + 86_400_000 }))).toBe(true)
  })

  it('take no part when the transaction they stand in is taken back', async () => {
    const { store } = await open()
    const { id } = await store.identities.meet(ada)
    await store.quotaRules.replace(undefined, [rule({})])
    const claim = claimOf(id)
    await store.quotas.reserve(claim)
    const broken = store.atomically(async stores => {
      await stores.quotas.settle({ id: claim.reservationId }, [callOf('c1')])
      throw new Error('taken back')
    })
    await expect(broken).rejects.toThrow('taken back')
    expect(await counters(store, id)).toEqual([{ scope: 'member', unit: 'requests', used: 0, held: 1 }])
  })
})

onPostgres('quotas of several processes', open => {
  it('let exactly the limit of two hundred at once through, over three processes', async () => {
    const { store, another } = await open()
    const { id } = await store.identities.meet(ada)
    await store.quotaRules.replace(acme, [
      rule({ scope: 'workspace', limit: 37 }),
      rule({ scope: 'member', unit: 'tokens', limit: 5_000 }),
    ])
    const stores = [store, createStore(await another()), createStore(await another())]
    const asked = Array.from({ length: 200 }, (_, at) => {
      const process = stores[at % stores.length] ?? store
      return granted(process, claimOf(id))
    })
    expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(37)
  })
})
