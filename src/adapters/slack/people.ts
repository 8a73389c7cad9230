import type { Identity } from '../../core/identity.ts'
import type { Place } from '../../core/thread.ts'
import type { SlackApi } from './client.ts'
import { readUser } from './user.ts'

/** People of a workspace, as Slack knows them. */
export interface People {
  /** Names by user id; those not found are left out. */
  names(userIds: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>
  /** Whether this person administers the workspace or made the channel. Asked anew each time: rights change. */
  mayModerate(person: Identity, place: Place): Promise<boolean>
  /** Whether this person administers this very team; of a guest's home team nothing is believed. */
  administers(person: Identity, teamId: string): Promise<boolean>
}

/** users.info is asked for this many people at once at most. */
const maxParallel = 4

/** A workspace's people, many times over; the oldest name is forgotten first. */
const maxCached = 10_000

export function createPeople(slack: SlackApi): People {
  const known = new Map<string, string>()

  async function nameOf(userId: string): Promise<string | undefined> {
    const cached = known.get(userId)
    if (cached !== undefined) return cached
    const user = await readUser(slack, userId)
    const name = [user?.profile?.display_name, user?.profile?.real_name, user?.real_name, user?.name].find(
      Boolean,
    )
    if (name === undefined) return undefined
    if (known.size >= maxCached) for (const oldest of [...known.keys()].slice(0, 1)) known.delete(oldest)
    known.set(userId, name)
    return name
  }

  return {
    async names(userIds, signal) {
      const names = new Map<string, string>()
      const waiting = [...new Set(userIds)]
      const work = async () => {
        for (let id = waiting.shift(); id !== undefined && !signal.aborted; id = waiting.shift()) {
          const name = await nameOf(id)
          if (name !== undefined) names.set(id, name)
        }
      }
      await Promise.all(Array.from({ length: maxParallel }, work))
      return names
    },
    async mayModerate(person, place) {
      const user = await readUser(slack, person.userId)
      if (user?.is_admin || user?.is_owner || user?.is_primary_owner) return true
      const { channel } = await slack.call('conversations.info', web =>
        web.conversations.info({ channel: place.channelId }),
      )
      return channel?.creator === person.userId
    },
    async administers(person, teamId) {
      const user = await readUser(slack, person.userId)
      if (!user || user.deleted || user.is_stranger) return false
      const isTheirs = user.team_id === teamId || user.enterprise_user?.teams?.includes(teamId) === true
      return isTheirs && Boolean(user.is_admin || user.is_owner || user.is_primary_owner)
    },
  }
}
