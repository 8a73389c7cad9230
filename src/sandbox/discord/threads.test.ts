import { ChannelType } from 'discord.js'
import type { TextChannel } from 'discord.js'
import { describe, expect, it } from 'vitest'
import { ada, call, grace, next, openStage, support } from './testing/bot.ts'

const stage = openStage()

async function startedThread() {
  const served = await stage.discord()
  const bot = await stage.bot(served)
  const channel = (await bot.channels.fetch(support)) as TextChannel
  const starter = await channel.send('Let us talk here.')
  return { served, bot, channel, thread: await starter.startThread({ name: 'Talk' }) }
}

describe('a thread', () => {
  it('shows on its first message, which is told again', async () => {
    const served = await stage.discord()
    const bot = await stage.bot(served)
    const { messageId } = served.discord.player.say({ channelId: support }, ada, 'root')
    const update = next(bot, 'messageUpdate')
    served.discord.player.say({ channelId: support, threadId: messageId }, grace, 'reply')
    const [, starter] = await update
    expect([starter.id, starter.hasThread, starter.thread?.id]).toEqual([messageId, true, messageId])
    const { json } = await call(served, 'GET', `/channels/${support}/messages/${messageId}`)
    expect(json['thread']).toMatchObject({ id: messageId, message_count: 1 })
  })

  it('that is archived takes no edits, and wakes when someone speaks in it', async () => {
    const { served, bot, thread } = await startedThread()
    const said = await thread.send('First')
    await thread.setArchived(true)
    await expect(said.edit('First, better')).rejects.toMatchObject({ code: 50083 })
    const active = await call(served, 'GET', `/guilds/${thread.guildId}/threads/active`)
    expect(active.json['threads']).toEqual([])
    const woken = next(bot, 'threadUpdate', (_before, after) => after.archived === false)
    served.discord.player.say({ channelId: support, threadId: thread.id }, ada, 'Are you there?')
    expect((await woken)[1].id).toBe(thread.id)
    await said.edit('First, better')
    expect(served.discord.player.messages(support, thread.id).map(({ text }) => text)).toEqual([
      'Let us talk here.',
      'First, better',
      'Are you there?',
    ])
  })

  it('that is locked is closed to people', async () => {
    const { served, thread } = await startedThread()
    await thread.setLocked(true)
    const speak = () => served.discord.player.say({ channelId: support, threadId: thread.id }, ada, 'Hello?')
    expect(speak).toThrow('Thread is locked')
    await thread.send('Closed.')
    expect(thread.messages.cache.last()?.content).toBe('Closed.')
  })

  it('can be renamed, joined and left', async () => {
    const { served, thread } = await startedThread()
    await thread.setName('Talk more')
    await thread.members.add(grace)
    await thread.leave()
    const members = JSON.parse((await call(served, 'GET', `/channels/${thread.id}/thread-members`)).text)
    expect(members).toMatchObject([{ user_id: grace, id: thread.id }])
    expect((await call(served, 'GET', `/channels/${thread.id}`)).json['name']).toBe('Talk more')
  })

  it('may start on no message: a public one is noted in its channel, a private one is not', async () => {
    const { served, channel } = await startedThread()
    const open = await channel.threads.create({ name: 'Open', type: ChannelType.PublicThread })
    const secret = await channel.threads.create({ name: 'Quiet', type: ChannelType.PrivateThread })
    expect([open.type, secret.type]).toEqual([ChannelType.PublicThread, ChannelType.PrivateThread])
    expect(served.discord.player.messages(support).map(({ text }) => text)).toEqual([
      'Let us talk here.',
      'started a thread: **Open**',
    ])
  })
})
