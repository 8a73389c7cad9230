import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Store } from '../../core/store.ts'
import { ada, atMs, grace, linus, place } from './testing/cast.ts'
import { onEveryEngine } from './testing/databases.ts'

const limits = { workspace: 12, channel: 8, member: 5 } as const
const tokenLimit = 400

/** What several people do at once: reserve, and end what they reserved in one way or another. */
const act = fc.record({
  person: fc.nat(2),
  channel: fc.nat(1),
  tokens: fc.integer({ min: 1, max: 120 }),
  share: fc.integer({ min: 0, max: 100 }),
  end: fc.constantFrom('settle', 'settle twice', 'release', 'leave'),
})
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never

async function doIt(
  store: Store,
  ids: readonly string[],
  { person, channel, tokens, share, end }: Act,
  name: string,
) {
  const reserved = await store.quotas.reserve({
    reservationId: name,
    askerId: ids[person] ?? '',
    thread: { ...place, channelId: `C${channel}` },
    model: 'm',
    estimate: { inputTokens: tokens, outputTokens: 0 },
    atMs,
  })
  if (!reserved.granted || end === 'leave') return
  if (end === 'release') return store.quotas.release(reserved.reservation)
  const usage = { inputTokens: Math.floor((tokens * share) / 100), cachedInputTokens: 0, outputTokens: 0 }
  const calls = [{ callId: name, purpose: 'answer', model: 'm', usage, atMs } as const]
  const settle = () => store.quotas.settle(reserved.reservation, calls)
  await (end === 'settle' ? settle() : Promise.all([settle(), settle()]))
}

/** A person everywhere has no limit here. */
function limitOf(subject: string): number | undefined {
  if (subject.startsWith('workspace')) return limits.workspace
  if (subject.startsWith('channel')) return limits.channel
  return subject.includes('@') ? limits.member : undefined
}

onEveryEngine('quotas under any interleaving', open => {
  it('never exceed a hard limit on any level, and add up', async () => {
    const asks = fc.array(act, { minLength: 1, maxLength: 25 })
    let run = 0
    await fc.assert(
      fc.asyncProperty(asks, async acts => {
        const { store, database } = await open()
        run += 1
        const ids: string[] = []
        for (const author of [ada, grace, linus]) ids.push((await store.identities.meet(author)).id)
        const rule = { subject: '*', unit: 'requests', period: 'day', soft: false } as const
        await store.quotaRules.replace({ platform: 'slack', workspaceId: 'T1' }, [
          ...(['workspace', 'channel', 'member'] as const).map(scope => ({
            ...rule,
            scope,
            limit: limits[scope],
          })),
          { ...rule, scope: 'workspace', unit: 'tokens', limit: tokenLimit },
        ])
        await Promise.all(acts.map((one, at) => doIt(store, ids, one, `run${run}-${at}`)))
        const counters = await database.handle.selectFrom('quota_buckets').selectAll().execute()
        const beyond = counters.filter(counter => {
          const most = limitOf(counter.subject)
          return most !== undefined && Number(counter.requests_used) + Number(counter.requests_held) > most
        })
        expect(beyond).toEqual([])
        const tokens = counters
          .filter(({ subject }) => subject.startsWith('workspace'))
          .map(({ tokens_used, tokens_held }) => Number(tokens_used) + Number(tokens_held))
        expect(Math.max(0, ...tokens)).toBeLessThanOrEqual(tokenLimit)
        const total = await store.usageReports.total({ fromMs: 0, toMs: atMs + 1 })
        const whole = counters.find(
          ({ subject, bucket }) => subject === 'workspace:slack:T1' && bucket.length === 10,
        )
        expect([Number(whole?.requests_used ?? 0), Number(whole?.tokens_used ?? 0)]).toEqual([
          total.requests,
          total.inputTokens,
        ])
      }),
      { numRuns: 12 },
    )
  }, 120_000)
})
