import { expect, it } from 'vitest'
import type { QuotaClaim, QuotaRule } from '../../core/quota.ts'
import type { Store } from '../../core/store.ts'
import type { SpentCall } from '../../core/usage.ts'
import { createStore } from './store.ts'
import { ada, atMs, grace, place } from './testing/cast.ts'
import { onEveryEngine, onPostgres } from './testing/databases.ts'

const acme = { platform: 'slack', workspaceId: 'T1' } as const

type Rule = Omit<QuotaRule, 'id' | 'workspace'>

const rule = (change: Partial<Rule>): Rule => ({
  scope: 'member',
  subject: '*',
  unit: 'requests',
  period: 'day',
  limit: 10,
  soft: false,
  ...change,
})

let claims = 0

function claimOf(askerId: string, change: Partial<QuotaClaim> = {}): QuotaClaim {
  claims += 1
  return {
    reservationId: `r${claims}`,
    askerId,
    thread: place,
    model: 'm',
    estimate: { inputTokens: 60, outputTokens: 40 },
    atMs,
    ...change,
  }
}

function callOf(callId: string, change: Partial<SpentCall> = {}): SpentCall {
  const usage = { inputTokens: 30, cachedInputTokens: 10, outputTokens: 5 }
  return { callId, purpose: 'answer', model: 'm', usage, atMs, ...change }
}

const granted = async (store: Store, claim: QuotaClaim) => (await store.quotas.reserve(claim)).granted

/** What everybody's counters say, by the level they belong to. */
async function counters(store: Store, askerId: string) {
  const standings = await store.quotas.standing({ askerId, thread: place, atMs })
  return standings.map(({ rule: { scope, unit }, used, held }) => ({ scope, unit, used, held }))
}

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

  it.each([
    ['Asia/Seoul', '2026-11-21T14:59:59.999Z', '2026-11-21T15:00:00.000Z', '2026-11-22T15:00:00.000Z'],
    ['America/New_York', '2026-11-01T03:59:59.999Z', '2026-11-01T04:00:00.000Z', '2026-11-02T05:00:00.000Z'],
    ['Europe/Berlin', '2026-03-28T22:59:59.999Z', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
    ['UTC', '2026-12-31T23:59:59.999Z', '2027-01-01T00:00:00.000Z', '2027-01-02T00:00:00.000Z'],
    ['Pacific/Apia', '2026-06-10T10:59:59.999Z', '2026-06-10T11:00:00.000Z', '2026-06-11T11:00:00.000Z'],
  ])('begin a day at midnight in %s, also when clocks change', async (zone, before, midnight, next) => {
    const { store } = await open()
    const { id } = await store.identities.meet(ada)
    await store.settings.changeWorkspace('slack', 'T1', { timeZone: zone })
    await store.quotaRules.replace(acme, [rule({ limit: 1 })])
    const at = (time: string) => claimOf(id, { atMs: Date.parse(time) })
    expect(await granted(store, at(before))).toBe(true)
    const late = await store.quotas.reserve(at(before))
    expect(late).toMatchObject({
      granted: false,
      refusedBy: { resetsAtMs: Date.parse(midnight), timeZone: zone },
    })
    expect(await granted(store, at(midnight))).toBe(true)
    const again = await store.quotas.reserve(at(midnight))
    expect(again).toMatchObject({ granted: false, refusedBy: { resetsAtMs: Date.parse(next) } })
  })

  it('charge what was reserved before midnight to that day, whenever it ends', async () => {
    const { store } = await open()
    const { id } = await store.identities.meet(ada)
    await store.quotaRules.replace(undefined, [rule({}), rule({ period: 'month' })])
    const lastOfMonth = Date.parse('2026-11-30T23:59:59Z')
    const claim = claimOf(id, { atMs: lastOfMonth })
    await store.quotas.reserve(claim)
    await store.quotas.settle({ id: claim.reservationId }, [callOf('c1', { atMs: lastOfMonth + 5_000 })])
    const usedAt = async (time: number) =>
      (await store.quotas.standing({ askerId: id, thread: place, atMs: time })).map(({ used }) => used)
    expect(await usedAt(lastOfMonth)).toEqual([1, 1])
    expect(await usedAt(lastOfMonth + 5_000)).toEqual([0, 0])
  })

  it('are one allowance for linked accounts, and each one’s own again when they are unlinked', async () => {
    const { store } = await open()
    const member = await store.members.add({ id: 'm-ada', username: 'ada', nickname: 'Ada' })
    const [web] = await store.members.identities(member.id)
    const slack = await store.identities.meet(ada)
    await store.quotaRules.replace(undefined, [rule({ unit: 'tokens', limit: 1_000 }), rule({})])
    const use = async (askerId: string, callId: string) => {
      const claim = claimOf(askerId)
      expect(await granted(store, claim)).toBe(true)
      await store.quotas.settle({ id: claim.reservationId }, [callOf(callId)])
    }
    await use(web?.id ?? '', 'c1')
    await use(slack.id, 'c2')
    const held = claimOf(slack.id)
    await store.quotas.reserve(held)
    const standing = async (id: string) =>
      (await counters(store, id)).map(({ used, held: holds }) => [used, holds])
    const apart = [await standing(web?.id ?? ''), await standing(slack.id)]
    expect(apart).toEqual([
      [
        [1, 0],
        [35, 0],
      ],
      [
        [1, 1],
        [35, 100],
      ],
    ])
    await store.members.link(slack.id, member.id, atMs)
    await store.members.link(slack.id, member.id, atMs)
    expect(await standing(slack.id)).toEqual([
      [2, 1],
      [70, 100],
    ])
    expect(await standing(web?.id ?? '')).toEqual([
      [2, 1],
      [70, 100],
    ])
    await store.members.unlink(slack.id, atMs)
    expect([await standing(web?.id ?? ''), await standing(slack.id)]).toEqual(apart)
    await store.members.link(slack.id, member.id, atMs)
    await store.quotas.settle({ id: held.reservationId }, [callOf('c3')])
    expect(await standing(slack.id)).toEqual([
      [3, 0],
      [105, 0],
    ])
    await store.members.unlink(slack.id, atMs)
    expect(await standing(web?.id ?? '')).toEqual([
      [1, 0],
      [35, 0],
    ])
    expect(await standing(slack.id)).toEqual([
      [2, 0],
      [70, 0],
    ])
  })

  it('count right while an account is linked and unlinked in the midst of its questions', async () => {
    const { store } = await open()
    const member = await store.members.add({ id: 'm-ada', username: 'ada', nickname: 'Ada' })
    const slack = await store.identities.meet(ada)
    await store.quotaRules.replace(undefined, [rule({ limit: 1_000 })])
    const asking = Array.from({ length: 40 }, async (_, at) => {
      const claim = claimOf(slack.id)
      await store.quotas.reserve(claim)
      if (at % 3 > 0) await store.quotas.settle({ id: claim.reservationId }, [callOf(`race${at}`)])
    })
    const moving = (async () => {
      for (let at = 0; at < 5; at += 1) {
        await store.members.link(slack.id, member.id, atMs)
        await store.members.unlink(slack.id, atMs)
      }
    })()
    await Promise.all([...asking, moving])
    expect(await counters(store, slack.id)).toEqual([
      { scope: 'member', unit: 'requests', used: 26, held: 14 },
    ])
    const [web] = await store.members.identities(member.id)
    expect(await counters(store, web?.id ?? '')).toEqual([
      { scope: 'member', unit: 'requests', used: 0, held: 0 },
    ])
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
