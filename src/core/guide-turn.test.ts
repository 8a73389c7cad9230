import { expect, it } from 'vitest'
import { ada, grace, playOn } from '../adapters/postgres/testing/cast.ts'
import { onEveryEngine } from '../adapters/postgres/testing/databases.ts'
import type { Author } from './identity.ts'
import type { Agent } from './agent.ts'
import { builtInAgent } from './agent.ts'
import { createInbox } from './inbox.ts'
import { oneAgent } from './testing/one-agent.ts'
import { type ChatPlatform, noRendering, type Rendering } from './platform.ts'
import { createTurnHandler } from './run-turn.ts'
import type { Store } from './store.ts'
import { linkMaking } from './testing/link-making.ts'
import { createScriptedModel } from './testing/scripted-model.ts'
import { silentLog } from './testing/silent-log.ts'
import { createSteppedClock } from './testing/stepped-clock.ts'

const coach: Agent = {
  ...builtInAgent('scripted'),
  id: 'coach',
  name: 'Coach',
  questions: ['Where now?', 'Where to?'],
}

/** A thread of its own with the coach in it; what stands in it, oldest first. */
function openThread(store: Store, agent: Agent = coach) {
  const shown: string[] = []
  const rendering: Rendering = {
    ...noRendering,
    settle: snapshot => Promise.resolve(void shown.push(snapshot.text)),
  }
  const chat: ChatPlatform = {
    platform: 'slack',
    open: () => Promise.resolve(rendering),
    readThread: () => Promise.resolve([]),
    lookUpNames: () => Promise.resolve(new Map()),
    mayModerate: () => Promise.resolve(false),
  }
  const model = createScriptedModel(['Then go.'])
  const clock = createSteppedClock()
  let ids = 0
  const handler = createTurnHandler({
    store,
    signals: { listen: () => () => {} },
    clock,
    log: silentLog,
    trail: () => {},
    model,
    agents: oneAgent(store, agent),
    platforms: new Map([['slack', chat]]),
    live: { show() {}, letGo() {} },
    newId: () => `call-${(ids += 1)}`,
  })
  const run = async (leave = new AbortController().signal) => handler.run(await playOn(store).claim(), leave)
  const questions = () => shown.map(text => text.split('\n\n').find(line => line.startsWith('Where')) ?? text)
  return { model, run, shown, questions }
}

/** The prompt's pieces after the instructions, without their envelopes. */
const given = (model: ReturnType<typeof createScriptedModel>, at = -1) =>
  (model.requests.at(at)?.messages ?? [])
    .slice(1)
    .map(({ content }) => content.replace(/<message[^>]*>\n([^]*)\n<\/message>/, '$1'))

