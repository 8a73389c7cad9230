import { sentences } from '../../core/catalogue.ts'
import { describe, expect, it } from 'vitest'
import type { DeliveryHint, Inbound } from '../../core/inbound.ts'
import type { ThreadRef } from '../../core/thread.ts'
import { practiceTokens } from '../../sandbox/slack/tokens.ts'
import { toMrkdwn, toSlackMarkdown } from './markdown.ts'
import { long, shownFor, write } from './testing/writing.ts'
import {
  ada,
  eventually,
  grace,
  ignoreAll,
  openWorkshop,
  parleyId,
  support,
  targetOf,
} from './testing/workshop.ts'

const answerText = long(900)

describe('many answers in one workspace', () => {
  it('20 at once stay within Slack’s limits, get their turns alike, and all end whole', async () => {
    const workshop = await openWorkshop({ speed: 25 })
    const asked = Array.from({ length: 20 }, () => workshop.ask())
    const renderings = await Promise.all(asked.map(({ target }) => workshop.adapter.chat.open(target)))
    const text = long(2_600)
    await Promise.all(renderings.map(rendering => write(workshop, rendering, text, 400, 3)))
    await Promise.all(renderings.map(rendering => rendering.settle({ text, state: 'done' })))
    expect(asked.map(({ texts }) => texts())).toEqual(asked.map(() => [text]))
    const { calls } = workshop.slack
    expect(calls.filter(call => call.outcome === 'ratelimited')).toEqual([])
    const streams = asked.flatMap(({ seen }) => seen().map(message => message.id))
    const updates = streams.map(
      ts => calls.filter(call => call.method === 'chat.appendStream' && call.args['ts'] === ts).length,
    )
    expect(Math.min(...updates)).toBeGreaterThan(1)
    expect(Math.max(...updates) / Math.min(...updates)).toBeLessThanOrEqual(2)
  })

  it('the one too many to stream is posted and rewritten, with a Stop button until it ends', async () => {
    const workshop = await openWorkshop({ speed: 25 })
    const before = Array.from({ length: 20 }, () => workshop.ask())
    for (const { target } of before) {
      const rendering = await workshop.adapter.chat.open(target)
      rendering.show({ text: 'The', state: 'streaming' })
    }
    await eventually(() => {
      expect(workshop.slack.calls.filter(call => call.method === 'chat.startStream')).toHaveLength(20)
    })
    const { target, texts, seen } = workshop.ask()
    const rendering = await workshop.adapter.chat.open(target)
    rendering.show({ text: 'The importer was **rewr', state: 'streaming' })
    await eventually(() => expect(texts()).toEqual(['The importer was **rewr**']))
    expect(seen()[0]?.buttons.map(button => button.id)).toEqual(['parley:stop'])
    await rendering.settle({ text: answerText, state: 'done' })
    expect(texts()).toEqual([answerText])
    expect(seen()[0]?.buttons).toEqual([])
    expect(workshop.slack.calls.filter(call => call.outcome === 'ratelimited')).toEqual([])
  })
})

describe('a stream that ends before its answer', () => {
  it('by Slack’s own age limit: the rest comes by rewriting', async () => {
    const workshop = await openWorkshop({ speed: 40, slack: { streamMaxMs: 10_000 } })
    const { target, texts, seen } = workshop.ask()
    const rendering = await workshop.adapter.chat.open(target)
    await write(workshop, rendering, answerText, 150)
    await eventually(() => expect(seen()[0]?.buttons).toHaveLength(1))
    await rendering.settle({ text: answerText, state: 'done' })
    expect(texts()).toEqual([answerText])
  })

  it('by that limit while Parley is busy: nothing says that it is still being worked on', async () => {
    const workshop = await openWorkshop({ speed: 40, slack: { streamMaxMs: 10_000 } })
    const { target, thread, seen } = workshop.ask()
    const statuses = () =>
      workshop.slack.player.messages(thread.channelId, thread.threadId).flatMap(({ status }) => status ?? [])
    const rendering = await workshop.adapter.chat.open(target)
    rendering.show({ text: answerText, state: 'streaming' })
    await eventually(() => expect(seen()).toHaveLength(1))
    await eventually(() => expect(statuses()).toEqual(['is working…']))
    for (let count = 0; count < 30; count += 1) {
      const other = await workshop.adapter.chat.open(workshop.ask().target)
      await other.settle({ text: 'Done.', state: 'done' })
    }
    await rendering.settle({ text: answerText, state: 'done' })
    expect(statuses()).toEqual([])
  })

  it('before that limit is reached, Parley closes it itself', async () => {
    const workshop = await openWorkshop({ speed: 200 })
    const { target, texts, seen } = workshop.ask()
    const rendering = await workshop.adapter.chat.open(target)
    await write(workshop, rendering, long(4_000), 400, 1)
    await rendering.settle({ text: long(4_000), state: 'done' })
    expect(texts()).toEqual(shownFor(long(4_000)))
    expect(seen()).toHaveLength(1)
    expect(workshop.slack.calls.map(call => call.outcome)).not.toContain('message_not_in_streaming_state')
    expect(workshop.slack.calls.some(call => call.method === 'chat.update')).toBe(true)
  })

  it('by Slack’s Stop button: nothing more is written, and the last word says so', async () => {
    const workshop = await openWorkshop()
    const { target, texts, thread } = workshop.ask()
    const rendering = await workshop.adapter.chat.open(target)
    rendering.show({ text: 'The importer was rewritten', state: 'streaming' })
    await eventually(() => expect(texts()).toHaveLength(1))
    workshop.slack.player.stop?.(support, thread.threadId, ada)
    const [stopped] = texts()
    rendering.show({ text: answerText, state: 'streaming' })
    await eventually(() => {
      expect(workshop.slack.calls.map(call => call.outcome)).toContain('stopped_by_user')
    })
    rendering.show({ text: `${answerText} And more.`, state: 'streaming' })
    await workshop.clock.sleep(5_000)
    expect(texts()).toEqual([stopped])
    await rendering.settle({
      text: 'The importer was rewritten',
      state: 'stopped',
      notice: 'Stopped by Ada.',
    })
    expect(texts()).toEqual(['The importer was rewritten\n\n_Stopped by Ada._'])
  })

  it('by a person who deletes it: the whole answer is posted again', async () => {
    const workshop = await openWorkshop()
    const { target, texts, seen } = workshop.ask()
    const rendering = await workshop.adapter.chat.open(target)
    rendering.show({ text: 'The importer was rewritten', state: 'streaming' })
    await eventually(() => expect(texts()).toHaveLength(1))
    workshop.slack.player.remove(support, seen()[0]?.id ?? '', parleyId)
    await rendering.settle({ text: answerText, state: 'done' })
    expect(texts()).toEqual([answerText])
  })
})

