import { toParleyError } from './errors.ts'
import { mentionedUserIds } from './mention.ts'
import type { Message } from './message.ts'
import type { Running, TurnDependencies } from './running-turn.ts'

/** Names by the platform's user id. */
export type Names = ReadonlyMap<string, string>

/**
 * Names of everyone who speaks in or is mentioned by these messages: those on record, and the platform's for the
 * others, kept for the next time. A name that cannot be found is left out.
 */
export async function namesIn(
  { store }: TurnDependencies,
  running: Running,
  messages: readonly Message[],
): Promise<Names> {
  const { thread } = running.dialogue
  const realm = running.turn.asker.realm
  const names = new Map<string, string>()
  const wanted = new Set<string>()
  for (const message of messages) {
    if (message.author?.name !== undefined) names.set(message.author.userId, message.author.name)
    else if (message.author) wanted.add(message.author.userId)
    if (message.tokens === undefined) for (const id of mentionedUserIds(message.text)) wanted.add(id)
  }
  for (const id of names.keys()) wanted.delete(id)
  if (wanted.size === 0) return names
  for (const [id, name] of await store.identities.names(thread.platform, realm, [...wanted])) {
    names.set(id, name)
    wanted.delete(id)
  }
  if (wanted.size === 0) return names
  try {
    for (const [userId, name] of await running.platform.lookUpNames(thread, [...wanted], running.halt)) {
      names.set(userId, name)
      await store.identities.meet({ platform: thread.platform, realm, userId, name })
    }
  } catch (thrown) {
    running.log.warn({ error: toParleyError(thrown) }, 'names could not be looked up')
  }
  return names
}
