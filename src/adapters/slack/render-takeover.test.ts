import { describe, expect, it } from 'vitest'
import type { Part } from '../../core/part.ts'
import { createPartLedger } from '../../core/testing/part-ledger.ts'
import { practiceTokens } from '../../sandbox/slack/tokens.ts'
import { finalPieces } from './layout.ts'
import { watchedFaults } from './testing/watched-faults.ts'
import { eventually, openWorkshop } from './testing/workshop.ts'
import { long, write } from './testing/writing.ts'

const answerText = long(900)

describe('an answer whose process died', () => {
  const takeover = async (
    left: (workshop: Awaited<ReturnType<typeof openWorkshop>>, begun: Begun) => Promise<void>,
  ) => {
    const workshop = await openWorkshop({ speed: 40 })
    const asked = workshop.ask()
    await left(workshop, asked)
    const next = await workshop.another()
    const rendering = await next.chat.open({ ...asked.target, takenOver: true })
    await rendering.settle({ text: answerText, state: 'done' })
    return { workshop, ...asked }
  }
  type Begun = ReturnType<Awaited<ReturnType<typeof openWorkshop>>['ask']>

  it('before the post: it is posted', async () => {
    const { texts, ledger } = await takeover(async (_, { ledger }) => void (await ledger.plan(0)))
    expect(texts()).toEqual([answerText])
    expect(ledger.parts.map(part => part.state)).toEqual(['removed', 'posted'])
  })

  it('between the post and its record: the message is found by its key and taken over', async () => {
    const { texts, ledger } = await takeover(async (workshop, { target, ledger }) => {
      const rendering = await workshop.adapter.chat.open({
        ...target,
        parts: { ...ledger, posted: lost },
      })
      await rendering.settle({ text: 'The importer', state: 'done' }).catch(() => rendering.abandon())
    })
    expect(texts()).toEqual([answerText])
    expect(ledger.parts.map(part => part.state)).toEqual(['posted'])
  })

  it('between the start of its stream and its record: the stream is found and taken over', async () => {
    const { texts, ledger, seen } = await takeover(async (workshop, { target, ledger, texts }) => {
      const rendering = await workshop.adapter.chat.open({
        ...target,
        parts: { ...ledger, posted: lost },
      })
      rendering.show({ text: 'The importer was', state: 'streaming' })
      await eventually(() => expect(texts()).toEqual(['The importer was']))
      void rendering.abandon()
    })
    expect(texts()).toEqual([answerText])
    expect(seen()[0]?.streaming).toBe(false)
    expect(ledger.parts.map(({ state, streaming }) => ({ state, streaming }))).toEqual([
      { state: 'posted', streaming: false },
    ])
  })

  it('while Slack was slow to say that it works: nothing says so in the end', async () => {
    const { faults, struck } = watchedFaults('agents.sessions.setStatus')
    const workshop = await openWorkshop({ speed: 40, slack: { faults } })
    const { target, texts, thread } = workshop.ask()
    faults.plan({ method: 'agents.sessions.setStatus', kind: 'slow', delayMs: 250 })
    const died = await workshop.adapter.chat.open(target)
    died.show({ text: '', state: 'thinking' })
    await eventually(() => expect(struck()).toBe(1))
    void died.abandon()
    const next = await workshop.another()
    const rendering = await next.chat.open({ ...target, takenOver: true })
    await rendering.settle({ text: answerText, state: 'done' })
    expect(texts()).toEqual([answerText])
    const said = workshop.slack.calls.filter(({ method }) => method === 'agents.sessions.setStatus')
    expect(said.map(({ args }) => args['status'])).toEqual(['active', 'processing', 'active'])
    const [root] = workshop.slack.player.messages(thread.channelId, thread.threadId)
    expect(root?.status).toBeUndefined()
  })

  it('while Slack was slow: what it wrote last comes after the end, and the end comes again', async () => {
    const { faults, struck } = watchedFaults('chat.update')
    const workshop = await openWorkshop({ speed: 40, slack: { faults } })
    const { target, texts } = workshop.ask()
    faults.plan({ method: 'chat.startStream', kind: 'refused', code: 'unknown_method' })
    const died = await workshop.adapter.chat.open(target)
    died.show({ text: 'The', state: 'streaming' })
    await eventually(() => expect(texts()).toEqual(['The']))
    faults.plan({ method: 'chat.update', kind: 'slow', delayMs: 250 })
    died.show({ text: 'The importer', state: 'streaming' })
    await eventually(() => expect(struck()).toBe(1))
    void died.abandon()
    const next = await workshop.another()
    const rendering = await next.chat.open({ ...target, takenOver: true })
    await rendering.settle({ text: answerText, state: 'done' })
    const updates = workshop.slack.calls.filter(call => call.method === 'chat.update')
    expect(updates.map(call => String(call.args['text']).length)).toEqual([
      answerText.length,
      'The importer'.length,
      answerText.length,
    ])
    expect(texts()).toEqual([answerText])
  })

  it('twice over, while Slack was slow: what comes late is swept all the same', async () => {
    const { faults, struck } = watchedFaults('chat.startStream')
    const workshop = await openWorkshop({ speed: 20, slack: { faults } })
    const { target, texts, ledger } = workshop.ask()
    faults.plan({ method: 'chat.startStream', kind: 'slow', delayMs: 500 })
    const first = await workshop.adapter.chat.open({ ...target, parts: { ...ledger, posted: lost } })
    first.show({ text: 'The', state: 'streaming' })
    await eventually(() => expect(struck()).toBe(1))
    const died = first.abandon()
    const takeOver = async () => (await workshop.another()).chat.open({ ...target, takenOver: true })
    const second = await takeOver()
    const gone = second.settle({ text: answerText, state: 'done' }).catch((thrown: unknown) => thrown)
    await eventually(() => expect(texts()).toEqual([answerText]))
    await second.abandon()
    expect(await gone).toMatchObject({ code: 'lease_lost' })
    await (await takeOver()).settle({ text: answerText, state: 'done' })
    await died
    expect(workshop.slack.calls.map(({ method }) => method)).toContain('chat.delete')
    expect(texts()).toEqual([answerText])
  })

  it('between the plan of its stream and its start: the stream of an earlier answer is not taken for it', async () => {
    const workshop = await openWorkshop({ speed: 40 })
    const { target, texts, ledger } = workshop.ask()
    const earlier = await workshop.adapter.chat.open(target)
    earlier.show({ text: 'The first', state: 'streaming' })
    await eventually(() => expect(ledger.parts[0]?.ref).toBeDefined())
    await earlier.abandon()
    const parts = createPartLedger({ messageId: 'later', nowMs: () => workshop.clock.nowMs() })
    parts.elsewhere.add(ledger.parts[0]?.ref ?? '')
    await parts.plan(0, { streaming: true })
    const next = await workshop.another()
    const rendering = await next.chat.open({ ...target, parts, takenOver: true })
    await rendering.settle({ text: answerText, state: 'done' })
    expect(texts()).toEqual(['The first', answerText])
  })

  it('while its stream was open: the stream is closed and holds the whole text', async () => {
    const { texts, seen } = await takeover(async (workshop, { target, texts }) => {
      const rendering = await workshop.adapter.chat.open(target)
      rendering.show({ text: 'The importer was rewritten and then', state: 'streaming' })
      await eventually(() => expect(texts()).toHaveLength(1))
      void rendering.abandon()
    })
    expect(texts()).toEqual([answerText])
    expect(seen()[0]?.streaming).toBe(false)
  })

  it('after it said that it was thinking: nothing says so any more', async () => {
    const workshop = await openWorkshop({ speed: 40 })
    const { target, thread, statuses } = workshop.ask()
    const posted = await workshop.adapter.chat.open(target)
    await posted.settle({ text: 'The importer', state: 'done' })
    // The last that Slack heard of the process that wrote on here.
    await fetch(`${workshop.server.apiUrl}assistant.threads.setStatus`, {
      method: 'POST',
      headers: { authorization: `Bearer ${practiceTokens.bot}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        channel_id: thread.channelId,
        thread_ts: thread.threadId,
        status: 'is thinking…',
      }),
    })
    expect(statuses()).toEqual(['is thinking…'])
    const next = await workshop.another()
    const rendering = await next.chat.open(target)
    await rendering.settle({ text: answerText, state: 'done' })
    await eventually(() => expect(statuses()).toEqual([]))
  })

  it.each([
    ['there is nothing to show', { text: '', state: 'stopped' }],
    ['the answer is one plain message', { text: answerText, state: 'done' }],
  ] as const)(
    'after it said that it was working, and %s: nothing says so any more, however busy Parley is',
    async (_, end) => {
      const workshop = await openWorkshop({ speed: 200 })
      const next = await workshop.another()
      for (let count = 0; count < 30; count += 1) {
        const rendering = await next.chat.open(workshop.ask().target)
        await rendering.settle({ text: 'Done.', state: 'done' })
      }
      const { target, thread, statuses } = workshop.ask()
      await fetch(`${workshop.server.apiUrl}agents.sessions.setStatus`, {
        method: 'POST',
        headers: { authorization: `Bearer ${practiceTokens.bot}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          channel_id: thread.channelId,
          thread_ts: thread.threadId,
          status: 'processing',
        }),
      })
      expect(statuses()).toEqual(['is working…'])
      const rendering = await next.chat.open({ ...target, takenOver: true })
      await rendering.settle(end)
      expect(statuses()).toEqual([])
    },
  )

  it('for an edit: the next Turn finds nothing said of its thread, however busy Parley is', async () => {
    const workshop = await openWorkshop()
    const { target, statuses } = workshop.ask()
    const rendering = await workshop.adapter.chat.open(target)
    rendering.show({ text: '', state: 'thinking' })
    await eventually(() => expect(statuses()).toEqual(['is thinking…']))
    await rendering.giveUp()
    expect(statuses()).toEqual([])
  })

  it('after another process took over, shows nothing more', async () => {
    const workshop = await openWorkshop()
    const { target, ledger, texts } = workshop.ask()
    const rendering = await workshop.adapter.chat.open(target)
    ledger.loseLease()
    rendering.show({ text: 'The importer', state: 'streaming' })
    await expect(rendering.settle({ text: answerText, state: 'done' })).rejects.toMatchObject({
      code: 'lease_lost',
    })
    expect(texts()).toEqual([])
  })

  it('when history may not be read, answers rather than not', async () => {
    const { texts } = await takeover(async (workshop, { ledger }) => {
      await ledger.plan(0)
      workshop.slack.faults.plan({
        method: 'conversations.replies',
        kind: 'refused',
        code: 'missing_scope',
        times: 9,
      })
    })
    expect(texts()).toEqual([answerText])
  })
})

