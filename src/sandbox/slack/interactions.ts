import { randomBytes } from 'node:crypto'
import { parley } from '../cast.ts'
import type { Spot } from '../player.ts'
import { type Fields, SlackRefusal } from './args.ts'
import { buttonsOf } from './buttons.ts'
import type { Delivery } from './delivery.ts'
import { type Hooks, hookPrefix } from './hooks.ts'
import { getAccount, slackbot } from './places.ts'
import { plain, type Talk } from './talk.ts'
import { verificationToken } from './tokens.ts'
import { toWire } from './wire-message.ts'
import type { World } from './world.ts'

/** A slash command as the app's manifest would register it. */
export interface SlashCommand {
  readonly name: string
  readonly description: string
  readonly hint: string
}

/** What a person sets off that waits for an answer: a command, or a button. */
export interface Interactions {
  command(to: Spot, personId: string, name: string, text: string): void
  press(channelId: string, messageId: string, personId: string, buttonId: string): void
}

export interface InteractionsOptions {
  readonly world: World
  readonly talk: Talk
  readonly hooks: Hooks
  readonly delivery: Delivery
  readonly commands: readonly SlashCommand[]
  /** Where the stand-in is reached, for response_urls. */
  readonly origin: () => string
}

const { teamId, appId } = parley.slack

export function createInteractions(options: InteractionsOptions): Interactions {
  const { world, talk, hooks, delivery } = options
  const tell = (to: Spot, personId: string, text: string) =>
    talk.whisper({ channelId: to.channelId, threadTs: to.threadId }, personId, plain(text), slackbot)

  delivery.onAnswer((envelope, response) => {
    if (!envelope.waiting) return
    const { channelId, userId, label, threadId } = envelope.waiting
    const to = { channelId, ...(threadId !== undefined && { threadId }) }
    if (!response) return void tell(to, userId, `${label} failed because Parley did not respond.`)
    // Of an interaction the acknowledgement shows nothing; only a command's may say something.
    if (envelope.type === 'interactive' || (!response['text'] && !response['blocks'])) return
    try {
      hooks.show({ channelId, userId }, response)
    } catch (error) {
      if (!(error instanceof SlackRefusal)) throw error
      tell(to, userId, `${label} failed with the error "${error.code}".`)
    }
  })

  const base = (personId: string, path: string): Fields => ({
    token: verificationToken,
    api_app_id: appId,
    response_url: options.origin() + path,
    trigger_id: `${world.now()}.${randomBytes(6).toString('hex')}.${personId}`,
  })
  return {
    command(to, personId, name, text) {
      const { channelId } = to
      const slash = `/${name}`
      if (to.threadId !== undefined)
        return void tell(to, personId, `${slash} is not supported in threads. Sorry!`)
      if (!options.commands.some(command => command.name === name)) {
        return void tell(to, personId, `${slash} is not a valid command.`)
      }
      const channel = world.findChannel(channelId)
      delivery.deliver({
        type: 'slash_commands',
        waiting: { channelId, userId: personId, label: slash },
        payload: {
          ...base(personId, hooks.issue(channelId, personId)),
          team_id: teamId,
          team_domain: 'acme',
          channel_id: channelId,
          channel_name: channel?.kind === 'direct' ? 'directmessage' : channel?.name,
          user_id: personId,
          user_name: getAccount(personId).name.toLowerCase(),
          command: slash,
          text,
          is_enterprise_install: 'false',
        },
      })
    },
    press(channelId, messageId, personId, buttonId) {
      const message = world.findMessage(channelId, messageId)
      const button = message && buttonsOf(message).find(({ id }) => id === buttonId)
      if (!message || !button) throw new Error(`There is no button ${buttonId} under ${messageId}.`)
      const name = getAccount(personId).name.toLowerCase()
      const threadId = message.threadTs
      delivery.deliver({
        type: 'interactive',
        waiting: { channelId, userId: personId, label: `“${button.label}”`, ...(threadId && { threadId }) },
        payload: {
          ...base(personId, hooks.issue(channelId, personId, message.ts)),
          type: 'block_actions',
          user: { id: personId, username: name, name, team_id: teamId },
          container: {
            type: 'message',
            message_ts: message.ts,
            channel_id: channelId,
            is_ephemeral: message.onlyFor !== undefined,
            ...(threadId && { thread_ts: threadId }),
          },
          team: { id: teamId, domain: 'acme' },
          enterprise: null,
          is_enterprise_install: false,
          channel: {
            id: channelId,
            name:
              world.findChannel(channelId)?.kind === 'direct'
                ? 'directmessage'
                : world.findChannel(channelId)?.name,
          },
          // An ephemeral message is not sent back: Slack does not keep it.
          ...(message.onlyFor === undefined && { message: toWire(world, message) }),
          state: { values: {} },
          actions: [{ ...button.action, action_ts: world.clock.next() }],
        },
      })
    },
  }
}

export { hookPrefix }
