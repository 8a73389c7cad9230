import { parley } from '../cast.ts'
import type { StoredMessage, StoredThread } from './entry.ts'
import { Refusal } from './errors.ts'
import { intents } from './intents.ts'
import { toChannel, toMember, toThreadMember } from './payload.ts'
import { getAccount } from './world.ts'
import type { World } from './world.ts'

const { guildId, userId: botId } = parley.discord

export interface ThreadPlan {
  readonly name: string
  readonly autoArchiveMinutes?: number | undefined
  readonly secret?: boolean
  readonly invitable?: boolean | undefined
}

/** Creates a thread and announces it; with a `starter` its id is that message's own. */
export function createThread(
  world: World,
  parentId: string,
  ownerId: string,
  plan: ThreadPlan,
  starter?: StoredMessage,
): StoredThread {
  if (starter && world.state.channels.has(starter.id)) throw new Refusal(160004)
  const thread: StoredThread = {
    id: starter?.id ?? world.nextId(),
    kind: 'thread',
    parentId,
    name: plan.name,
    ownerId,
    secret: plan.secret ?? false,
    invitable: plan.invitable ?? true,
    autoArchiveMinutes: plan.autoArchiveMinutes ?? 1440,
    archived: false,
    locked: false,
    createdMs: world.now(),
  }
  world.record({ type: 'thread', thread })
  joinSilently(world, thread.id, ownerId)
  world.touch(parentId)
  world.emit({
    t: 'THREAD_CREATE',
    d: { ...toChannel(world, thread), newly_created: true },
    intent: intents.guilds,
  })
  return thread
}

/** Stores a changed thread and announces the change. */
export function changeThread(world: World, thread: StoredThread): void {
  world.record({ type: 'thread', thread })
  world.touch(thread.parentId)
  world.emit({ t: 'THREAD_UPDATE', d: toChannel(world, thread), intent: intents.guilds })
}

/** What speaking in a thread does to it: it leaves the archive, and the speaker joins. */
export function wake(world: World, channelId: string, speakerId: string): void {
  const thread = world.state.channels.get(channelId)
  if (thread?.kind !== 'thread') return
  if (thread.locked && speakerId !== botId) throw new Refusal(160005)
  if (thread.archived) changeThread(world, { ...thread, archived: false })
  join(world, thread.id, speakerId)
}

/** Adds a member; does nothing when they are one already. */
export function join(world: World, threadId: string, userId: string): void {
  getAccount(userId)
  if (!joinSilently(world, threadId, userId)) return
  world.emit({
    t: 'THREAD_MEMBERS_UPDATE',
    d: {
      id: threadId,
      guild_id: guildId,
      member_count: world.state.threadMembers.get(threadId)?.size ?? 0,
      added_members: [
        { ...toThreadMember(world, threadId, userId), member: toMember(world, userId), presence: null },
      ],
    },
    intent: userId === botId ? intents.guilds : intents.guildMembers,
  })
}

function joinSilently(world: World, threadId: string, userId: string): boolean {
  if (world.state.threadMembers.get(threadId)?.has(userId)) return false
  world.record({ type: 'thread-member', threadId, userId, joinedMs: world.now() })
  return true
}

export function leave(world: World, threadId: string, userId: string): void {
  if (!world.state.threadMembers.get(threadId)?.has(userId)) throw new Refusal(10007)
  world.record({ type: 'thread-left', threadId, userId })
}
