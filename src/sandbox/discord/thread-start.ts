import type { StoredMessage, StoredThread } from './entry.ts'
import { post, replace } from './messages.ts'
import { createThread } from './threads.ts'
import type { ThreadPlan } from './threads.ts'
import type { World } from './world.ts'

/**
 * Starts a thread on a message: the thread takes its id, its first message (type 21, empty) points back to it,
 * and the message itself is announced again, now with a thread.
 */
export function startThread(
  world: World,
  starter: StoredMessage,
  ownerId: string,
  plan: ThreadPlan,
): StoredThread {
  const thread = createThread(world, starter.channelId, ownerId, plan, starter)
  post(
    world,
    thread.id,
    ownerId,
    {},
    {
      type: 21,
      reference: { channelId: starter.channelId, messageId: starter.id },
    },
  )
  replace(world, starter)
  return thread
}

/** Starts a thread on no message: a public one leaves a note (type 18) in its channel. */
export function openThread(world: World, parentId: string, ownerId: string, plan: ThreadPlan): StoredThread {
  const thread = createThread(world, parentId, ownerId, plan)
  if (!thread.secret) post(world, parentId, ownerId, { content: thread.name }, { type: 18 })
  return thread
}
