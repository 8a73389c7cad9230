import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../clock.ts'
import type { Inbound } from '../../core/inbound.ts'
import type { Received } from '../../core/inbox.ts'
import { silentLog } from '../../core/testing/silent-log.ts'
import { channels, people } from '../../sandbox/cast.ts'
import { type DiscordOptions as StandInOptions, practiceToken } from '../../sandbox/discord/discord.ts'
import { serveDiscord, type ServedDiscord } from '../../sandbox/discord/serve.ts'
import { createDiscordAdapter, type DiscordAdapter } from './discord.ts'

const support = channels[0]?.discordId ?? ''
const [ada = '', grace = '', , hal = ''] = people.map(person => person.discordId)
const guild = '400000000000000001'

let served: ServedDiscord
let adapter: DiscordAdapter
let received: Inbound[]
let lastReceivedMs: number | undefined
let reply: string | undefined
let failures: number

beforeEach(async () => {
  received = []
  lastReceivedMs = undefined
  reply = undefined
  failures = 0
  await serve()
})
afterEach(async () => {
  await adapter.stop()
  await served.close()
})

async function serve(options: StandInOptions = {}): Promise<void> {
  served = await serveDiscord({ limits: 'off', ...options })
  adapter = connect()
}

function connect(leads = true): DiscordAdapter {
  return createDiscordAdapter({
    token: practiceToken,
    apiUrl: served.apiUrl,
    clock: systemClock,
    log: silentLog,
    trail: () => {},
    leadership: {
      hold: () => Promise.resolve(leads),
      release: () => Promise.resolve(),
      freeAll: () => Promise.resolve(),
    },
    leaseMs: 9_000,
    receive,
    lastReceivedMs: () => Promise.resolve(lastReceivedMs),
    directChannels: () => Promise.resolve([]),
    editEveryMs: 1,
  })
}

function receive(inbound: Inbound): Promise<Received> {
  if (failures > 0) {
    failures -= 1
    return Promise.reject(new Error('the database is away'))
  }
  // Each session leaves marks of how far it was heard.
  if (inbound.kind !== 'ignored' || inbound.place.channelId !== 'gateway') received.push(inbound)
  return Promise.resolve({
    decision: { outcome: 'answered', reason: 'mention' },
    duplicate: false,
    ...(reply === undefined ? {} : { reply }),
  })
}

async function connected(): Promise<void> {
  await expect.poll(() => adapter.status().connected, { timeout: 5_000 }).toBe(true)
}
const keys = () => received.map(inbound => inbound.key)
const say = (text: string, threadId?: string, person = ada) =>
  served.discord.player.say({ channelId: support, ...(threadId ? { threadId } : {}) }, person, text).messageId

async function start(): Promise<void> {
  adapter.start()
  await connected()
}

describe('what people say', () => {
  it('a mention in a channel would open a thread of its own', async () => {
    await start()
    const id = say('@Parley what did @Grace change?')
    await expect
      .poll(() => received)
      .toMatchObject([
        {
          kind: 'message',
          key: `message:${id}`,
          thread: { platform: 'discord', workspaceId: guild, channelId: support, threadId: id },
          messageRef: id,
          author: { platform: 'discord', realm: 'discord', userId: ada, name: 'Ada' },
          text: `@Parley what did <@${grace}> change?`,
          mentionsParley: true,
          direct: false,
          inThread: false,
        },
      ])
  })

  it('knows who administers a server', async () => {
    await start()
    const administers = (userId: string, guildId: string) =>
      adapter.chat.administers?.(
        { id: 'i', platform: 'discord', realm: 'discord', userId },
        guildId,
        new AbortController().signal,
      )
    // The server is Ada's own.
    expect(await administers(ada, guild)).toBe(true)
    expect(await administers(grace, guild)).toBe(false)
    expect(await administers(ada, '@me')).toBe(false)
  })

  it('a follow-up in a thread belongs to its channel and thread', async () => {
    await start()
    const root = say('@Parley hello')
    const rest = adapter.chat
    await rest.open({
      turnId: 't',
      dialogue: {
        id: 'd',
        thread: { platform: 'discord', workspaceId: guild, channelId: support, threadId: root },
        direct: false,
        title: 'hello',
        delivery: { origin: 'channel' },
        historyRead: true,
      },
      asker: { id: 'a', platform: 'discord', realm: 'discord', userId: ada },
      askedRef: root,
      parts: { list: () => Promise.resolve([]) } as never,
      takenOver: false,
      saveDelivery: () => Promise.resolve(),
      moveTo: () => Promise.resolve(),
    })
    const follow = say('and then?', root)
    await expect
      .poll(() => received.at(-1))
      .toMatchObject({
        key: `message:${follow}`,
        thread: { channelId: support, threadId: root },
        mentionsParley: false,
        inThread: true,
      })
  })

  it('another bot is ignored by name', async () => {
    await start()
    const id = say('@Parley beep', undefined, hal)
    await expect
      .poll(() => received)
      .toMatchObject([{ kind: 'ignored', key: `message:${id}`, reason: 'other_bot' }])
  })

  it('an edit and a deletion tell which message they are of', async () => {
    await start()
    const id = say('@Parley one')
    served.discord.player.edit(support, id, ada, '@Parley two')
    served.discord.player.remove(support, id, ada)
    await expect
      .poll(() => received)
      .toMatchObject([
        { kind: 'message', messageRef: id },
        { kind: 'edit', message: { messageRef: id, text: '@Parley two' } },
        { kind: 'delete', messageRef: id, place: { workspaceId: guild, channelId: support } },
      ])
  })

  it('what cannot be stored is kept, in order, until it can', async () => {
    await start()
    failures = 1
    const first = say('@Parley one')
    const second = say('@Parley two')
    await expect.poll(keys, { timeout: 5_000 }).toEqual([`message:${first}`, `message:${second}`])
  })
})

