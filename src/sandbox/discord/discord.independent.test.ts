import { Client } from 'oceanic.js'
import { afterEach, describe, expect, it } from 'vitest'
import { ada, openStage, support } from './testing/bot.ts'
import { practiceToken } from './discord.ts'
import { parley } from '../cast.ts'

const stage = openStage()
let clients: Client[] = []
afterEach(() => {
  for (const client of clients) client.disconnect(false)
  clients = []
})

describe('a bot written with another library', () => {
  it('connects, hears Ada, answers, edits its answer and starts a thread', async () => {
    const served = await stage.discord()
    const client = new Client({
      auth: `Bot ${practiceToken}`,
      rest: { baseURL: `${served.apiUrl}/v10` },
      gateway: { intents: ['GUILDS', 'GUILD_MESSAGES', 'DIRECT_MESSAGES', 'MESSAGE_CONTENT'] },
    })
    clients.push(client)
    const problems: unknown[] = []
    client.on('error', problem => void problems.push(problem))
    client.on('warn', problem => void problems.push(problem))
    const ready = new Promise<void>(resolve => client.once('ready', resolve))
    await client.connect()
    await ready
    expect(client.guilds.get(parley.discord.guildId)?.channels.map(({ name }) => name)).toEqual([
      'support',
      'eng',
      'lounge',
      'finance',
    ])
    const heard = new Promise<{ id: string; content: string }>(resolve =>
      client.once('messageCreate', resolve),
    )
    const { messageId } = served.discord.player.say({ channelId: support }, ada, '@Parley hello')
    expect(await heard).toMatchObject({ id: messageId, content: `<@${parley.discord.userId}> hello` })
    const answer = await client.rest.channels.createMessage(support, {
      content: 'Hello',
      messageReference: { messageID: messageId },
    })
    await client.rest.channels.editMessage(support, answer.id, { content: 'Hello, Ada' })
    const thread = await client.rest.channels.startThreadFromMessage(support, messageId, { name: 'Hello' })
    expect(thread.id).toBe(messageId)
    expect(served.discord.player.messages(support)).toMatchObject([
      { id: messageId, replies: { threadId: messageId } },
      { id: answer.id, text: 'Hello, Ada', edited: true, replyTo: messageId },
    ])
    expect(problems).toEqual([])
  })
})