describe('a workspace without streams', () => {
  it('shows the answer by rewriting it, and is not asked for streams again', async () => {
    const workshop = await openWorkshop()
    workshop.slack.faults.plan({ method: 'chat.startStream', kind: 'refused', code: 'unknown_method' })
    for (const text of [answerText, long(11_000)]) {
      const { target, texts } = workshop.ask()
      const rendering = await workshop.adapter.chat.open(target)
      await write(workshop, rendering, text, 60, 20)
      await rendering.settle({ text, state: 'done' })
      expect(texts()).toEqual(shownFor(text))
    }
    expect(workshop.slack.calls.filter(call => call.method === 'chat.startStream')).toHaveLength(1)
  })
})

describe('a person from another company', () => {
  it('is named to the stream with that company, and answered without one where Slack refuses it', async () => {
    const workshop = await openWorkshop()
    const { thread, ledger, texts } = workshop.ask()
    const rendering = await workshop.adapter.chat.open(
      targetOf(thread, ledger, ada, { 'team:U0ADA': 'T0OTHER' }),
    )
    rendering.show({ text: 'The importer', state: 'streaming' })
    await eventually(() => expect(texts()).toEqual(['The importer']))
    const start = workshop.slack.calls.find(call => call.method === 'chat.startStream')
    expect(start?.args).toMatchObject({ recipient_user_id: ada, recipient_team_id: 'T0OTHER' })
    await rendering.settle({ text: answerText, state: 'done' })
    expect(texts()).toEqual([answerText])
  })
})

