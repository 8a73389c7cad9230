import { channels, parley, people } from '../cast.ts'
import type { ChannelView, Player, Spot } from '../player.ts'
import { hintOf, slashCommands } from './commands.ts'
import type { StoredMessage } from './entry.ts'
import { textOf } from './form.ts'
import type { Gateway } from './gateway.ts'
import type { Interactions } from './interactions.ts'
import { mentionsOf, typedMentions } from './mentions.ts'
import { erase, eraseMany, post, revise } from './messages.ts'
import { maySee } from './permissions.ts'
import { buttonsOf, peopleSeen, seenMessages } from './seen.ts'
import { directChannelId } from './state.ts'
import { startThread } from './thread-start.ts'
import { findAnywhere, getAccount, getChannel } from './world.ts'
import type { World } from './world.ts'

/** What people do on Discord beyond what they can do everywhere. */
export interface DiscordPlayer extends Player {
  readonly platform: 'discord'
  /** Answers one message with another; its author is pinged unless `ping` is false. */
  reply(
    to: Spot,
    personId: string,
    messageId: string,
    text: string,
    ping?: boolean,
  ): { readonly messageId: string }
  /** A moderator deletes several messages of one channel or thread at once. */
  purge(channelId: string, messageIds: readonly string[]): void
}

export function createPlayer(world: World, gateway: Gateway, interactions: Interactions): DiscordPlayer {
  return {
    platform: 'discord',
    view: () => ({
      platform: 'discord',
      connections: gateway.sessions.connected(),
      people: peopleSeen(),
      channels: places(world),
      commands: slashCommands(world).map(command => ({
        name: command.name,
        description: textOf(command.body['description']),
        hint: hintOf(command),
      })),
    }),
    messages: (channelId, threadId) => seenMessages(world, channelId, threadId),
    ...createSpeech(world),
    command: (to, personId, name, text) =>
      interactions.command(enter(world, to, personId), personId, name, text),
    press(_channelId, messageId, personId, buttonId) {
      const message = findOrThrow(world, messageId)
      if (!buttonsOf(message.components).some(({ id }) => id === buttonId))
        throw new Error(`Message ${messageId} has no button ${buttonId}`)
      interactions.press(message, getAccount(personId).id, buttonId)
    },
    dropConnections: gateway.drop,
    onChange: world.onTouch,
  }
}

/** What people say, and take back. */
function createSpeech(world: World): Pick<DiscordPlayer, 'say' | 'reply' | 'edit' | 'remove' | 'purge'> {
  const own = (messageId: string, personId: string) => {
    const message = findOrThrow(world, messageId)
    if (message.authorId !== personId) throw new Error(`${personId} did not write message ${messageId}`)
    return message
  }
  return {
    say(to, personId, text) {
      const spotId = enter(world, to, personId)
      return { messageId: post(world, spotId, personId, { content: typedMentions(text) }).id }
    },
    reply(to, personId, messageId, text, ping = true) {
      const spotId = enter(world, to, personId)
      const draft = {
        content: typedMentions(text),
        replyTo: { messageId, failIfNotExists: true },
        ...(!ping && { allowedMentions: { parse: ['users', 'roles', 'everyone'], replied_user: false } }),
      }
      return { messageId: post(world, spotId, personId, draft).id }
    },
    edit(_channelId, messageId, personId, text) {
      const message = own(messageId, personId)
      // An edit pings nobody anew, yet the names in it still count as mentioned.
      const content = typedMentions(text)
      const named = mentionsOf(content, undefined).mentionIds
      revise(world, message, {
        content,
        allowedMentions: { users: named, replied_user: repliedWithPing(world, message) },
      })
    },
    remove: (_channelId, messageId, personId) => erase(world, own(messageId, personId)),
    purge: (channelId, messageIds) => eraseMany(world, channelId, messageIds),
  }
}

function findOrThrow(world: World, messageId: string): StoredMessage {
  const found = findAnywhere(world, messageId)
  if (!found) throw new Error(`No message ${messageId} on Discord`)
  return found
}

function repliedWithPing(world: World, { reference, mentionIds }: StoredMessage): boolean {
  const answered = reference && findAnywhere(world, reference.messageId)
  return answered !== undefined && mentionIds.includes(answered.authorId)
}

/** The channel or thread a person speaks in. Speaking in the thread of a message that has none starts it. */
function enter(world: World, { channelId, threadId }: Spot, personId: string): string {
  getAccount(personId)
  const channel = getChannel(world, channelId)
  if (channel.kind === 'direct' && channel.personId !== personId)
    throw new Error(`${personId} cannot enter the direct messages of ${channel.personId}`)
  if (channel.kind !== 'direct' && !maySee(world, channelId, personId))
    throw new Error(`${personId} cannot see the channel ${channelId}`)
  if (threadId === undefined) return channelId
  if (!world.state.channels.has(threadId)) {
    const starter = world.state.messages.get(channelId)?.get(threadId)
    if (!starter) throw new Error(`No thread ${threadId} in ${channelId}`)
    startThread(world, starter, personId, { name: starter.content.slice(0, 100) || 'Thread' })
  }
  return threadId
}

/** Who can enter a channel, where that is not everybody who is here. */
function readersOf(world: World, channelId: string): Pick<ChannelView, 'readerIds'> {
  const readerIds = people.map(({ discordId }) => discordId).filter(id => maySee(world, channelId, id))
  return readerIds.length === people.length ? {} : { readerIds }
}

function places(world: World): ChannelView[] {
  return [
    ...channels.map(
      ({ discordId: id, name }): ChannelView => ({ id, name, kind: 'channel', ...readersOf(world, id) }),
    ),
    ...people
      .filter(({ bot }) => !bot)
      .map(
        (person): ChannelView => ({
          id: directChannelId(person),
          name: parley.name,
          kind: 'direct',
          personId: person.discordId,
        }),
      ),
  ]
}
