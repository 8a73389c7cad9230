import { randomBytes } from 'node:crypto'
import { parley } from '../cast.ts'
import type { Spot } from '../player.ts'
import { type Fields, isFields, SlackRefusal } from './args.ts'
import { type Button, buttonsIn, buttonsOf } from './buttons.ts'
import type { Delivery } from './delivery.ts'
import type { Hooks } from './hooks.ts'
import type { StoredMessage } from './message.ts'
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
  pressHome(personId: string, actionId: string): void
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

export function createInteractions(options: InteractionsOptions): Interactions {
  const { world, talk, hooks, delivery } = options
  const tell = (to: Spot, personId: string, text: string) =>
    void talk.whisper({ channelId: to.channelId, threadTs: to.threadId }, personId, plain(text), slackbot)
  const hooked = (channelId: string, userId: string, messageTs?: string) =>
    options.origin() + hooks.issue(channelId, userId, messageTs)
  showAnswers(options, tell)
  return {
    command(to, personId, name, text) {
      const { channelId, threadId } = to
      const label = `/${name}`
      if (threadId !== undefined) return tell(to, personId, `${label} is not supported in threads. Sorry!`)
      if (!options.commands.some(command => command.name === name)) {
        return tell(to, personId, `${label} is not a valid command.`)
      }
      const about = commandPayload(world, channelId, personId)
      delivery.deliver({
        type: 'slash_commands',
        waiting: { channelId, userId: personId, label },
        payload: { ...about, command: label, text, response_url: hooked(channelId, personId) },
      })
    },
    press(channelId, messageId, personId, buttonId) {
      const message = world.findMessage(channelId, messageId)
      const button = message && buttonsOf(message).find(({ id }) => id === buttonId)
      if (!message || !button) throw new Error(`There is no button ${buttonId} under ${messageId}.`)
      const { ts, threadTs: threadId } = message
      const label = `“${button.label}”`
      delivery.deliver({
        type: 'interactive',
        waiting: { channelId, userId: personId, label, ...(threadId !== undefined && { threadId }) },
        payload: {
          ...actionPayload(world, message, button, personId),
          response_url: hooked(channelId, personId, ts),
        },
      })
    },
    pressHome(personId, actionId) {
      const view = world.findHome(personId)
      const blocks = view?.['blocks']
      const button = buttonsIn(Array.isArray(blocks) ? blocks.filter(isFields) : []).find(
        ({ id }) => id === actionId,
      )
      if (!view || !button) throw new Error(`There is no button ${actionId} on the home of ${personId}.`)
      delivery.deliver({ type: 'interactive', payload: homePayload(world, view, button, personId) })
    },
  }
}

function showAnswers(
  { delivery, hooks }: InteractionsOptions,
  tell: (to: Spot, personId: string, text: string) => void,
): void {
  delivery.onAnswer((envelope, response) => {
    if (!envelope.waiting) return
    const { channelId, userId, label, threadId } = envelope.waiting
    const to = { channelId, ...(threadId !== undefined && { threadId }) }
    if (!response) return tell(to, userId, `${label} failed because Parley did not respond.`)
    // Of an interaction the acknowledgement shows nothing; only a command's may say something.
    if (envelope.type === 'interactive' || (!response['text'] && !response['blocks'])) return
    try {
      hooks.show({ channelId, userId }, response)
    } catch (error) {
      if (!(error instanceof SlackRefusal)) throw error
      tell(to, userId, `${label} failed with the error "${error.code}".`)
    }
  })
}

const { teamId, appId } = parley.slack

const basePayload = (world: World, personId: string): Fields => ({
  token: verificationToken,
  api_app_id: appId,
  trigger_id: `${world.now()}.${randomBytes(6).toString('hex')}.${personId}`,
})

const nameOf = (world: World, channelId: string) => {
  const channel = world.findChannel(channelId)
  return channel?.kind === 'direct' ? 'directmessage' : channel?.name
}

const commandPayload = (world: World, channelId: string, personId: string): Fields => ({
  ...basePayload(world, personId),
  team_id: teamId,
  team_domain: 'acme',
  channel_id: channelId,
  channel_name: nameOf(world, channelId),
  user_id: personId,
  user_name: getAccount(personId).name.toLowerCase(),
  is_enterprise_install: 'false',
})

/** On App Home there is no channel and no message: the view is what was pressed. */
function homePayload(world: World, view: Fields, button: Button, personId: string): Fields {
  const name = getAccount(personId).name.toLowerCase()
  return {
    ...basePayload(world, personId),
    type: 'block_actions',
    user: { id: personId, username: name, name, team_id: teamId },
    container: { type: 'view', view_id: view['id'] },
    team: { id: teamId, domain: 'acme' },
    enterprise: null,
    is_enterprise_install: false,
    view: { ...view, team_id: teamId, app_id: appId, state: { values: {} } },
    actions: [{ ...button.action, action_ts: world.clock.next() }],
  }
}

function actionPayload(world: World, message: StoredMessage, button: Button, personId: string): Fields {
  const { channelId, ts, threadTs, onlyFor } = message
  const name = getAccount(personId).name.toLowerCase()
  return {
    ...basePayload(world, personId),
    type: 'block_actions',
    user: { id: personId, username: name, name, team_id: teamId },
    container: {
      type: 'message',
      message_ts: ts,
      channel_id: channelId,
      is_ephemeral: onlyFor !== undefined,
      ...(threadTs !== undefined && { thread_ts: threadTs }),
    },
    team: { id: teamId, domain: 'acme' },
    enterprise: null,
    is_enterprise_install: false,
    channel: { id: channelId, name: nameOf(world, channelId) },
    // An ephemeral message is not sent back: Slack does not keep it.
    ...(onlyFor === undefined && { message: toWire(world, message) }),
    state: { values: {} },
    actions: [{ ...button.action, action_ts: world.clock.next() }],
  }
}
