import { expect, it } from 'vitest'
import { z } from 'zod'
import { createOpenAiModel } from './adapters/openai/model.ts'
import { ada, place, playOn } from './adapters/postgres/testing/cast.ts'
import { onPostgres } from './adapters/postgres/testing/databases.ts'
import { builtInAgent } from './core/agent.ts'
import { oneAgent } from './core/testing/one-agent.ts'
import type { Author } from './core/identity.ts'
import { noRendering } from './core/platform.ts'
import { createTurnHandler } from './core/run-turn.ts'
import type { Store } from './core/store.ts'
import { silentLog } from './core/testing/silent-log.ts'
import { practiceModelId } from './sandbox/model/practice-model.ts'
import type { ScriptedReply } from './sandbox/model/scripted-reply.ts'
import { servePracticeModel } from './sandbox/model/serve.ts'

const turns = 1_000
const atMs = Date.UTC(2026, 10, 21, 9)
const people = Array.from(
  { length: 10 },
  (_, at): Author => ({ platform: 'slack', realm: 'T1', userId: `U${at}`, name: `Person ${at}` }),
)

/** Good answers, and every way in which one goes wrong; each comes up in its turn. */
const replies: readonly ScriptedReply[] = [
  { text: 'Twice a day, with the moon.' },
  { text: 'Cut short', finishReason: 'length' },
  { text: 'Nobody says what this took.', usage: null },
  { text: 'It breaks in the middle of it.', break: { beforeChunk: 2, how: 'cut' } },
  {
    text: 'From the cache.',
    usage: {
      prompt_tokens: 90,
      completion_tokens: 5,
      total_tokens: 95,
      prompt_tokens_details: { cached_tokens: 64 },
    },
  },
  { refuse: { status: 429, error: { message: 'Too much.' } } },
  { text: 'No word of its end.', break: { beforeChunk: 3, how: 'end' } },
  { text: 'Half a', break: { beforeChunk: 1, how: 'malformed' } },
  { text: 'A long answer, '.repeat(40) },
  { refuse: { status: 500, error: { message: 'Broken.' } } },
  { text: 'It says so itself.', break: { beforeChunk: 2, how: 'error', error: { message: 'Overloaded.' } } },
  { text: 'Filtered', finishReason: 'content_filter' },
]

const bookShape = z.object({ prompt_tokens: z.number(), completion_tokens: z.number() })

function handlerOn(store: Store, baseUrl: string) {
  let ids = 0
  const clock = { nowMs: () => atMs, sleep: () => Promise.resolve() }
  return createTurnHandler({
    store,
    signals: { listen: () => () => {} },
    clock,
    log: silentLog,
    trail: () => {},
    model: createOpenAiModel({ baseUrl, clock, random: () => 0.5 }),
    agents: oneAgent(store, builtInAgent(practiceModelId)),
    platforms: new Map([
      [
        'slack',
        {
          platform: 'slack',
          open: () => Promise.resolve(noRendering),
          readThread: () => Promise.resolve([]),
          lookUpNames: () => Promise.resolve(new Map()),
          mayModerate: () => Promise.resolve(false),
        },
      ],
    ]),
    live: { show() {}, letGo() {} },
    newId: () => `call-${(ids += 1)}`,
  })
}

/** Works until nothing waits; a turn that fails is tried again at once, as its job would be. */
async function work(store: Store, handler: ReturnType<typeof handlerOn>): Promise<void> {
  for (
    let [job] = await store.jobs.claim(['turn'], 300_000);
    job;
    [job] = await store.jobs.claim(['turn'], 300_000)
  )
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const tried = await handler.run({ ...job, attempt }, new AbortController().signal).then(
        () => true,
        () => false,
      )
      if (tried) break
    }
}

onPostgres('after a thousand turns with faults', open => {
  it('what is settled equals the provider’s books, to the token', { timeout: 240_000 }, async () => {
    const { store, database } = await open()
    const served = await servePracticeModel({ wordDelayMs: 0 })
    try {
      for (let at = 0; at < turns * 2; at += 1) served.model.script(replies[at % replies.length] ?? {})
      const play = playOn(store)
      for (let at = 0; at < turns; at += 1)
        await play.ask(people[at % people.length] ?? ada, `Question ${at}?`, {
          ...place,
          channelId: `C${at % 3}`,
          threadId: `100.${at}`,
        })
      const handler = handlerOn(store, served.baseUrl)
      await Promise.all(Array.from({ length: 16 }, () => work(store, handler)))
      const books = served.model.books.map(book => bookShape.parse(book))
      const told = await database.handle
        .selectFrom('usages')
        .selectAll()
        .where('estimated', '=', false)
        .execute()
      const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + Number(count), 0)
      expect(told).toHaveLength(books.length)
      expect(sum(told.map(row => row.input_tokens))).toBe(sum(books.map(book => book.prompt_tokens)))
      expect(sum(told.map(row => row.output_tokens))).toBe(sum(books.map(book => book.completion_tokens)))
      expect(books.length).toBeGreaterThan(turns / 3)
      await countersAgree(store)
    } finally {
      await served.close()
    }
  })
})

/** What the counters say is what the calls add up to, and nothing is held any more. */
async function countersAgree(store: Store): Promise<void> {
  const rule = { scope: 'workspace', subject: '*', period: 'day', limit: 1e12, soft: false } as const
  await store.quotaRules.replace(undefined, [
    { ...rule, unit: 'requests' },
    { ...rule, unit: 'tokens' },
  ])
  const total = await store.usageReports.total({ fromMs: 0, toMs: atMs + 86_400_000 })
  const [person] = people
  const { id: askerId } = await store.identities.meet(person ?? ada)
  const standings = await store.quotas.standing({ askerId, thread: place, atMs })
  expect(standings.map(({ used, held }) => ({ used, held }))).toEqual([
    { used: total.requests, held: 0 },
    { used: total.inputTokens + total.outputTokens, held: 0 },
  ])
  expect(total.requests).toBeLessThanOrEqual(turns)
  expect(total.estimatedCalls).toBeGreaterThan(0)
  expect(await store.quotas.abandoned(atMs + 86_400_000, 10)).toEqual([])
}