describe('commands', () => {
  it('/ask answers with the question itself, on which the thread will stand', async () => {
    await start()
    served.discord.player.command({ channelId: support }, ada, 'ask', 'why is it slow?')
    const asked = () => received.find(inbound => inbound.kind === 'command')
    await expect
      .poll(asked)
      .toMatchObject({ name: 'ask', text: 'why is it slow?', by: { name: 'Ada' }, inThread: false })
    const [anchor] = served.discord.player.messages(support).filter(message => message.author.bot)
    expect(anchor?.text).toBe('**Ada asked:** why is it slow?')
    expect(asked()).toMatchObject({ thread: { channelId: support, threadId: anchor?.id } })
  })

  it('/why is answered to the person alone', async () => {
    await start()
    reply = 'I answered because I was **mentioned**.'
    served.discord.player.command({ channelId: support }, ada, 'why', '')
    await expect
      .poll(() => served.discord.player.messages(support).map(({ text, onlyFor }) => ({ text, onlyFor })))
      .toContainEqual({ text: 'I answered because I was **mentioned**.', onlyFor: ada })
  })

  it('are registered once, and left alone when they are the same', async () => {
    await start()
    expect(
      served.discord.player
        .view()
        .commands.map(command => command.name)
        .toSorted(),
    ).toEqual([
      'agent',
      'ask',
      'help',
      'link',
      'more',
      'quiet',
      'quota',
      'settings',
      'speak',
      'stop',
      'unlink',
      'why',
    ])
    await adapter.stop()
    adapter = connect()
    await start()
    const puts = served.discord.calls.filter(call => call.method === 'PUT')
    expect(puts).toHaveLength(1)
  })
})

describe('the gateway', () => {
  it('a dropped connection is resumed, and nothing said meanwhile is missed or doubled', async () => {
    await start()
    const before = say('@Parley one')
    await expect.poll(keys).toEqual([`message:${before}`])
    served.discord.player.dropConnections()
    const during = say('@Parley two')
    await expect.poll(keys, { timeout: 10_000 }).toEqual([`message:${before}`, `message:${during}`])
  })

  it('after a fresh session, what was said since anything was received is read', async () => {
    lastReceivedMs = Date.now()
    const missed = say('@Parley are you there?')
    await start()
    await expect.poll(keys).toContain(`message:${missed}`)
    expect(received.find(inbound => inbound.key === `message:${missed}`)).toMatchObject({
      kind: 'message',
      mentionsParley: true,
    })
  })

  it('a channel that cannot be read for a moment is read a moment later', async () => {
    lastReceivedMs = Date.now()
    const missed = say('@Parley are you there?')
    served.discord.faults.plan({ method: 'GET /channels/:id/messages', kind: 'cut', times: 6 })
    await start()
    await expect.poll(keys, { timeout: 20_000 }).toContain(`message:${missed}`)
  })

  it('what was said in other channels meanwhile is not read again for it, and a thread comes after its root', async () => {
    lastReceivedMs = Date.now()
    const root = say('@Parley what is slow?')
    const reply = say('and what is not?', root)
    const random = channels[1]?.discordId ?? ''
    const elsewhere = served.discord.player.say({ channelId: random }, grace, '@Parley hello').messageId
    served.discord.faults.plan({ method: 'GET /channels/:id/messages', kind: 'cut', times: 3 })
    await start()
    const all = [root, reply, elsewhere].map(id => `message:${id}`)
    await expect.poll(keys, { timeout: 20_000 }).toEqual(expect.arrayContaining(all))
    expect(keys()).toHaveLength(new Set(keys()).size)
    expect(keys().indexOf(`message:${root}`)).toBeLessThan(keys().indexOf(`message:${reply}`))
  })

  it('at the very first start nothing of the past is taken', async () => {
    say('@Parley long ago')
    await start()
    const now = say('@Parley now')
    await expect.poll(keys).toEqual([`message:${now}`])
  })

  it('4014 is explained by what to switch on', async () => {
    await served.close()
    await serve({ allowedIntents: 1 })
    adapter.start()
    await expect.poll(() => adapter.status().error, { timeout: 5_000 }).toContain('Message Content Intent')
    expect(adapter.status().connected).toBe(false)
  })

  it('a process that does not lead stands by and hears nothing', async () => {
    adapter = connect(false)
    adapter.start()
    await expect.poll(() => adapter.status()).toMatchObject({ connected: false, everConnected: true })
    expect(served.discord.player.view().connections).toBe(0)
  })
})
