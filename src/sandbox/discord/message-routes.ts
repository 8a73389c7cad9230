import { parley } from '../cast.ts'
import { storeFiles } from './body.ts'
import { readDraft } from './draft.ts'
import type { Draft } from './draft.ts'
import type { StoredMessage } from './entry.ts'
import { Refusal } from './errors.ts'
import { readForm } from './form.ts'
import { intents } from './intents.ts'
import { isDirect, isParley, toCreated, toMessage } from './message-payload.ts'
import { erase, eraseMany, list, post, revise } from './messages.ts'
import { toMember } from './payload.ts'
import { manageMessages } from './permissions.ts'
import type { RestRequest, Route } from './rest.ts'
import type { Channel } from './state.ts'
import { getChannel, getMessage } from './world.ts'
import type { World } from './world.ts'

const { userId: botId, guildId } = parley.discord

/** Messages of a channel: read, send, edit, delete; and the typing sign. */
export function messageRoutes(world: World): readonly Route[] {
  return [...speakingRoutes(world), ...readingRoutes(world), ...deletingRoutes(world)]
}

function speakingRoutes(world: World): readonly Route[] {
  return [
    [
      'POST',
      '/channels/:channel/messages',
      async request => {
        const channel = channelOf(world, request)
        return toCreated(world, post(world, channel.id, botId, await draftOf(world, request)))
      },
    ],
    [
      'PATCH',
      '/channels/:channel/messages/:message',
      async request => {
        const message = messageOf(world, request)
        const channel = channelOf(world, request)
        if (!isParley(message.authorId)) throw new Refusal(50005)
        if (channel.kind === 'thread' && channel.archived) throw new Refusal(50083)
        return toMessage(world, revise(world, message, await draftOf(world, request)))
      },
    ],
    [
      'POST',
      '/channels/:channel/typing',
      request => {
        const { id, kind } = channelOf(world, request)
        world.emit({
          t: 'TYPING_START',
          d: {
            channel_id: id,
            user_id: botId,
            timestamp: Math.floor(world.now() / 1000),
            ...(kind !== 'direct' && { guild_id: guildId, member: toMember(world, botId) }),
          },
          intent: kind === 'direct' ? intents.directMessageTyping : intents.guildMessageTyping,
        })
        return undefined
      },
    ],
  ]
}

function readingRoutes(world: World): readonly Route[] {
  return [
    [
      'GET',
      '/channels/:channel/messages',
      request => {
        const window = {
          before: request.query('before'),
          after: request.query('after'),
          around: request.query('around'),
          limit: readLimit(request),
        }
        return list(world, channelOf(world, request).id, window).map(message => toMessage(world, message))
      },
    ],
    ['GET', '/channels/:channel/messages/:message', request => toMessage(world, messageOf(world, request))],
  ]
}

function deletingRoutes(world: World): readonly Route[] {
  return [
    [
      'POST',
      '/channels/:channel/messages/bulk-delete',
      request => {
        const channel = channelOf(world, request)
        if (channel.kind === 'direct') throw new Refusal(50003)
        if ((world.permissions & manageMessages) === 0n) throw new Refusal(50013)
        const ids = (readForm(request.body.json).list('messages') ?? []).map(String)
        if (ids.length < 2 || ids.length > 100) throw new Refusal(50016)
        eraseMany(world, channel.id, ids)
        return undefined
      },
    ],
    [
      'DELETE',
      '/channels/:channel/messages/:message',
      request => {
        const message = messageOf(world, request)
        const direct = isDirect(world, message.channelId)
        const moderates = !direct && (world.permissions & manageMessages) !== 0n
        if (!isParley(message.authorId) && !moderates) throw new Refusal(direct ? 50003 : 50013)
        erase(world, message)
        return undefined
      },
    ],
  ]
}

function channelOf(world: World, request: RestRequest): Channel {
  return getChannel(world, request.param('channel'))
}

function messageOf(world: World, request: RestRequest): StoredMessage {
  return getMessage(world, request.param('channel'), request.param('message'))
}

async function draftOf(world: World, request: RestRequest): Promise<Draft> {
  const draft = readDraft(request.body.json)
  const { id } = channelOf(world, request)
  return { ...draft, attachments: await storeFiles(world, id, request.body.files, request.origin) }
}

function readLimit(request: RestRequest): number {
  const limit = Number(request.query('limit') ?? 50)
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw new Refusal(50035)
  return limit
}
