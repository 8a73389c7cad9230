import { expect, it } from 'vitest'
import { ada, place } from './testing/cast.ts'
import { onEveryEngine } from './testing/databases.ts'
import { callOf, claimOf, granted, rule } from './testing/quotas.ts'

const acme = { platform: 'slack', workspaceId: 'T1' } as const

onEveryEngine('periods of quotas', open => {
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
})
