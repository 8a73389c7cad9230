import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../clock.ts'
import type { Dialogue } from '../../core/dialogue.ts'
import type { Rendering, Snapshot } from '../../core/platform.ts'
import { createPartLedger, type MemoryPartLedger } from '../../core/testing/part-ledger.ts'
import { silentLog } from '../../core/testing/silent-log.ts'
import { channels, people } from '../../sandbox/cast.ts'
import { serveDiscord, type ServedDiscord } from '../../sandbox/discord/serve.ts'
import { practiceToken } from '../../sandbox/discord/discord.ts'
import { createDiscordAdapter } from './discord.ts'
import { nonceWindowMs } from './limits.ts'

const support = channels[0]?.discordId ?? ''
const ada = people[0]?.discordId ?? ''

let served: ServedDiscord
let question: string
let parts: MemoryPartLedger
let dialogue: Dialogue
let nowMs: () => number

beforeEach(async () => {
  nowMs = () => Date.now()
  served = await serveDiscord({ limits: 'off' })
  question = served.discord.player.say({ channelId: support }, ada, '@Parley what changed?').messageId
  parts = createPartLedger({ nowMs: () => nowMs() })
  dialogue = {
    id: 'dialogue',
    thread: {
      platform: 'discord',
      workspaceId: '400000000000000001',
      channelId: support,
      threadId: question,
    },
    direct: false,
    title: 'what changed?',
    delivery: { origin: 'channel' },
    historyRead: true,
  }
})
afterEach(() => served.close())

function open({ takenOver = false } = {}): Promise<Rendering> {
  const { chat } = createDiscordAdapter({
    token: practiceToken,
    apiUrl: served.apiUrl,
    clock: { ...systemClock, nowMs: () => nowMs() },
    log: silentLog,
    trail: () => {},
    leadership: {
      hold: () => Promise.resolve(false),
      release: () => Promise.resolve(),
      freeAll: () => Promise.resolve(),
    },
    leaseMs: 9_000,
    receive: () => Promise.reject(new Error('nothing is received here')),
    lastReceivedMs: () => Promise.resolve(undefined),
    directChannels: () => Promise.resolve([]),
    editEveryMs: 1,
    carriedOutWithinMs: 400,
  })
  return chat.open({
    turnId: 'turn',
    dialogue,
    asker: { id: 'ada', platform: 'discord', realm: 'discord', userId: ada },
    askedRef: question,
    parts,
    takenOver,
    saveDelivery(delivery) {
      dialogue = { ...dialogue, delivery: { ...dialogue.delivery, ...delivery } }
      return Promise.resolve()
    },
    moveTo: () => Promise.resolve(),
  })
}

const done = (text: string): Snapshot => ({ text, state: 'done' })
const answers = (channelId = question) =>
  served.discord.player
    .messages(channelId === question ? support : channelId, channelId === question ? question : undefined)
    .filter(message => message.author.bot)
const texts = () => answers().map(message => message.text)
const refs = () => parts.parts.filter(part => part.state === 'posted').map(part => part.ref)

async function settle(text: string): Promise<void> {
  const rendering = await open()
  await rendering.settle(done(text))
}

describe('an answer', () => {
  it('opens a thread on the question and is one message there, edited in place', async () => {
    const rendering = await open()
    rendering.show({ text: 'Two', state: 'streaming' })
    await expect.poll(texts).toEqual(['Two'])
    expect(answers()[0]?.buttons.map(button => button.label)).toEqual(['Stop'])
    rendering.show({ text: 'Two things', state: 'streaming' })
    await expect.poll(texts).toEqual(['Two things'])
    await rendering.settle(done('Two things changed.'))
    expect(texts()).toEqual(['Two things changed.'])
    expect(answers()[0]?.buttons).toEqual([])
    expect(parts.parts).toMatchObject([{ ordinal: 0, state: 'posted', ref: answers()[0]?.id }])
  })

  it('of 15,000 characters is shown whole, in order, no message over 2,000', async () => {
    const words = Array.from({ length: 2_500 }, (_, index) => `w${index}`).join(' ')
    await settle(words)
    expect(texts().every(text => text.length <= 2_000)).toBe(true)
    expect(texts().join(' ').split(/\s+/)).toEqual(words.split(' '))
  }, 60_000)

  it('says why it ends where it ends', async () => {
    const rendering = await open()
    await rendering.settle({ text: 'Half of', state: 'stopped', notice: 'Stopped by Ada.' })
    expect(texts()).toEqual(['Half of\n\n-# Stopped by Ada.'])
  })

  it('stands in the channel as a reply where no thread may be opened', async () => {
    served.discord.denyThreads(support, true)
    await settle('Here then.')
    const inChannel = served.discord.player.messages(support).filter(message => message.author.bot)
    expect(inChannel).toMatchObject([{ text: 'Here then.', replyTo: question }])
    expect(dialogue.delivery['thread']).toBe('denied')
  })

  it('stands in the thread that somebody opened on a question that is gone', async () => {
    served.discord.player.say({ channelId: support, threadId: question }, ada, 'Anybody?')
    served.discord.player.remove(support, question, ada)
    await settle('Here.')
    expect(texts()).toEqual(['Here.'])
    expect(dialogue.delivery['thread']).toBe('made')
  })

  it('moves to the thread that somebody opens once it stands in the channel', async () => {
    served.discord.denyThreads(support, true)
    await settle('Here then.')
    served.discord.player.say({ channelId: support, threadId: question }, ada, '@Parley here!')
    dialogue = { ...dialogue, delivery: { ...dialogue.delivery, origin: 'thread' } }
    await settle('Here then, whole.')
    expect(answers(support)).toEqual([])
    expect(texts()).toEqual(['Here then, whole.'])
  })

  it('pings nobody and unfurls nothing, when posted and when edited', async () => {
    const rendering = await open()
    rendering.show({ text: '@everyone look', state: 'streaming' })
    await expect.poll(() => texts().length).toBe(1)
    await rendering.settle(done('@everyone look at https://example.com'))
    const writes = served.discord.calls.filter(
      call => /messages(\/:id)?$/.test(call.route) && call.method !== 'GET',
    )
    expect(writes.length).toBeGreaterThanOrEqual(2)
    for (const call of writes) expect(call.body).toMatchObject({ allowed_mentions: { parse: [] }, flags: 4 })
  })
})

