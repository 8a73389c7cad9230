import { expect, it } from 'vitest'
import type { Author } from '../../core/identity.ts'
import type { Store } from '../../core/store.ts'
import type { ThreadRef } from '../../core/thread.ts'
import { toCsv } from '../../core/usage-report.ts'
import { ada, grace, place } from './testing/cast.ts'
import { onEveryEngine } from './testing/databases.ts'

const acme = { platform: 'slack', workspaceId: 'T1' } as const
const noon = Date.parse('2026-11-20T12:00:00Z')
const hour = 3_600_000
const always = { fromMs: 0, toMs: noon + 1_000 * hour }

interface Spent {
  readonly by: Author
  readonly at?: number
  readonly model?: string
  readonly thread?: Omit<ThreadRef, 'threadId'>
  readonly tokens?: number
  readonly estimated?: boolean
}

let spent = 0

async function spend(store: Store, use: Spent): Promise<void> {
  spent += 1
  const { by, at = noon, model = 'm', thread = place, tokens = 10, estimated = false } = use
  const { id: askerId } = await store.identities.meet(by)
  const reservationId = `turn-${spent}`
  const estimate = { inputTokens: tokens, outputTokens: 0 }
  await store.quotas.reserve({ reservationId, askerId, thread, model, agentId: 'parley', estimate, atMs: at })
  const usage = { inputTokens: tokens, cachedInputTokens: 4, outputTokens: 1 }
  const call = { callId: `call-${spent}`, purpose: 'answer', model, usage, estimated, atMs: at } as const
  await store.quotas.settle({ id: reservationId }, [call])
}

async function play(store: Store): Promise<void> {
  await store.prices.set({ model: 'm', inputMicros: 1e6, outputMicros: 1e6, sinceMs: 0 })
  await spend(store, { by: ada })
  await spend(store, { by: ada, at: noon + 10 * hour, tokens: 20 })
  await spend(store, { by: grace, model: 'unpriced', thread: { ...place, channelId: 'C2' }, estimated: true })
  await spend(store, {
    by: { ...ada, platform: 'discord', realm: 'discord' },
    thread: { ...place, platform: 'discord' },
  })
}

