import { expect, it } from 'vitest'
import { ada, atMs, grace, linus, playOn, thread } from './testing/cast.ts'
import { onEveryEngine } from './testing/databases.ts'
import { addMember } from './testing/people.ts'

const acme = { platform: 'slack', workspaceId: 'T1' } as const
const elsewhere = { ...thread, workspaceId: 'T2', channelId: 'C9' }

onEveryEngine('the overview', open => {
  it('counts what was asked, by whom, where, and how it ended', async () => {
    const { store } = await open()
    const chat = playOn(store)
    const member = await addMember(store, 'ada')
    await store.members.link((await store.identities.meet(ada)).id, member.id, atMs)
    await chat.ask(ada, 'When is high water?')
    const { lease, brief } = await chat.begin()
    await store.turns.deliver(brief.turn.id, lease, { end: 'done', text: 'At nine.', tokens: 3 })
    await store.turns.end(brief.turn.id, lease)
    await chat.ask(grace, 'And tomorrow?')
    const failing = await chat.begin()
    await store.turns.deliver(failing.brief.turn.id, failing.lease, {
      end: 'failed',
      error: 'model_overloaded',
      text: '',
      tokens: 0,
    })
    await store.turns.end(failing.brief.turn.id, failing.lease)
    await chat.ask(ada, 'And at night?')
    await chat.ask(linus, 'Elsewhere?', elsewhere)
    const look = (workspace?: typeof acme) =>
      store.overviews.look({
        timeZone: 'Asia/Seoul',
        nowMs: atMs + 60_000,
        ...(workspace === undefined ? {} : { workspace }),
      })
    const here = await look(acme)
    expect(here.today).toMatchObject({
      // Nine in the morning in UTC is six in the evening of the same day there.
      fromMs: Date.UTC(2026, 10, 20, 15),
      turns: { done: 1, failed: 1, stopped: 0, open: 1 },
      people: 2,
    })
    expect(here.month.fromMs).toBe(Date.UTC(2026, 9, 31, 15))
    expect(here.channels.map(({ place, turns }) => [place.channelId, turns])).toEqual([['C1', 3]])
    expect(here.people.map(({ memberId, name, turns }) => [memberId, name, turns])).toEqual([
      [member.id, 'Ada', 2],
      [undefined, 'Grace', 1],
    ])
    expect(here.errors.map(({ code, count }) => [code, count])).toEqual([['model_overloaded', 1]])
    const everywhere = await look()
    expect(everywhere.month.turns).toEqual({ done: 1, failed: 1, stopped: 0, open: 2 })
    expect(everywhere.channels.map(({ place }) => place.channelId)).toEqual(['C1', 'C9'])
  })

  it('tells days and months apart where daylight saving ends', async () => {
    const { store } = await open()
    // The clocks of Stockholm went back on 25 October 2026: that day had 25 hours.
    const at = async (nowMs: number) => {
      const { today, month } = await store.overviews.look({ timeZone: 'Europe/Stockholm', nowMs })
      return [today.fromMs, month.fromMs]
    }
    const october = Date.UTC(2026, 8, 30, 22)
    expect(await at(Date.UTC(2026, 9, 25, 22, 59))).toEqual([Date.UTC(2026, 9, 24, 22), october])
    expect(await at(Date.UTC(2026, 9, 25, 23))).toEqual([Date.UTC(2026, 9, 25, 23), october])
  })

  it('knows how long the queue is, and what has waited longest', async () => {
    const { store } = await open()
    const nowMs = Date.now()
    expect(await store.overviews.queue(nowMs)).toEqual({ waiting: 0, running: 0 })
    await store.jobs.enqueue({ kind: 'turn', lane: 'a', payload: {} })
    await store.jobs.enqueue({ kind: 'turn', lane: 'b', payload: {} })
    const [job] = await store.jobs.claim(['turn'], 30_000)
    const { waiting, running, oldestMs } = await store.overviews.queue(nowMs + 60_000)
    expect([job !== undefined, waiting, running]).toEqual([true, 1, 1])
    expect(Math.abs((oldestMs ?? 0) - nowMs)).toBeLessThan(60_000)
  })
})
