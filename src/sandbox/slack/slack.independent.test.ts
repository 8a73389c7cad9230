import { createSlackAdapter } from '@chat-adapter/slack'
import { type Adapter, Chat, ConsoleLogger } from 'chat'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { SlackServer } from './serve.ts'
import { chatState } from './testing/chat-state.ts'
import { eventually, quiet, standIn } from './testing/stand-in.ts'
import { practiceTokens } from './tokens.ts'

/** A bot on the Chat SDK, whose Slack adapter knows nothing of this stand-in. */
async function chatBot(server: SlackServer, register: (bot: Chat) => void): Promise<void> {
  const slack = createSlackAdapter({
    mode: 'socket',
    agentView: true,
    apiUrl: server.apiUrl,
    botToken: practiceTokens.bot,
    appToken: practiceTokens.app,
    logger: new ConsoleLogger('silent'),
    webClientOptions: { retryConfig: { retries: 0 } },
  })
  // The SDK's own types do not fit together under exactOptionalPropertyTypes.
  const adapters = { slack: slack as unknown as Adapter }
  const bot = new Chat({ userName: 'parley', adapters, state: chatState(), logger: 'silent' })
  register(bot)
  await bot.initialize()
  onTestFinished(async () => {
    await quiet(server)
    await bot.shutdown()
  })
}

const support = { channelId: 'C0SUPPORT' }

describe('the Chat SDK, which takes the stand-in for Slack', () => {
  it('answers a mention, follows the thread, edits and reads back', async () => {
    const server = await standIn()
    const { player } = server.slack
    await chatBot(server, bot => {
      bot.onNewMention(async thread => {
        await thread.subscribe()
        const sent = await thread.post({ markdown: 'One **moment**' })
        await sent.edit({ markdown: 'I am **listening**' })
      })
      bot.onSubscribedMessage(async (thread, message) => {
        const before: string[] = []
        for await (const earlier of thread.messages) before.push(earlier.text)
        await thread.post(`${message.author.fullName} said ${message.text} after ${before.length} messages`)
      })
    })
    const { messageId } = player.say(support, 'U0ADA', '@Parley are you there?')
    const texts = () => player.messages('C0SUPPORT', messageId).map(({ text }) => text)
    await eventually(() => expect(texts()).toEqual(['<@U0PARLEY> are you there?', 'I am **listening**']))
    player.say({ ...support, threadId: messageId }, 'U0GRACE', 'good')
    await eventually(() => expect(texts().at(-1)).toBe('Grace said good after 3 messages'))
  })

  it('streams an answer with a task, natively', async () => {
    const server = await standIn()
    const { player, calls } = server.slack
    await chatBot(server, bot => {
      bot.onNewMention(async thread => {
        await thread.startTyping('is thinking…')
        await thread.post(
          (async function* () {
            yield 'The answer '
            yield {
              type: 'task_update' as const,
              id: 'look',
              title: 'Looking',
              status: 'in_progress' as const,
            }
            yield { type: 'task_update' as const, id: 'look', title: 'Looking', status: 'complete' as const }
            yield 'is **42**.\n'
          })(),
        )
      })
    })
    const { messageId } = player.say(support, 'U0ADA', '@Parley what is it?')
    await eventually(() =>
      expect(player.messages('C0SUPPORT', messageId).slice(1)).toMatchObject([
        { text: expect.stringMatching(/^\s*_✓ Looking_\s*The answer is \*\*42\*\*\.\s*$/), streaming: false },
      ]),
    )
    const made = calls.filter(({ outcome }) => outcome === 'ok').map(({ method }) => method)
    expect(made).toEqual(expect.arrayContaining(['chat.startStream', 'chat.appendStream', 'chat.stopStream']))
    expect(calls.filter(({ outcome }) => outcome !== 'ok')).toEqual([])
  })

  it("hears a person's Stop and stops", async () => {
    const server = await standIn()
    const { player, calls } = server.slack
    const stopped: string[] = []
    await chatBot(server, bot => {
      bot.onAgentSessionStopped(async event => void stopped.push(event.userId))
      bot.onDirectMessage(async thread => {
        await thread.post(
          (async function* () {
            for (let word = 0; !thread.signal?.aborted && word < 1_000; word += 1) {
              yield `word ${word} of an answer that never ends, so that the buffer fills and is flushed.\n\n`
              await new Promise(resolve => setTimeout(resolve, 5))
            }
          })(),
        )
      })
    })
    const { messageId } = player.say({ channelId: 'D0ADA' }, 'U0ADA', 'go on for ever')
    await eventually(() => expect(player.messages('D0ADA', messageId)[1]?.streaming).toBe(true))
    player.stop?.('D0ADA', messageId, 'U0ADA')
    await eventually(() => expect(stopped).toEqual(['U0ADA']))
    expect(player.messages('D0ADA', messageId)[1]).toMatchObject({ streaming: false })
    await eventually(() =>
      expect(calls.filter(({ outcome }) => outcome === 'ok').map(({ method }) => method)).toEqual(
        expect.arrayContaining(['agents.sessions.setStatus', 'chat.stopStream']),
      ),
    )
    expect(player.messages('D0ADA', messageId).at(-1)?.status).toBeUndefined()
  })

  it('offers buttons in a card, answers a press, whispers, and knows a person', async () => {
    const server = await standIn({ limits: 'off' })
    const { player } = server.slack
    await chatBot(server, bot => {
      bot.onNewMention(async (thread, message) => {
        await thread.postEphemeral(message.author, 'Only you see this', { fallbackToDM: false })
        await thread.post({
          card: {
            type: 'card',
            title: 'May I?',
            children: [
              {
                type: 'actions',
                children: [{ type: 'button', id: 'allow', label: 'Allow', style: 'danger', value: 'yes' }],
              },
            ],
          },
          fallbackText: 'May I?',
        })
      })
      bot.onAction('allow', async event => {
        await event.thread?.post(`${event.user.userId} allowed it: ${event.value}`)
      })
    })
    const { messageId } = player.say(support, 'U0ADA', '@Parley please')
    const seen = () => player.messages('C0SUPPORT', messageId)
    await eventually(() => expect(seen()).toHaveLength(3))
    expect(seen()[1]).toMatchObject({ text: 'Only you see this', onlyFor: 'U0ADA' })
    expect(seen()[2]?.buttons).toMatchObject([{ label: 'Allow', danger: true }])
    const [button] = seen()[2]?.buttons ?? []
    player.press('C0SUPPORT', seen()[2]?.id ?? '', 'U0GRACE', button?.id ?? '')
    await eventually(() => expect(seen()[3]?.text).toBe('U0GRACE allowed it: yes'))
  })
})