describe('an answer that is written anew', () => {
  it('shrinks: messages too many disappear', async () => {
    await settle(`${'long '.repeat(900)}end`)
    expect(texts().length).toBeGreaterThan(1)
    await settle('Short after all.')
    expect(texts()).toEqual(['Short after all.'])
    expect(refs()).toEqual(answers().map(message => message.id))
  })

  it('grows: the first message stays where it was', async () => {
    await settle('Short.')
    const [first] = answers()
    await settle(`${'long '.repeat(900)}end`)
    expect(answers()[0]?.id).toBe(first?.id)
    expect(texts().join(' ')).toMatch(/end$/)
    expect(refs()).toEqual(answers().map(message => message.id))
  })
})

describe('when the outcome of a post is unknown', () => {
  const post = 'POST /channels/:id/messages'
  const edit = 'PATCH /channels/:id/messages/:id'

  it('an error after it was stored: still one message', async () => {
    served.discord.faults.plan({ method: post, kind: 'server-error', status: 502, afterCommit: true })
    await settle('Once.')
    expect(texts()).toEqual(['Once.'])
  })

  it('a connection cut after it was stored: told as unavailable, and the next attempt finds it', async () => {
    served.discord.faults.plan({ method: post, kind: 'cut', afterCommit: true })
    await expect(settle('Once.')).rejects.toMatchObject({ code: 'platform_unavailable' })
    await settle('Once.')
    expect(texts()).toEqual(['Once.'])
  })

  it('a process killed after posting leaves a part that the next one takes over', async () => {
    const killed = await open()
    await killed.settle(done('First try'))
    const [part] = parts.parts
    const before = createPartLedger({ nowMs: () => nowMs() })
    await before.plan(0)
    expect(before.parts[0]?.key).toBe(part?.key)
    parts = before
    await settle('Second try.')
    expect(texts()).toEqual(['Second try.'])
    expect(refs()).toEqual(answers().map(message => message.id))
  })

  it('a process killed while Discord was slow with an edit: the end comes after it, once more', async () => {
    const killed = await open()
    killed.show({ text: 'Two', state: 'streaming' })
    await expect.poll(texts).toEqual(['Two'])
    const edits = () => served.discord.calls.filter(({ route }) => route === edit).map(({ status }) => status)
    served.discord.faults.plan({ method: edit, kind: 'slow', delayMs: 300 })
    killed.show({ text: 'Two things', state: 'streaming' })
    await expect.poll(edits).toHaveLength(1)
    void killed.abandon()
    const next = await open({ takenOver: true })
    await next.settle(done('Two things changed.'))
    expect(edits()).toEqual([200, 200, 200])
    expect(texts()).toEqual(['Two things changed.'])
    expect(answers()[0]?.buttons).toEqual([])
  })

  it('long after, the message in the thread that no part has is the one', async () => {
    await (await open()).settle(done('First try'))
    const plannedAtMs = Date.now()
    parts = createPartLedger({ nowMs: () => plannedAtMs })
    await parts.plan(0)
    nowMs = () => plannedAtMs + nonceWindowMs + 1
    await settle('Second try.')
    expect(texts()).toEqual(['Second try.'])
  })

  it('long after, with nothing there, it is posted', async () => {
    const plannedAtMs = Date.now()
    parts = createPartLedger({ nowMs: () => plannedAtMs })
    await parts.plan(0)
    nowMs = () => plannedAtMs + nonceWindowMs + 1
    await settle('At last.')
    expect(texts()).toEqual(['At last.'])
    expect(parts.parts.map(part => part.state)).toEqual(['removed', 'posted'])
  })

  it('a process that lost its lease writes nothing more', async () => {
    const rendering = await open()
    parts.loseLease()
    await expect(rendering.settle(done('Too late.'))).rejects.toMatchObject({ code: 'lease_lost' })
    expect(texts()).toEqual([])
  })
})

describe('when Discord asks to wait', () => {
  it('the final text is shown all the same, once', async () => {
    served.discord.faults.plan({
      method: 'PATCH /channels/:id/messages/:id',
      kind: 'rate-limited',
      retryAfterMs: 50,
      times: 2,
    })
    const rendering = await open()
    rendering.show({ text: 'Two', state: 'streaming' })
    await expect.poll(texts).toEqual(['Two'])
    await rendering.settle(done('Two things.'))
    expect(texts()).toEqual(['Two things.'])
  })

  it('what Discord refuses for good is told as refused', async () => {
    const rendering = await open()
    served.discord.faults.plan({ method: 'POST /channels/:id/messages', kind: 'refused', code: '50013' })
    await expect(rendering.settle(done('Hello'))).rejects.toMatchObject({ code: 'platform_refused' })
  })

  it('an answer that somebody deleted meanwhile is posted again', async () => {
    await settle('First.')
    const [gone] = answers()
    served.discord.faults.plan({ method: 'PATCH /channels/:id/messages/:id', kind: 'refused', code: '10008' })
    await settle('Second.')
    expect(texts().at(-1)).toBe('Second.')
    expect(refs()).not.toContain(gone?.id)
  })
})
