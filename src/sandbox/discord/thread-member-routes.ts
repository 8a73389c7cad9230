import { parley } from '../cast.ts'
import { Refusal } from './errors.ts'
import { toThreadMember } from './payload.ts'
import type { RestRequest, Route } from './rest.ts'
import { join, leave } from './threads.ts'
import { getThread } from './world.ts'
import type { World } from './world.ts'

const { userId: botId } = parley.discord

/** Who is in a thread. */
export function threadMemberRoutes(world: World): readonly Route[] {
  const threadOf = (request: RestRequest) => getThread(world, request.param('channel'))
  const memberOf = (request: RestRequest) => named(request.param('member'))
  return [
    [
      'GET',
      '/channels/:channel/thread-members',
      request => {
        const { id } = threadOf(request)
        const members = [...(world.state.threadMembers.get(id)?.keys() ?? [])]
        return members.map(userId => toThreadMember(world, id, userId))
      },
    ],
    [
      'GET',
      '/channels/:channel/thread-members/:member',
      request => {
        const member = toThreadMember(world, threadOf(request).id, memberOf(request))
        if (!member) throw new Refusal(10007)
        return member
      },
    ],
    [
      'PUT',
      '/channels/:channel/thread-members/:member',
      request => {
        join(world, threadOf(request).id, memberOf(request))
        return undefined
      },
    ],
    [
      'DELETE',
      '/channels/:channel/thread-members/:member',
      request => {
        leave(world, threadOf(request).id, memberOf(request))
        return undefined
      },
    ],
  ]
}

function named(id: string): string {
  return id === '@me' ? botId : id
}
