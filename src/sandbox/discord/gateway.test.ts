import type { TextChannel } from 'discord.js'
import { describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { parley } from '../cast.ts'
import { practiceToken } from './discord.ts'
import { intents } from './intents.ts'
import type { ServedDiscord } from './serve.ts'
import { ada, adasDirect, call, next, openStage, parleyIntents, support } from './testing/bot.ts'

const stage = openStage()

interface Frame {
  readonly op: number
  readonly t: string | null
  readonly d: Record<string, unknown>
}

/** A gateway client of a few lines, to see frames just as they come. */
function connect(served: ServedDiscord) {
  const socket = new WebSocket(
    `${served.apiUrl.replace('http', 'ws').replace('/api', '/gateway')}?v=10&encoding=json`,
  )
  const frames: Frame[] = []
  const closed = new Promise<number>(resolve => socket.on('close', resolve))
  socket.on('message', (raw: Buffer) => frames.push(JSON.parse(raw.toString()) as Frame))
  const opened = new Promise<void>(resolve => socket.once('open', resolve))
  return {
    frames,
    closed,
    send: async (op: number, d: unknown) => {
      await opened
      socket.send(JSON.stringify({ op, d }))
    },
    event: (t: string) => vi.waitUntil(() => frames.find(frame => frame.t === t)),
    op: (op: number) => vi.waitUntil(() => frames.find(frame => frame.op === op)),
    end: () => socket.close(1000),
  }
}

const identity = (asked: number) => ({
  token: practiceToken,
  intents: asked,
  properties: { os: 'linux', browser: 'test', device: 'test' },
})

describe('a connection that drops', () => {
  it('is resumed, and what was said meanwhile is replayed once and in order', async () => {
    const served = await stage.discord()
    const bot = await stage.bot(served)
    const heard: string[] = []
    bot.on('messageCreate', ({ content }) => void heard.push(content))
    const resumed = next(bot, 'shardResume')
    served.discord.player.say({ channelId: support }, ada, 'before')
    await vi.waitUntil(() => heard.length === 1)
    served.discord.player.dropConnections()
    for (const text of ['one', 'two', 'three']) served.discord.player.say({ channelId: support }, ada, text)
    await resumed
    served.discord.player.say({ channelId: support }, ada, 'after')
    await vi.waitUntil(() => heard.length === 5)
    expect(heard).toEqual(['before', 'one', 'two', 'three', 'after'])
  })

  it.each([4000, 1001])('is resumed when Discord closes it with %i', async code => {
    const served = await stage.discord()
    const bot = await stage.bot(served)
    const resumed = next(bot, 'shardResume')
    served.discord.closeGateway(code)
    expect((await resumed)[0]).toBe(0)
    expect(served.discord.player.view().connections).toBe(1)
  })

  it('is resumed when Discord asks for it', async () => {
    const served = await stage.discord()
    const bot = await stage.bot(served)
    const resumed = next(bot, 'shardResume')
    served.discord.askToReconnect()
    expect((await resumed)[0]).toBe(0)
  })

  it('starts anew once its session is invalid: the gap is lost, and REST gives it back', async () => {
    const served = await stage.discord()
    const bot = await stage.bot(served)
    const heard: string[] = []
    bot.on('messageCreate', ({ content }) => void heard.push(content))
    const { messageId } = served.discord.player.say({ channelId: support }, ada, 'before')
    await vi.waitUntil(() => heard.length === 1)
    const ready = next(bot, 'shardReady')
    served.discord.invalidateSessions()
    served.discord.player.dropConnections()
    served.discord.player.say({ channelId: support }, ada, 'in the gap')
    await ready
    served.discord.player.say({ channelId: support }, ada, 'after')
    await vi.waitUntil(() => heard.length === 2)
    expect(heard).toEqual(['before', 'after'])
    const channel = (await bot.channels.fetch(support)) as TextChannel
    const missed = await channel.messages.fetch({ after: messageId, cache: false })
    expect([...missed.values()].map(({ content }) => content)).toEqual(['after', 'in the gap'])
  })

  it('cannot be resumed after its window', async () => {
    let nowMs = Date.now()
    const served = await stage.discord({ now: () => nowMs, resumeWindowMs: 1000 })
    const bot = await stage.bot(served)
    const lost = next(bot, 'shardReconnecting')
    const ready = next(bot, 'shardReady')
    served.discord.player.dropConnections()
    await lost
    nowMs += 1001
    expect((await ready)[0]).toBe(0)
  })
})

describe('a session that is refused', () => {
  it('for its token ends with 4004', async () => {
    const served = await stage.discord()
    const client = connect(served)
    await client.send(2, { ...identity(1), token: 'MzAw.no.no' })
    expect(await client.closed).toBe(4004)
  })

  it('for intents the application may not have ends with 4014, and login rejects', async () => {
    const served = await stage.discord({ allowedIntents: parleyIntents & ~intents.messageContent })
    const login = stage.client(served).login(practiceToken)
    await expect(login).rejects.toThrow(/disallowed intents/i)
  })

  it('for intents that do not exist ends with 4013', async () => {
    const client = connect(await stage.discord())
    await client.send(2, identity(2 ** 30))
    expect(await client.closed).toBe(4013)
  })

  it.each([4004, 4014])('in the middle of its life, by %i, does not come back', async code => {
    const served = await stage.discord()
    const bot = await stage.bot(served)
    const gone = next(bot, 'shardDisconnect')
    served.discord.closeGateway(code)
    expect((await gone)[0].code).toBe(code)
    expect(served.discord.player.view().connections).toBe(0)
  })
})

describe('what a session is told', () => {
  it('its heartbeats are acknowledged, and it reads nothing that is not JSON', async () => {
    const client = connect(await stage.discord({ heartbeatMs: 1234 }))
    expect((await client.op(10)).d['heartbeat_interval']).toBe(1234)
    await client.send(1, null)
    await client.op(11)
    await client.send(99, null)
    expect(await client.closed).toBe(4001)
  })

  it('depends on its intents: without message content, only its own, mentions and direct messages are readable', async () => {
    const served = await stage.discord()
    const client = connect(served)
    await client.send(2, identity(parleyIntents & ~intents.messageContent))
    await client.event('GUILD_CREATE')
    const { player } = served.discord
    player.say({ channelId: support }, ada, 'secret')
    player.say({ channelId: support }, ada, '@Parley open')
    player.say({ channelId: adasDirect }, ada, 'between us')
    await call(served, 'POST', `/channels/${support}/messages`, { content: 'mine' })
    await vi.waitUntil(() => client.frames.filter(({ t }) => t === 'MESSAGE_CREATE').length === 4)
    const created = client.frames.filter(({ t }) => t === 'MESSAGE_CREATE').map(({ d }) => d)
    expect(created.map(({ content }) => content)).toEqual([
      '',
      `<@${parley.discord.userId}> open`,
      'between us',
      'mine',
    ])
    expect(created.map(({ channel_type }) => channel_type)).toEqual([0, 0, 1, 0])
    expect(created.map(({ guild_id }) => guild_id !== undefined)).toEqual([true, true, false, true])
    expect(created[1]?.['mentions']).toMatchObject([{ username: 'parley', member: { deaf: false } }])
    client.end()
  })

  it('is the same for every session', async () => {
    const served = await stage.discord()
    const [one, two] = [await stage.bot(served), await stage.bot(served)]
    const both = Promise.all([next(one, 'messageCreate'), next(two, 'messageCreate')])
    const { messageId } = served.discord.player.say({ channelId: support }, ada, 'hello, both')
    expect((await both).map(([{ id }]) => id)).toEqual([messageId, messageId])
    expect(served.discord.player.view().connections).toBe(2)
  })

  it('includes active threads with their last message, after a start', async () => {
    const served = await stage.discord()
    const { player } = served.discord
    const { messageId } = player.say({ channelId: support }, ada, 'root')
    const last = player.say({ channelId: support, threadId: messageId }, ada, 'last').messageId
    const bot = await stage.bot(served)
    const thread = bot.channels.cache.get(messageId)
    expect(thread?.isThread() && [thread.lastMessageId, thread.parentId]).toEqual([last, support])
  })

  it('can be written by hand', async () => {
    const served = await stage.discord()
    const client = connect(served)
    await client.send(2, identity(parleyIntents))
    await client.event('READY')
    served.discord.sendRaw({ t: 'SOMETHING_NEW', d: { id: '1' } })
    expect((await client.event('SOMETHING_NEW')).d).toEqual({ id: '1' })
    client.end()
  })
})
