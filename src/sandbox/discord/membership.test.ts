import { GatewayIntentBits, type GuildChannel, PermissionFlagsBits } from 'discord.js'
import { describe, expect, it } from 'vitest'
import { parley } from '../cast.ts'
import { practiceToken } from './discord.ts'
import { botRoleId } from './roles.ts'
import { ada, call, grace, linus, next, openStage, parleyIntents } from './testing/bot.ts'

const stage = openStage()
const { guildId } = parley.discord
const finance = '200000000000000004'
const financeRole = '400000000000000002'

describe('who may enter a locked channel', () => {
  it('is who has its role, as discord.js reckons it too', async () => {
    const served = await stage.discord()
    const bot = await stage.bot(served)
    const guild = await bot.guilds.fetch(guildId)
    const channel = (await guild.channels.fetch(finance)) as GuildChannel
    for (const [personId, may] of [
      [ada, true],
      [grace, true],
      [linus, false],
      [parley.discord.userId, true],
    ] as const) {
      const member = await guild.members.fetch(personId)
      expect(channel.permissionsFor(member).has(PermissionFlagsBits.ViewChannel)).toBe(may)
    }
    const { player } = served.discord
    expect(() => player.say({ channelId: finance }, linus, 'psst')).toThrow('cannot see')
    const view = served.discord.player.view().channels.find(({ id }) => id === finance)
    expect(view?.readerIds).toEqual([ada, grace])
  })

  it('changes with roles and overwrites, of which the bot hears what its intents let it', async () => {
    const served = await stage.discord()
    const readers = () => served.discord.player.view().channels.find(({ id }) => id === finance)?.readerIds
    const bot = await stage.bot(served)
    const seen = next(bot, 'channelUpdate')
    served.discord.setRoles(linus, [financeRole])
    expect(readers()).toEqual([ada, grace, linus])
    served.discord.setOverwrites(finance, [
      { id: guildId, kind: 'role', allow: '0', deny: String(PermissionFlagsBits.ViewChannel) },
      { id: botRoleId, kind: 'role', allow: String(PermissionFlagsBits.ViewChannel), deny: '0' },
      { id: linus, kind: 'member', allow: String(PermissionFlagsBits.ViewChannel), deny: '0' },
    ])
    expect(readers()).toEqual([ada, linus])
    const [, channel] = await seen
    expect((channel as GuildChannel).permissionOverwrites.cache.size).toBe(3)
  })

  it('is nobody who left, which only a bot with the members intent hears', async () => {
    const served = await stage.discord()
    const heard: string[] = []
    const bot = await stage.bot(served)
    bot.on('guildMemberRemove', member => heard.push(`without: ${member.id}`))
    const told = stage.client(served, { intents: parleyIntents | GatewayIntentBits.GuildMembers })
    const left = next(told, 'guildMemberRemove')
    const ready = next(told, 'clientReady')
    await told.login(practiceToken)
    await ready
    served.discord.leaveGuild(grace)
    expect((await left)[0].id).toBe(grace)
    expect(heard).toEqual([])
    const gone = await call(served, 'GET', `/guilds/${guildId}/members/${grace}`)
    expect([gone.status, gone.json]).toMatchObject([404, { code: 10007 }])
    expect((await call(served, 'GET', `/guilds/${guildId}?with_counts=true`)).json).toMatchObject({
      approximate_member_count: 4,
    })
  })

  it('of a private thread is who is in it', async () => {
    const served = await stage.discord()
    const threadId = served.discord.openPrivateThread(finance, ada, 'Budget')
    const statusOf = async (personId: string) =>
      (await call(served, 'GET', `/channels/${threadId}/thread-members/${personId}`)).status
    served.discord.joinThread(threadId, grace)
    expect([await statusOf(ada), await statusOf(grace), await statusOf(linus)]).toEqual([200, 200, 404])
    served.discord.leaveThread(threadId, grace)
    expect(await statusOf(grace)).toBe(404)
    expect((await call(served, 'GET', `/channels/${threadId}`)).json).toMatchObject({ type: 12 })
  })
})
