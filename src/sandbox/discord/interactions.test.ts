import { ButtonStyle, ComponentType, MessageFlags } from 'discord.js'
import type { ButtonInteraction, ChatInputCommandInteraction, Client } from 'discord.js'
import { describe, expect, it, vi } from 'vitest'
import { parley } from '../cast.ts'
import { ada, adasDirect, call, grace, next, openStage, support } from './testing/bot.ts'

const stage = openStage()

const ask = {
  name: 'ask',
  description: 'Ask a question',
  options: [
    { type: 3, name: 'prompt', description: 'What to ask', required: true },
    { type: 5, name: 'private', description: 'Only you see the answer' },
  ],
}

async function nextCommand(bot: Client): Promise<ChatInputCommandInteraction> {
  const [interaction] = await next(bot, 'interactionCreate')
  if (!interaction.isChatInputCommand()) throw new Error('not a slash command')
  return interaction
}

async function nextButton(bot: Client): Promise<ButtonInteraction> {
  const [interaction] = await next(bot, 'interactionCreate')
  if (!interaction.isButton()) throw new Error('not a button')
  return interaction
}

const stop = {
  type: ComponentType.ActionRow as const,
  components: [
    {
      type: ComponentType.Button as const,
      style: ButtonStyle.Danger as const,
      customId: 'v1:stop:7',
      label: 'Stop',
    },
  ],
}

describe('a slash command', () => {
  it('is registered, typed, deferred, answered and followed up', async () => {
    const served = await stage.discord()
    const { player } = served.discord
    const bot = await stage.bot(served)
    await bot.application.commands.set([ask])
    expect(player.view().commands).toEqual([
      { name: 'ask', description: 'Ask a question', hint: '<prompt> [private]' },
    ])
    const asked = nextCommand(bot)
    player.command({ channelId: support }, ada, 'ask', 'why is the sky blue?')
    const interaction = await asked
    expect(interaction.options.getString('prompt')).toBe('why is the sky blue?')
    expect(interaction.appPermissions.has('SendMessages')).toBe(true)
    await interaction.deferReply()
    expect(player.messages(support)).toMatchObject([
      { text: '', streaming: true, status: 'Parley is thinking…', author: { name: 'Parley' } },
    ])
    await interaction.editReply('Rayleigh')
    await interaction.editReply('Rayleigh scattering.')
    await interaction.followUp('And at dusk it is red.')
    const reply = await interaction.fetchReply()
    expect(reply.content).toBe('Rayleigh scattering.')
    expect(player.messages(support)).toMatchObject([
      { id: reply.id, text: 'Rayleigh scattering.', streaming: false, edited: true },
      { text: 'And at dusk it is red.', replyTo: reply.id },
    ])
    await interaction.deleteReply()
    expect(player.messages(support)).toHaveLength(1)
  })

  it('answered in private is for one person only, and no channel fetch finds it', async () => {
    const served = await stage.discord()
    const bot = await stage.bot(served)
    await bot.application.commands.set([ask])
    const asked = nextCommand(bot)
    served.discord.player.command({ channelId: support }, ada, 'ask', 'why? private:true')
    const interaction = await asked
    expect([interaction.options.getString('prompt'), interaction.options.getBoolean('private')]).toEqual([
      'why?',
      true,
    ])
    const { resource } = await interaction.reply({
      content: 'Because.',
      flags: MessageFlags.Ephemeral,
      withResponse: true,
    })
    expect(resource?.message?.content).toBe('Because.')
    expect(served.discord.player.messages(support)).toMatchObject([{ text: 'Because.', onlyFor: ada }])
    const listed = await call(served, 'GET', `/channels/${support}/messages`)
    expect(listed.text).toBe('[]')
  })

  it('works in a direct message, where its first follow-up fills a deferred answer', async () => {
    const served = await stage.discord()
    const bot = await stage.bot(served)
    await bot.application.commands.set([ask])
    const asked = nextCommand(bot)
    served.discord.player.command({ channelId: adasDirect }, ada, 'ask', 'why?')
    const interaction = await asked
    expect([interaction.user.id, interaction.guildId, interaction.context]).toEqual([ada, null, 1])
    await interaction.deferReply()
    await interaction.followUp('So.')
    expect(served.discord.player.messages(adasDirect)).toMatchObject([{ text: 'So.', streaming: false }])
  })

  it('with subcommands takes the first word as one', async () => {
    const served = await stage.discord()
    const bot = await stage.bot(served)
    await bot.application.commands.set([
      { name: 'parley', description: 'Parley', options: [{ ...ask, type: 1 }] },
    ])
    const asked = nextCommand(bot)
    served.discord.player.command({ channelId: support }, ada, 'parley', 'ask why?')
    const { options } = await asked
    expect([options.getSubcommand(), options.getString('prompt')]).toEqual(['ask', 'why?'])
  })

  it('left unanswered for three seconds tells its author alone, and can no longer be answered', async () => {
    const served = await stage.discord()
    const bot = await stage.bot(served)
    await bot.application.commands.set([ask])
    const asked = nextCommand(bot)
    served.discord.player.command({ channelId: support }, ada, 'ask', 'why?')
    const interaction = await asked
    await vi.waitUntil(() => served.discord.player.messages(support).length > 0, { timeout: 5000 })
    expect(served.discord.player.messages(support)).toMatchObject([
      { text: 'The application did not respond', onlyFor: ada },
    ])
    await expect(interaction.deferReply()).rejects.toMatchObject({ code: 10062 })
  })

  it('that is unknown or incomplete never reaches the bot', async () => {
    const { discord, ...served } = await stage.discord()
    const bot = await stage.bot({ discord, ...served })
    await bot.application.commands.set([ask])
    discord.player.command({ channelId: support }, ada, 'dance', '')
    discord.player.command({ channelId: support }, ada, 'ask', '')
    expect(discord.player.messages(support).map(({ text, onlyFor }) => [text, onlyFor])).toEqual([
      ['There is no command /dance here', ada],
      ['/ask needs prompt before it can be sent', ada],
    ])
  })

  it('is acknowledged once; its token dies after fifteen minutes', async () => {
    let nowMs = Date.now()
    const served = await stage.discord({ now: () => nowMs })
    const bot = await stage.bot(served)
    await bot.application.commands.set([ask])
    const asked = nextCommand(bot)
    served.discord.player.command({ channelId: support }, ada, 'ask', 'why?')
    const { id, token, ...interaction } = await asked
    const callback = () => call(served, 'POST', `/interactions/${id}/${token}/callback`, { type: 5 })
    expect(interaction.attachmentSizeLimit).toBe(10 * 1024 * 1024)
    const first = await callback()
    expect([first.status, first.headers.get('content-type')]).toEqual([204, null])
    expect((await callback()).json['code']).toBe(40060)
    nowMs += 15 * 60_000 + 1
    const original = `/webhooks/${parley.discord.applicationId}/${token}/messages/@original`
    const late = await call(served, 'PATCH', original, { content: 'too late' })
    expect([late.status, late.json['code']]).toEqual([401, 50027])
    expect(served.discord.player.messages(support)).toMatchObject([
      { text: 'The application did not respond', streaming: false },
    ])
  })
})

