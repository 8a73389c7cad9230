import { expect, it } from 'vitest'
import { ada, atMs, grace, playOn, thread } from '../adapters/postgres/testing/cast.ts'
import { onEveryEngine } from '../adapters/postgres/testing/databases.ts'
import { builtInAgent } from './agent.ts'
import { oneAgent } from './testing/one-agent.ts'
import { ParleyError } from './errors.ts'
import type { Job } from './job.ts'
import { type ChatPlatform, noRendering, type RelayTarget } from './platform.ts'
import { createTurnHandler } from './run-turn.ts'
import type { Store } from './store.ts'
import { createScriptedModel } from './testing/scripted-model.ts'
import { silentLog } from './testing/silent-log.ts'
import { createSteppedClock } from './testing/stepped-clock.ts'

/** A platform that writes down what it is told to show, in order. */
function createStage(relay: (target: RelayTarget) => Promise<string>) {
  const shown: string[] = []
  const chat: ChatPlatform = {
    platform: 'slack',
    async open({ askedRef, parts }) {
      shown.push(`answer to ${askedRef}`)
      const part = await parts.plan(0)
      return {
        ...noRendering,
        async settle({ text }) {
          await parts.posted(part.id, '200.2')
          shown.push(text)
        },
      }
    },
    async relay(target) {
      shown.push(`${target.name}: ${target.text}`)
      return relay(target)
    },
    readThread: () => Promise.reject(new Error('Nothing can be read by what came from the web.')),
    lookUpNames: async () => new Map([['U-LINUS', 'Linus']]),
    mayModerate: () => Promise.resolve(false),
  }
  return { chat, shown }
}

function workOn(store: Store, chat: ChatPlatform) {
  const model = createScriptedModel()
  const handler = createTurnHandler({
    store,
    signals: { listen: () => () => {} },
    clock: createSteppedClock(),
    log: silentLog,
    trail: () => {},
    model,
    agents: oneAgent(store, builtInAgent('scripted')),
    platforms: new Map([['slack', chat]]),
    live: { show() {}, letGo() {} },
    newId: () => crypto.randomUUID(),
  })
  return { model, run: (job: Job) => handler.run(job, new AbortController().signal) }
}

let asked = 0

async function askFromWeb(store: Store, text: string, author = ada) {
  const dialogue = await store.dialogues.open({ thread, direct: false, title: 'Tides', historyToRead: true })
  const message = await store.messages.append({
    dialogueId: dialogue.id,
    author,
    ref: `web:${(asked += 1)}`,
    text,
    files: [],
    sentAtMs: atMs,
    fromWeb: true,
  })
  if (!message) throw new Error('It was said before.')
  const asker = await store.identities.meet(author)
  const { id } = await store.turns.accept({
    dialogueId: dialogue.id,
    messageIds: [message.id],
    askerId: asker.id,
    atMs,
  })
  return { message, turn: await store.turns.get(id) }
}

const postAs = (ref: string) => async (target: RelayTarget) => {
  const part = await target.parts.plan(0)
  await target.parts.posted(part.id, ref)
  return ref
}

onEveryEngine('what is asked on the web', open => {
  it('is shown in its thread before its answer, by name, in a Part of its own', async () => {
    const { store, database } = await open()
    const { claim } = playOn(store)
    const { message, turn } = await askFromWeb(store, 'how often, <@U-LINUS>?')
    expect(message).toMatchObject({ fromWeb: true, role: 'user' })
    const { chat, shown } = createStage(postAs('100.2'))
    const { model, run } = workOn(store, chat)
    model.script(['Twice a day.'])
    await run(await claim())
    expect(shown).toEqual(['Ada: how often, @Linus?', 'answer to 100.2', 'Twice a day.'])
    const parts = await database.handle
      .selectFrom('parts')
      .select(['message_id', 'ref', 'state'])
      .orderBy('ref')
      .execute()
    expect(parts).toEqual([
      { message_id: message.id, ref: '100.2', state: 'posted' },
      { message_id: turn.answerId, ref: '200.2', state: 'posted' },
    ])
    // A reply to it on the platform belongs to this Dialogue.
    expect((await store.dialogues.ofPart(thread, '100.2'))?.id).toBe(turn.dialogueId)
  })

  it('is shown in order where several messages wait, and not what was said on the platform', async () => {
    const { store } = await open()
    const { claim, ask } = playOn(store)
    await askFromWeb(store, 'one')
    await askFromWeb(store, 'two')
    await ask(ada, 'three')
    const { chat, shown } = createStage(postAs('100.3'))
    const { model, run } = workOn(store, chat)
    model.script(['All three.'])
    await run(await claim())
    expect(shown).toEqual(['Ada: one', 'Ada: two', expect.stringMatching(/^answer to 100\.1/), 'All three.'])
  })

  it('has the same Parts when the Turn is taken up again, and is not shown again once it is answered', async () => {
    const { store } = await open()
    const { claim } = playOn(store)
    await askFromWeb(store, 'how often?')
    const keys: string[] = []
    let lives = 0
    const { chat, shown } = createStage(async target => {
      const part = await target.parts.plan(0)
      keys.push(part.key)
      lives += 1
      if (lives === 1) throw new ParleyError('platform_unavailable', 'The process died.')
      await target.parts.posted(part.id, '100.2')
      return '100.2'
    })
    const { model, run } = workOn(store, chat)
    const job = await claim()
    await expect(run(job)).rejects.toMatchObject({ code: 'platform_unavailable' })
    expect(model.requests).toEqual([])
    model.script(['Twice a day.'])
    await run({ ...job, attempt: 2 })
    expect(shown).toEqual(['Ada: how often?', 'Ada: how often?', 'answer to 100.2', 'Twice a day.'])
    expect(new Set(keys).size).toBe(1)
  })

  it('is not shown again by who takes over a stored answer', async () => {
    const { store } = await open()
    const { claim } = playOn(store)
    const { turn } = await askFromWeb(store, 'how often?')
    const job = await claim()
    await store.turns.begin(turn.id, job.lease)
    await store.turns.deliver(turn.id, job.lease, { end: 'done', text: 'Twice.', tokens: 2 })
    const { chat, shown } = createStage(postAs('100.2'))
    await workOn(store, chat).run(job)
    expect(shown).toEqual([expect.stringMatching(/^answer to web:/), 'Twice.'])
  })

  it('that the platform refuses to show ends its Turn as failed, and no model is asked', async () => {
    const { store } = await open()
    const { claim } = playOn(store)
    const { turn } = await askFromWeb(store, 'how often?', grace)
    const { chat } = createStage(() => Promise.reject(new ParleyError('platform_refused', 'Locked.')))
    const { model, run } = workOn(store, chat)
    await run(await claim())
    expect(await store.turns.get(turn.id)).toMatchObject({
      state: 'failed',
      end: { error: 'platform_refused' },
    })
    expect(model.requests).toEqual([])
  })

  it('tells its Parts from those of other Messages of the Dialogue', async () => {
    const { store } = await open()
    const { claim } = playOn(store)
    const { message, turn } = await askFromWeb(store, 'how often?')
    const { lease } = await claim()
    const [question, answer] = [message.id, turn.answerId].map(id => store.turns.partsOf(id, lease))
    const part = await question?.plan(0)
    await question?.posted(part?.id ?? '', '100.2')
    expect(await answer?.others(['100.2', '100.3'])).toEqual(new Set(['100.2']))
    expect(await question?.others(['100.2'])).toEqual(new Set())
  })
})