describe('the answer to a question asked by command', () => {
  const commandThread: ThreadRef = {
    platform: 'slack',
    workspaceId: 'T0ACME',
    channelId: support,
    threadId: 'command:trigger-1',
  }
  const setUp = async () => {
    const workshop = await openWorkshop()
    const { ledger } = workshop.ask()
    const moves: ThreadRef[] = []
    const kept: DeliveryHint[] = []
    const delivery = { question: 'what changed? <!channel>', 'team:U0ADA': 'T0ACME' }
    const target = {
      ...targetOf(commandThread, ledger, ada, delivery),
      moveTo: async (thread: ThreadRef) => void moves.push(thread),
      saveDelivery: async (hint: DeliveryHint) => void kept.push(hint),
    }
    const anchors = () =>
      workshop.slack.player.messages(support).filter(message => message.author.id === parleyId)
    return { workshop, ledger, target, moves, kept, anchors }
  }

  it('stands in the thread of a message that says who asked what', async () => {
    const { workshop, target, moves, kept, anchors } = await setUp()
    const rendering = await workshop.adapter.chat.open(target)
    await rendering.settle({ text: 'Nothing changed.', state: 'done' })
    const [anchor] = anchors()
    expect(anchor?.text).toBe(toSlackMarkdown('**Ada asked:** what changed? <!channel>'))
    expect(anchor?.text).not.toContain('<!channel>')
    expect(moves).toEqual([{ ...commandThread, threadId: anchor?.id }])
    expect(kept).toEqual([{ question: null, respondTo: null, 'team:U0ADA': 'T0ACME' }])
    const thread = workshop.slack.player.messages(support, anchor?.id ?? '')
    expect(thread.map(message => message.text)).toEqual([anchor?.text, 'Nothing changed.'])
  })

  it('is refused where Parley may not write, and the person who asked is told so', async () => {
    const received: Inbound[] = []
    const workshop = await openWorkshop({
      adapter: {
        appToken: practiceTokens.app,
        receive: inbound => {
          received.push(inbound)
          return ignoreAll(inbound)
        },
      },
    })
    workshop.slack.leave(support, parleyId)
    workshop.slack.player.command({ channelId: support }, ada, 'parley', 'ask what changed?')
    const command = await eventually(() => {
      const found = received.find(inbound => inbound.kind === 'command')
      if (!found) throw new Error('no command yet')
      return found
    })
    const kept: DeliveryHint[] = []
    const { ledger } = workshop.ask({ channelId: 'C0ENG' })
    const target = {
      ...targetOf(command.thread, ledger, ada, command.delivery),
      saveDelivery: async (hint: DeliveryHint) => void kept.push(hint),
    }
    await expect(workshop.adapter.chat.open(target)).rejects.toMatchObject({ code: 'platform_refused' })
    const whispers = workshop.slack.player.messages(support).filter(message => message.onlyFor === ada)
    expect(whispers.map(message => message.text)).toEqual([toMrkdwn(sentences.notInvited)])
    expect(kept).toEqual([{ question: null, respondTo: null }])
  })

  it('is found again when the process died after posting that message', async () => {
    const { workshop, target, ledger, moves, anchors } = await setUp()
    const dying = { ...ledger, posted: () => Promise.reject(new Error('killed')) }
    await expect(workshop.adapter.chat.open({ ...target, parts: dying })).rejects.toThrow('killed')
    const rendering = await workshop.adapter.chat.open(target)
    await rendering.settle({ text: 'Nothing changed.', state: 'done' })
    expect(anchors()).toHaveLength(1)
    expect(moves).toHaveLength(1)
  })

  it('is found again when the process died before the dialogue moved', async () => {
    const { workshop, target, anchors, moves } = await setUp()
    const dying = { ...target, moveTo: () => Promise.reject(new Error('killed')) }
    await expect(workshop.adapter.chat.open(dying)).rejects.toThrow('killed')
    await workshop.adapter.chat.open(target)
    expect(anchors()).toHaveLength(1)
    expect(moves).toEqual([{ ...commandThread, threadId: anchors()[0]?.id }])
    expect(workshop.slack.calls.filter(call => call.method === 'conversations.history')).toEqual([])
  })
})

describe('the past of a thread', () => {
  it('is read up to the question, oldest first, with its speakers', async () => {
    const workshop = await openWorkshop({ slack: { limits: 'off' } })
    const { player } = workshop.slack
    const { thread, target } = workshop.ask({ text: 'The nightly job failed.' })
    const say = (personId: string, text: string) =>
      player.say({ channelId: support, threadId: thread.threadId }, personId, text).messageId
    for (let count = 0; count < 450; count++) say(grace, `line ${count}`)
    const question = say(ada, '<@U0PARLEY> why?')
    say(grace, 'too late')
    const signal = new AbortController().signal
    const past = await workshop.adapter.chat.readThread(target.dialogue, question, 300, signal)
    expect(past).toHaveLength(300)
    expect(past.at(-1)).toMatchObject({ text: 'line 449', byParley: false, author: { userId: grace } })
    const whole = await workshop.adapter.chat.readThread(target.dialogue, question, 1_000, signal)
    expect(whole[0]).toMatchObject({
      text: 'The nightly job failed.',
      author: { userId: ada, realm: 'T0ACME' },
    })
    expect(whole).toHaveLength(451)
  })

  it('knows names, who may moderate, and who administers', async () => {
    const received: Inbound[] = []
    const workshop = await openWorkshop({
      adapter: { receive: inbound => (received.push(inbound), ignoreAll(inbound)) },
    })
    const signal = new AbortController().signal
    const { chat } = workshop.adapter
    const place = { platform: 'slack', workspaceId: 'T0ACME', channelId: support, threadId: '1.0' } as const
    const names = await chat.lookUpNames(place, [ada, grace, 'U0NOBODY'], signal)
    expect([...names]).toEqual([
      [ada, 'Ada'],
      [grace, 'Grace'],
    ])
    const person = (userId: string) => ({ id: userId, platform: 'slack', realm: 'T0ACME', userId }) as const
    // Ada made the channel.
    expect(await chat.mayModerate(person(ada), place, signal)).toBe(true)
    expect(await chat.mayModerate(person(grace), place, signal)).toBe(false)
    const administers = (userId: string, teamId: string) => chat.administers?.(person(userId), teamId, signal)
    expect(await administers(ada, 'T0ACME')).toBe(true)
    expect(await administers(grace, 'T0ACME')).toBe(false)
    expect(await administers('U0NOBODY', 'T0ACME')).toBe(false)
    // What somebody is at home counts for nothing elsewhere.
    expect(await administers(ada, 'T0OTHER')).toBe(false)
  })
})