onEveryEngine('reports of usage', open => {
  it('add up what was used, and say what has no price and what was estimated', async () => {
    const { store } = await open()
    await play(store)
    expect(await store.usageReports.total({ ...always, workspace: acme })).toEqual({
      requests: 3,
      calls: 3,
      inputTokens: 40,
      cachedInputTokens: 12,
      outputTokens: 3,
      costMicros: 32,
      unpricedCalls: 1,
      estimatedCalls: 1,
    })
    expect((await store.usageReports.total(always)).calls).toBe(4)
    expect((await store.usageReports.total({ fromMs: noon + 1, toMs: noon + 10 * hour })).calls).toBe(0)
  })

  it('add it up by every aspect, days in the workspace’s time zone', async () => {
    const { store } = await open()
    await play(store)
    await store.settings.changeWorkspace('slack', 'T1', { timeZone: 'Asia/Seoul' })
    const lines = async (aspect: Parameters<Store['usageReports']['by']>[0]) => {
      const found = await store.usageReports.by(aspect, { ...always, workspace: acme })
      return found.map(({ key, name, total }) => [key, name, total.inputTokens])
    }
    expect(await lines('day')).toEqual([
      ['2026-11-20', '2026-11-20', 20],
      ['2026-11-21', '2026-11-21', 20],
    ])
    expect(await lines('model')).toEqual([
      ['m', 'm', 30],
      ['unpriced', 'unpriced', 10],
    ])
    expect(await lines('channel')).toEqual([
      ['slack:T1:C1', 'slack:T1:C1', 30],
      ['slack:T1:C2', 'slack:T1:C2', 10],
    ])
    expect((await lines('person')).map(([, name]) => name)).toEqual(['Ada', 'Grace'])
    expect(await lines('agent')).toEqual([['parley', 'parley', 40]])
    expect((await store.usageReports.by('platform', always)).map(({ key }) => key)).toEqual([
      'slack',
      'discord',
    ])
    expect((await store.usageReports.by('workspace', always, 1)).map(({ key }) => key)).toEqual(['slack:T1'])
  })

  it('write every call as CSV, an unknown cost empty and a formula as the text it is', async () => {
    const { store } = await open()
    await play(store)
    await store.identities.meet({ ...ada, name: '=HYPERLINK("x")' })
    const lines: string[] = []
    for await (const line of toCsv(store.usageReports.rows({ ...always, workspace: acme }))) lines.push(line)
    const [header, ...rest] = lines
    const first = rest.find(line => line.startsWith('2026-11-20T12:00') && line.includes(',C1,'))
    expect(header).toMatch(/^time,platform,.*,estimated\r\n$/)
    expect(first).toContain(`2026-11-20T12:00:00.000Z,slack,T1,C1,"'=HYPERLINK(""x"")",`)
    expect(first).toMatch(/,parley,m,,answer,1,10,4,1,11,\r\n$/)
    expect(rest.find(line => line.includes('unpriced'))).toMatch(/,1,10,4,1,,yes\r\n$/)
    expect(rest).toHaveLength(3)
  })

  it('show how every rule stands: the holding one of each subject, who is named without any use too', async () => {
    const { store } = await open()
    await play(store)
    const rule = { unit: 'requests', period: 'month', soft: false } as const
    await store.quotaRules.replace(acme, [
      { ...rule, scope: 'workspace', subject: '*', limit: 100 },
      { ...rule, scope: 'channel', subject: '*', limit: 10 },
      { ...rule, scope: 'channel', subject: 'C1', limit: 4 },
      { ...rule, scope: 'channel', subject: 'C9', limit: 7 },
    ])
    await store.quotaRules.replace(undefined, [{ ...rule, scope: 'member', subject: '*', limit: 3 }])
    const here = await store.usageReports.standings(acme, noon + 11 * hour)
    expect(here.map(({ name, used, limit }) => [name, used, limit])).toEqual([
      ['C1', 2, 4],
      ['C2', 1, 10],
      ['T1', 3, 100],
      ['C9', 0, 7],
    ])
    const everywhere = await store.usageReports.standings(undefined, noon + 11 * hour)
    expect(
      everywhere.filter(({ rule: { scope } }) => scope === 'member').map(({ name, used }) => [name, used]),
    ).toEqual([
      ['Ada', 2],
      ['Ada', 1],
      ['Grace', 1],
    ])
  })

  it('show people whom rules name as they are called, and every counter in its own time zone', async () => {
    const { store } = await open()
    const { id: adas } = await store.identities.meet(ada)
    const { id: graces } = await store.identities.meet(grace)
    await store.members.add({ id: 'm-ada', username: 'ada', nickname: 'Ada L.' })
    await store.members.link(adas, 'm-ada', noon)
    await store.settings.changeWorkspace('slack', 'T1', { timeZone: 'Asia/Seoul' })
    const rule = { unit: 'requests', period: 'day', scope: 'member', soft: false } as const
    // Her account's, from before it was linked.
    await store.quotaRules.replace(acme, [
      { ...rule, subject: adas, limit: 4 },
      { ...rule, subject: graces, period: 'month', limit: 9 },
    ])
    const look = async () => {
      const found = await store.usageReports.standings(undefined, noon)
      return found.map(({ name, subject, used, limit, resetsAtMs, timeZone }) => [
        name,
        subject,
        `${used} of ${limit}`,
        new Date(resetsAtMs).toISOString().slice(0, 13),
        timeZone,
      ])
    }
    const graceStands = ['Grace', `person:${graces}@slack:T1`, '0 of 9', '2026-11-30T15', 'Asia/Seoul']
    const adaStands = (used: number) => [
      'Ada L.',
      'person:m-ada@slack:T1',
      `${used} of 4`,
      '2026-11-20T15',
      'Asia/Seoul',
    ]
    expect(await look()).toEqual([adaStands(0), graceStands])
    await spend(store, { by: ada })
    expect(await look()).toEqual([adaStands(1), graceStands])
  })
})