describe('a button', () => {
  it('is seen, pressed, and answered by changing its message', async () => {
    const served = await stage.discord()
    const { player } = served.discord
    const bot = await stage.bot(served)
    const channel = await bot.channels.fetch(support)
    if (!channel?.isSendable()) throw new Error('support takes no messages')
    const sent = await channel.send({ content: 'Working…', components: [stop] })
    expect(player.messages(support)[0]?.buttons).toEqual([{ id: 'v1:stop:7', label: 'Stop', danger: true }])
    const pressed = nextButton(bot)
    player.press(support, sent.id, grace, 'v1:stop:7')
    const interaction = await pressed
    expect([interaction.customId, interaction.message.id, interaction.user.id]).toEqual([
      'v1:stop:7',
      sent.id,
      grace,
    ])
    await interaction.update({ content: 'Stopped.', components: [] })
    expect(player.messages(support)).toMatchObject([{ id: sent.id, text: 'Stopped.', buttons: [] }])
    expect(() => player.press(support, sent.id, grace, 'v1:stop:7')).toThrow('has no button')
  })

  it('can be acknowledged silently, and then its message is @original', async () => {
    const served = await stage.discord()
    const bot = await stage.bot(served)
    const channel = await bot.channels.fetch(support)
    if (!channel?.isSendable()) throw new Error('support takes no messages')
    const sent = await channel.send({ content: 'Working…', components: [stop] })
    const pressed = nextButton(bot)
    served.discord.player.press(support, sent.id, ada, 'v1:stop:7')
    const interaction = await pressed
    await interaction.deferUpdate()
    await interaction.editReply({ content: 'Stopped.', components: [] })
    await interaction.followUp({ content: 'You stopped it.', flags: MessageFlags.Ephemeral })
    expect(served.discord.player.messages(support)).toMatchObject([
      { id: sent.id, text: 'Stopped.' },
      { text: 'You stopped it.', onlyFor: ada },
    ])
  })
})