const lost = (_partId: string, _ref: string): Promise<void> => Promise.reject(new Error('killed'))

describe('the answer to an edited question', () => {
  const pieces = (count: number) => long(count * 9_000)
  const rewrite = async (before: string, after: string) => {
    const workshop = await openWorkshop({ speed: 60 })
    const { target, texts, ledger } = workshop.ask()
    const first = await workshop.adapter.chat.open(target)
    await first.settle({ text: before, state: 'done' })
    const again = await workshop.adapter.chat.open({ ...target, turnId: 'turn-2' })
    await write(workshop, again, after, 20, 100)
    await again.settle({ text: after, state: 'done' })
    expect(texts()).toEqual(finalPieces({ text: after, state: 'done' }).map(piece => piece.text))
    const live = (part: Part) => part.state === 'posted'
    expect(ledger.parts.filter(live)).toHaveLength(texts().length)
    return workshop
  }

  it('takes the old one’s place when it is shorter, and leaves no message over', async () => {
    const workshop = await rewrite(pieces(3), long(500))
    expect(workshop.slack.calls.filter(call => call.method === 'chat.delete')).toHaveLength(2)
  })

  it('takes the old one’s place when it is longer, in order', async () => {
    const workshop = await rewrite(long(500), pieces(3))
    expect(workshop.slack.calls.filter(call => call.method === 'chat.startStream')).toEqual([])
  })
})