onEveryEngine('an agent with questions of its own', open => {
  it('asks them one at a time, and only then the model, with what was answered', async () => {
    const { store } = await open()
    const { ask } = playOn(store)
    const { model, run, questions } = openThread(store)
    for (const text of ['I want to run', 'On the sofa', 'skip', 'And tomorrow?']) {
      await ask(ada, text)
      await run()
    }
    expect(questions()).toEqual(['Where now?', 'Where to?', 'Then go.', 'Then go.'])
    expect(model.requests).toHaveLength(2)
    expect(given(model, 0)[0]).toMatch(
      /<question>Where now\?<\/question>\n<answer>On the sofa<\/answer>\n<\/answers>$/,
    )
    expect(given(model, 0).at(-1)).toBe('skip')
    expect(given(model, 1)[0]).toBe(given(model, 0)[0])
    expect(given(model, 1).at(-1)).toBe('And tomorrow?')
  })

  it('takes what was said before it could be read as more of the last answer', async () => {
    const { store } = await open()
    const { ask } = playOn(store)
    const { model, run, shown, questions } = openThread(store)
    await ask(ada, 'I want to run')
    await run()
    await ask(ada, 'On the sofa')
    const late = playOn(store)
    const begun = await late.begin(-1)
    await ask(ada, 'in the kitchen, rather')
    expect(begun.brief.asked.map(({ text }) => text)).toEqual(['On the sofa'])
    await run()
    await run()
    expect(questions()).toEqual(['Where now?', 'Where to?', 'Where to?'])
    expect(shown.at(-1)).toMatch(/^I have added that to your last answer\./)
    await ask(ada, 'Up the hill')
    await run()
    expect(given(model)[0]).toContain('<answer>On the sofa\nin the kitchen, rather</answer>')
    expect(given(model)[0]).toContain('<answer>Up the hill</answer>')
  })

  it('messages that wait together are one answer', async () => {
    const { store } = await open()
    const { ask } = playOn(store)
    const { model, run, questions } = openThread(store)
    await ask(ada, 'I want to run')
    await run()
    await ask(ada, 'On the sofa')
    await ask(ada, 'with a cat')
    await run()
    await ask(ada, 'Up the hill')
    await run()
    expect(questions()).toEqual(['Where now?', 'Where to?', 'Then go.'])
    expect(given(model)[0]).toContain('<answer>On the sofa\nwith a cat</answer>')
  })

  it('a process that dies while it asks is replaced by one that asks the same, once', async () => {
    const { store } = await open()
    const { ask, begin } = playOn(store)
    const { model, run, questions } = openThread(store)
    const turn = await ask(ada, 'I want to run')
    await begin(-1)
    await run()
    expect(questions()).toEqual(['Where now?'])
    expect(await store.guides.posed(turn.dialogueId, Number.MAX_SAFE_INTEGER)).toHaveLength(1)
    expect(model.requests).toEqual([])
  })

  it('an answer that is edited is read as edited, and one that is deleted is gone', async () => {
    const { store } = await open()
    const { ask } = playOn(store)
    const { model, run } = openThread(store)
    const { dialogueId } = await ask(ada, 'I want to run')
    await run()
    await ask(ada, 'On the sofa')
    await run()
    const [, sofa] = await store.messages.before(dialogueId, Number.MAX_SAFE_INTEGER, 2)
    await store.messages.revise(sofa?.id ?? '', 'On the bench', [], 5)
    await ask(ada, 'Up the hill')
    await run()
    expect(given(model)[0]).toContain('<answer>On the bench</answer>')
    await store.messages.redact(sofa?.id ?? '', 6)
    await ask(ada, 'And tomorrow?')
    await run()
    expect(given(model)[0]).not.toContain('bench')
    expect(given(model)[0]).toContain('<answer>Up the hill</answer>')
  })

  it('somebody else is answered as usual, and the questions wait for who began', async () => {
    const { store } = await open()
    const { ask } = playOn(store)
    const { model, run, questions } = openThread(store)
    await ask(ada, 'I want to run')
    await run()
    await ask(grace, 'What is this?')
    await run()
    await ask(ada, 'On the sofa')
    await run()
    expect(questions()).toEqual(['Where now?', 'Then go.', 'Where to?'])
    expect(model.requests).toHaveLength(1)
  })

  it('answers are heard without a mention while a question is open, though others speak too', async () => {
    const { store } = await open()
    const { model, run, questions } = openThread(store)
    const inbox = createInbox({
      store,
      clock: createSteppedClock(),
      log: silentLog,
      trail: () => {},
      linking: linkMaking,
    })
    let said = 0
    const say = async (author: Author, text: string) => {
      said += 1
      const { decision } = await inbox.receive({
        kind: 'message',
        key: `message:${said}`,
        thread: { platform: 'slack', workspaceId: 'T1', channelId: 'C1', threadId: '100.1' },
        messageRef: String(said),
        author,
        text,
        sentAtMs: said,
        direct: false,
        mentionsParley: text.includes('@Parley'),
        inThread: false,
        files: [],
      })
      if (decision.outcome === 'answered') await run()
      return decision.reason
    }
    expect(await say(ada, '@Parley I want to run')).toBe('mention')
    expect(await say(grace, 'So do I')).toBe('others_speaking')
    expect(await say(ada, 'On the sofa')).toBe('follow_up')
    expect(await say(ada, 'Up the hill')).toBe('follow_up')
    expect(await say(ada, 'Thanks all')).toBe('others_speaking')
    expect(questions()).toEqual(['Where now?', 'Where to?', 'Then go.'])
    expect(given(model)[0]).toContain('<answer>Up the hill</answer>')
  })
})
