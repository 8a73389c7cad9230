import { expect, it } from 'vitest'
import { ada, atMs } from './testing/cast.ts'
import { onEveryEngine } from './testing/databases.ts'
import { callOf, claimOf, counters, granted, rule } from './testing/quotas.ts'

onEveryEngine('quotas of one person’s accounts', open => {
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
})
