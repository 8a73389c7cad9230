import { parley } from '../cast.ts'
import { Refusal } from './errors.ts'
import { readForm } from './form.ts'
import { toChannel } from './payload.ts'
import { botPermissionsIn, createThreads, manageThreads } from './permissions.ts'
import type { RestRequest, Route } from './rest.ts'
import { openThread, startThread } from './thread-start.ts'
import { changeThread } from './threads.ts'
import type { ThreadPlan } from './threads.ts'
import { getChannel, getMessage, getThread } from './world.ts'
import type { World } from './world.ts'

const { userId: botId } = parley.discord

/** Channels, and the threads in them. */
export function channelRoutes(world: World): readonly Route[] {
  const channelOf = (request: RestRequest) => getChannel(world, request.param('channel'))
  const threadOf = (request: RestRequest) => getThread(world, request.param('channel'))
  return [
    ['GET', '/channels/:channel', request => toChannel(world, channelOf(request))],
    [
      'PATCH',
      '/channels/:channel',
      request => {
        const thread = threadOf(request)
        if ((world.permissions & manageThreads) === 0n && thread.ownerId !== botId) throw new Refusal(50013)
        const form = readForm(request.body.json)
        changeThread(world, {
          ...thread,
          name: form.text('name', { min: 1, max: 100 }) ?? thread.name,
          archived: form.flag('archived') ?? thread.archived,
          locked: form.flag('locked') ?? thread.locked,
          autoArchiveMinutes: form.number('auto_archive_duration') ?? thread.autoArchiveMinutes,
        })
        return toChannel(world, threadOf(request))
      },
    ],
    ...threadRoutes(world),
  ]
}

function threadRoutes(world: World): readonly Route[] {
  const parentOf = (request: RestRequest) => {
    const channel = getChannel(world, request.param('channel'))
    if (channel.kind !== 'text') throw new Refusal(50024)
    if ((botPermissionsIn(world, channel.id) & createThreads) !== createThreads) throw new Refusal(50013)
    return channel
  }
  return [
    [
      'POST',
      '/channels/:channel/messages/:message/threads',
      request => {
        const starter = getMessage(world, parentOf(request).id, request.param('message'))
        return toChannel(world, startThread(world, starter, botId, readPlan(request)))
      },
    ],
    [
      'POST',
      '/channels/:channel/threads',
      request => {
        // Documented: a thread started on no message is private unless its type says otherwise.
        const type = readForm(request.body.json).number('type') ?? 12
        const plan = { ...readPlan(request), secret: type === 12 }
        return toChannel(world, openThread(world, parentOf(request).id, botId, plan))
      },
    ],
    [
      'GET',
      '/channels/:channel/threads/archived/public',
      request => {
        const parent = getChannel(world, request.param('channel'))
        const archived = [...world.state.channels.values()].filter(
          channel => channel.kind === 'thread' && channel.parentId === parent.id && channel.archived,
        )
        return { threads: archived.map(thread => toChannel(world, thread)), members: [], has_more: false }
      },
    ],
  ]
}

function readPlan(request: RestRequest): ThreadPlan {
  const form = readForm(request.body.json)
  return {
    name: form.text('name', { min: 1, max: 100 }) ?? '',
    autoArchiveMinutes: form.number('auto_archive_duration'),
    invitable: form.flag('invitable'),
  }
}
