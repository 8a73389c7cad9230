import { GatewayDispatchEvents, PermissionFlagsBits } from 'discord.js'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { audienceLastsMs, createAudience } from '../../core/audience.ts'
import type { Clock } from '../../core/clock.ts'
import { createInbox } from '../../core/inbox.ts'
import { silentLog } from '../../core/testing/silent-log.ts'
import { createSteppedClock } from '../../core/testing/stepped-clock.ts'
import { channels, parley, people } from '../../sandbox/cast.ts'
import { practiceToken } from '../../sandbox/discord/discord.ts'
import { serveDiscord } from '../../sandbox/discord/serve.ts'
import { createAudiences } from '../postgres/audiences.ts'
import { sessionOf } from '../postgres/session.ts'
import { onEveryEngine } from '../postgres/testing/databases.ts'
import { createDiscordAdapter, type DiscordOptions } from './discord.ts'
import { messageUrl } from './message-url.ts'

const [ada = '', grace = '', linus = ''] = people.map(({ discordId }) => discordId)
const [support = '', , , finance = ''] = channels.map(({ discordId }) => discordId)
const { guildId } = parley.discord
const financeRole = '400000000000000002'
const place = (channelId: string) => ({ platform: 'discord', workspaceId: guildId, channelId }) as const
const person = (userId: string) => ({ platform: 'discord', realm: 'discord', userId }) as const
const clock: Clock = {
  nowMs: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise(resolve => {
      const timer = setTimeout(resolve, ms)
      signal?.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
    }),
}

async function openGuild(options: Partial<DiscordOptions> = {}) {
  const served = await serveDiscord()
  onTestFinished(() => served.close())
  const adapter = createDiscordAdapter({
    token: practiceToken,
    apiUrl: served.apiUrl,
    clock,
    log: silentLog,
    trail: () => {},
    leadership: {
      hold: () => Promise.resolve(true),
      release: () => Promise.resolve(),
      freeAll: () => Promise.resolve(),
    },
    leaseMs: 9_000,
    receive: () =>
      Promise.resolve({ decision: { outcome: 'ignored', reason: 'unsupported' }, duplicate: false }),
    lastReceivedMs: () => Promise.resolve(undefined),
    directChannels: () => Promise.resolve([]),
    ...options,
  })
  onTestFinished(() => adapter.stop())
  const start = async () => {
    adapter.start()
    await vi.waitFor(() => expect(adapter.status().connected).toBe(true), 8_000)
  }
  const readable = async (userId: string, ...channelIds: readonly string[]) =>
    (
      await adapter.audience.readable(person(userId), channelIds.map(place), new AbortController().signal)
    ).map(({ channelId }) => channelId)
  return { discord: served.discord, adapter, start, readable }
}

describe('what a person can read on Discord', () => {
  it('is the channels that roles and overwrites open to them, with names', async () => {
    const { discord, adapter, readable } = await openGuild()
    const asked = [support, finance, '200000000000000009']
    const signal = new AbortController().signal
    expect(await adapter.audience.readable(person(grace), asked.map(place), signal)).toEqual([
      { ...place(support), name: 'support', workspaceName: 'Acme', readers: 5 },
      { ...place(finance), name: 'finance', workspaceName: 'Acme' },
    ])
    expect(await readable(linus, ...asked)).toEqual([support])
    discord.setRoles(grace, [])
    discord.setRoles(linus, [financeRole])
    expect(await readable(grace, ...asked)).toEqual([support])
    expect(await readable(linus, ...asked)).toEqual([support, finance])
    // The owner may enter everywhere.
    expect(await readable(ada, ...asked)).toEqual([support, finance])
  })

  it('is nothing for who left the server, was never there, or where Parley is not', async () => {
    const { discord, adapter, readable } = await openGuild()
    discord.leaveGuild(grace)
    expect(await readable(grace, support)).toEqual([])
    expect(await readable('100000000000000099', support)).toEqual([])
    const elsewhere = { ...place(support), workspaceId: '400000000000000099' }
    const direct = { ...place('500000000000000001'), workspaceId: '@me' }
    const asked = [elsewhere, direct]
    expect(await adapter.audience.readable(person(ada), asked, new AbortController().signal)).toEqual([])
  })

  it('of private threads is those they are in, or all where they manage threads', async () => {
    const { discord, adapter } = await openGuild()
    const threadId = discord.openPrivateThread(support, grace, 'Quiet')
    const locked = discord.openPrivateThread(finance, grace, 'Locked')
    const asked = [
      { ...place(support), threadId },
      { ...place(finance), threadId: locked },
      { ...place(support), threadId: '800000000000000001' },
    ]
    const threadsOf = async (userId: string) =>
      (await adapter.audience.readable(person(userId), asked, new AbortController().signal)).map(
        found => found.threadId,
      )
    expect(await threadsOf(grace)).toEqual([threadId, locked])
    expect(await threadsOf(linus)).toEqual([])
    discord.joinThread(threadId, linus)
    discord.joinThread(locked, linus)
    expect(await threadsOf(linus)).toEqual([threadId])
    discord.leaveThread(threadId, linus)
    expect(await threadsOf(linus)).toEqual([])
    discord.setRolePermissions(financeRole, PermissionFlagsBits.ManageThreads)
    discord.setRoles(linus, [financeRole])
    expect(await threadsOf(linus)).toEqual([threadId, locked, '800000000000000001'])
  })

  it('is not known while Discord is away', async () => {
    const { discord, readable } = await openGuild()
    for (const route of ['GET /guilds/:id/members/:id', 'GET /guilds/:id', 'GET /guilds/:id/channels']) {
      discord.faults.plan({ method: route, kind: 'server-error', times: 3 })
      await expect(readable(ada, support)).rejects.toMatchObject({ code: 'platform_unavailable' })
    }
    expect(await readable(ada, support)).toEqual([support])
  })
})

