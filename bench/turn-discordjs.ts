import { once } from 'node:events'
import { Client, Events } from 'discord.js'
import { endOf, questionOf, turnsIn } from './turn-clock.ts'
import { answerBench } from './turn-report.ts'

/** Guilds, guild messages, direct messages and message content: what Parley asks for. */
const intents = 37_377

/** The least that a bot on Discord does: opens a thread and says there what it was told. No model, no memory. */
const client = new Client({ intents, rest: { api: process.env['DISCORD_API_URL'] ?? '' } })
client.on(Events.MessageCreate, message => {
  if (message.author.id === client.user?.id || !message.mentions.has(client.user?.id ?? '')) return
  const [turn = 0] = turnsIn(message.content).asked
  void message.startThread({ name: 'echo' }).then(thread => thread.send(`${questionOf(turn)} ${endOf(turn)}`))
})
const ready = once(client, Events.ClientReady)
await client.login(process.env['DISCORD_TOKEN'])
await ready
answerBench('')
