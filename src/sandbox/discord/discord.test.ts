import type { TextChannel } from 'discord.js'
import { describe, expect, it } from 'vitest'
import { parley } from '../cast.ts'
import { ada, adasDirect, eng, grace, hal, next, openStage, support } from './testing/bot.ts'

const stage = openStage()
const parleyId = parley.discord.userId

async function textChannel(bot: Awaited<ReturnType<typeof stage.bot>>, id = support): Promise<TextChannel> {
  return (await bot.channels.fetch(id)) as TextChannel
}

describe('a discord.js bot on the stand-in', () => {
  it('logs in and finds the guild, its channels, its people and its own rights', async () => {
    const served = await stage.discord()
    const bot = await stage.bot(served)
    const guild = bot.guilds.cache.get(parley.discord.guildId)
    expect(bot.user.username).toBe('parley')
    expect(guild?.channels.cache.map(channel => channel.name)).toEqual([
      'support',
      'eng',
      'lounge',
      'finance',
    ])
    expect(guild?.members.cache.map(member => member.user.username)).toContain('ada')
    expect((await textChannel(bot)).permissionsFor(parleyId)?.has('CreatePublicThreads')).toBe(true)
    expect(served.discord.player.view().connections).toBe(1)
  })

  it('hears Ada mention it and answers her', async () => {
    const { discord, ...served } = await stage.discord()
    const bot = await stage.bot({ discord, ...served })
    const heard = next(bot, 'messageCreate')
    const { messageId } = discord.player.say({ channelId: support }, ada, '@Parley why is the sky blue?')
    const [message] = await heard
    expect(message.content).toBe(`<@${parleyId}> why is the sky blue?`)
    expect(message.mentions.has(parleyId)).toBe(true)
    expect(message.member?.user.username).toBe('ada')
    await message.reply({ content: 'Rayleigh scattering.' })
    expect(discord.player.messages(support)).toMatchObject([
      { id: messageId, author: { name: 'Ada' }, dialect: 'discord' },
      { author: { name: 'Parley', bot: true }, text: 'Rayleigh scattering.', replyTo: messageId },
    ])
    expect(discord.history(support)[1]?.mentionIds).toEqual([])
  })

  it('hears a reply to its own message, with and without a ping', async () => {
    const { discord, ...served } = await stage.discord()
    const bot = await stage.bot({ discord, ...served })
    const said = await (await textChannel(bot)).send('Anything else?')
    const first = next(bot, 'messageCreate', ({ author }) => author.id === ada)
    discord.player.reply({ channelId: support }, ada, said.id, 'Yes')
    const [pinged] = await first
    const second = next(bot, 'messageCreate', ({ author }) => author.id === ada)
    discord.player.reply({ channelId: support }, ada, said.id, 'And quietly', false)
    const [quiet] = await second
    expect(pinged.mentions.has(parleyId)).toBe(true)
    expect(quiet.mentions.has(parleyId)).toBe(false)
    expect([pinged, quiet].map(({ mentions }) => mentions.repliedUser?.id)).toEqual([parleyId, parleyId])
    expect(quiet.reference?.messageId).toBe(said.id)
  })

  it('starts a thread on a message, whose id it takes, and talks in it with Ada', async () => {
    const { discord, ...served } = await stage.discord()
    const bot = await stage.bot({ discord, ...served })
    const heard = next(bot, 'messageCreate')
    const { messageId } = discord.player.say({ channelId: eng }, ada, '@Parley plan the release')
    const [message] = await heard
    const thread = await message.startThread({ name: 'Release', autoArchiveDuration: 60 })
    expect(thread.id).toBe(messageId)
    await expect(
      (await textChannel(bot, eng)).threads.create({ name: 'Again', startMessage: messageId }),
    ).rejects.toMatchObject({ code: 160004 })
    await thread.send('Step one.')
    const inThread = next(bot, 'messageCreate', ({ author }) => author.id === ada)
    discord.player.say({ channelId: eng, threadId: messageId }, ada, 'And step two?')
    expect((await inThread)[0].channelId).toBe(messageId)
    expect(discord.player.messages(eng, messageId).map(({ text }) => text)).toEqual([
      `<@${parleyId}> plan the release`,
      'Step one.',
      'And step two?',
    ])
    expect(discord.player.messages(eng)[0]?.replies).toEqual({ threadId: messageId, count: 2 })
    expect(discord.history(messageId).map(({ type }) => type)).toEqual([21, 0, 0])
    expect((await thread.members.fetch()).map(member => member.id).toSorted()).toEqual([ada, parleyId])
  })

  it('is told of a thread that Grace starts, and of what she says in it', async () => {
    const { discord, ...served } = await stage.discord()
    const bot = await stage.bot({ discord, ...served })
    const { messageId } = discord.player.say({ channelId: eng }, grace, 'Who has seen the build fail?')
    const created = next(bot, 'threadCreate')
    const heard = next(bot, 'messageCreate', ({ channelId }) => channelId === messageId)
    discord.player.say({ channelId: eng, threadId: messageId }, grace, 'It is the linker.')
    const [[thread, isNew], [first]] = await Promise.all([created, heard])
    expect([thread.id, thread.name, isNew]).toEqual([messageId, 'Who has seen the build fail?', true])
    expect(first.system).toBe(true)
  })

  it('refuses to start a thread where the right is denied, and grants it again', async () => {
    const { discord, ...served } = await stage.discord()
    const bot = await stage.bot({ discord, ...served })
    const said = await (await textChannel(bot)).send('Here?')
    discord.denyThreads(support, true)
    await expect(said.startThread({ name: 'Here' })).rejects.toMatchObject({ code: 50013, status: 403 })
    expect((await textChannel(bot)).permissionsFor(parleyId)?.has('CreatePublicThreads')).toBe(false)
    discord.denyThreads(support, false)
    expect((await said.startThread({ name: 'Here' })).name).toBe('Here')
  })

  it('hears a direct message from a channel it never saw, and can open that channel itself', async () => {
    const { discord, ...served } = await stage.discord()
    const bot = await stage.bot({ discord, ...served })
    const heard = next(bot, 'messageCreate')
    discord.player.say({ channelId: adasDirect }, ada, 'Between us: why?')
    const [message] = await heard
    expect([message.channel.isDMBased(), message.content, message.guildId]).toEqual([
      true,
      'Between us: why?',
      null,
    ])
    const direct = await (await bot.users.fetch(ada)).createDM()
    expect(direct.id).toBe(adasDirect)
    await direct.send('Because.')
    expect(discord.player.messages(adasDirect).map(({ text }) => text)).toEqual([
      'Between us: why?',
      'Because.',
    ])
    await expect((await bot.users.fetch(hal)).createDM()).rejects.toMatchObject({ code: 50007 })
  })

  it('hears of edits and deletions of messages it never saw, as partials', async () => {
    const { discord, ...served } = await stage.discord()
    const say = (text: string) => discord.player.say({ channelId: support }, ada, text).messageId
    const [edited, deleted, ...purged] = [say('one'), say('two'), say('three'), say('four')] as const
    const bot = await stage.bot({ discord, ...served })
    const update = next(bot, 'messageUpdate')
    discord.player.edit(support, edited, ada, '@Parley one, better')
    const [, after] = await update
    expect([after.id, after.content]).toEqual([edited, `<@${parleyId}> one, better`])
    const deletion = next(bot, 'messageDelete')
    discord.player.remove(support, deleted, ada)
    expect((await deletion)[0].id).toBe(deleted)
    const bulk = next(bot, 'messageDeleteBulk')
    discord.player.purge(support, purged)
    expect([...(await bulk)[0].keys()].toSorted()).toEqual(purged.toSorted())
    expect(discord.player.messages(support)).toMatchObject([{ id: edited, edited: true }])
  })

  it('knows Hal for a bot', async () => {
    const { discord, ...served } = await stage.discord()
    const bot = await stage.bot({ discord, ...served })
    const heard = next(bot, 'messageCreate')
    discord.player.say({ channelId: support }, hal, '@Parley I am a bot too')
    expect((await heard)[0].author.bot).toBe(true)
  })

  it('shows the page each change as it happens', async () => {
    const { discord } = await stage.discord()
    const changes: unknown[] = []
    const stop = discord.player.onChange(change => changes.push(change))
    const { messageId } = discord.player.say({ channelId: support }, ada, 'one')
    discord.player.say({ channelId: support, threadId: messageId }, ada, 'two')
    stop()
    discord.player.remove(support, messageId, ada)
    expect(changes[0]).toEqual({ channelId: support })
    expect(changes.at(-1)).toEqual({ channelId: support, threadId: messageId })
  })
})