describe('a link to a message on Discord', () => {
  const thread = { ...place(support), threadId: '700000000000000001' }
  it.each([
    ['a thread', undefined, `${guildId}/700000000000000001`],
    ['a message in it', '700000000000000002', `${guildId}/700000000000000001/700000000000000002`],
    ['the message it starts from', '700000000000000001', `${guildId}/${support}/700000000000000001`],
    ['a message that came from the web', 'web:1', `${guildId}/700000000000000001`],
  ])('leads to %s', (_, ref, path) => {
    expect(messageUrl(thread, ref)).toBe(`https://discord.com/channels/${path}`)
  })

  it('leads to a direct message, and nowhere by something else than an id', () => {
    const direct = { platform: 'discord', workspaceId: '@me', channelId: '5', threadId: '5' } as const
    expect(messageUrl(direct, '6')).toBe('https://discord.com/channels/@me/5/6')
    expect(messageUrl({ ...thread, threadId: '../../evil' })).toBeUndefined()
    expect(messageUrl({ ...thread, workspaceId: 'javascript:1' })).toBeUndefined()
  })
})

onEveryEngine('a channel’s audience, through Discord', open => {
  async function settle() {
    const { database, store } = await open()
    const stepped = createSteppedClock()
    const audiences = createAudiences(sessionOf(database))
    const inbox = createInbox({ store, clock, log: silentLog, trail: () => {} })
    const guild = await openGuild({
      audienceChanged: change => audiences.forget(change),
      receive: inbound => inbox.receive(inbound),
    })
    const audience = createAudience({
      audiences,
      sources: [guild.adapter.audience],
      clock: stepped,
      log: silentLog,
    })
    await store.dialogues.open({
      thread: { ...place(finance), threadId: '1' },
      direct: false,
      title: 'Budget',
      historyToRead: false,
    })
    const { id } = await store.identities.meet(person(grace))
    const reads = async () => {
      const rows = await database.handle
        .selectFrom('audience_places')
        .select(['channel_id', 'thread_id'])
        .where('identity_id', '=', id)
        .where('valid_until', '>', new Date(stepped.nowMs()))
        .orderBy('thread_id')
        .execute()
      return rows.map(row => row.thread_id || row.channel_id)
    }
    const refresh = () => audience.refresh({ memberId: 'grace', identityIds: [id] }, 60_000)
    return { ...guild, database, stepped, reads, refresh }
  }

  it('loses who is shut out as soon as the channel changes, and gains who is let in', async () => {
    const { discord, start, stepped, reads, refresh } = await settle()
    await start()
    await refresh()
    expect(await reads()).toEqual([finance])
    discord.setOverwrites(finance, [{ id: grace, kind: 'member', allow: '0', deny: '1024' }])
    await vi.waitFor(async () => expect(await reads()).toEqual([]), 8_000)
    await refresh()
    expect(await reads()).toEqual([])
    discord.setOverwrites(finance, [])
    await vi.waitFor(async () => {
      await stepped.advance(5 * 60_000)
      await refresh()
      expect(await reads()).toEqual([finance])
    }, 8_000)
    discord.setRolePermissions(guildId, 0n)
    await vi.waitFor(async () => expect(await reads()).toEqual([]), 8_000)
    await refresh()
    expect(await reads()).toEqual([])
  })

  it('loses who leaves the server with their next word, without any privileged intent', async () => {
    const { discord, start, stepped, reads, refresh } = await settle()
    await start()
    await refresh()
    discord.leaveGuild(grace)
    await stepped.advance(5 * 60_000)
    await refresh()
    expect(await reads()).toEqual([])
  })

  it('loses who leaves at once where the application has that intent', async () => {
    const { discord, start, reads, refresh } = await settle()
    await start()
    await refresh()
    discord.sendRaw({
      t: GatewayDispatchEvents.GuildMemberRemove,
      d: { guild_id: guildId, user: { id: grace } },
    })
    await vi.waitFor(async () => expect(await reads()).toEqual([]), 8_000)
  })

  it('of a private thread begins with its first message and ends with leaving it', async () => {
    const { discord, start, reads, refresh, database } = await settle()
    await start()
    const threadId = discord.openPrivateThread(finance, grace, 'Quiet')
    discord.joinThread(threadId, parley.discord.userId)
    discord.player.say({ channelId: finance, threadId }, ada, '@Parley is it enough?')
    await vi.waitFor(async () => {
      const rows = await database.handle
        .selectFrom('dialogues')
        .select('private_thread')
        .where('thread_id', '=', threadId)
        .execute()
      expect(rows).toEqual([{ private_thread: true }])
    }, 8_000)
    await refresh()
    expect(await reads()).toEqual([finance, threadId])
    discord.leaveThread(threadId, grace)
    discord.sendRaw({
      t: GatewayDispatchEvents.ThreadMembersUpdate,
      d: { id: threadId, guild_id: guildId, removed_member_ids: [grace] },
    })
    await vi.waitFor(async () => expect(await reads()).toEqual([]), 8_000)
    await refresh()
    expect(await reads()).toEqual([finance])
  })

  it('ends when Discord is away for longer than its last word lasts', async () => {
    const { discord, stepped, reads, refresh } = await settle()
    await refresh()
    discord.faults.plan({ method: 'GET /guilds/:id/members/:id', kind: 'server-error', times: 100 })
    await stepped.advance(audienceLastsMs - 1)
    await refresh()
    expect(await reads()).toEqual([finance])
    await stepped.advance(1)
    await refresh()
    expect(await reads()).toEqual([])
  })
})
