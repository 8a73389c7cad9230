import type { Outcome, RefusedReason } from './decision.ts'
import type { Author, Identity } from './identity.ts'
import { findForbidden } from './moderation.ts'
import { noRoles, permit, type RolesTold, rolesUnread } from './permission.ts'
import type { Policy } from './policy.ts'
import type { Stores } from './store.ts'
import type { ThreadRef } from './thread.ts'
import { whisperLater, type WhisperTo } from './whisper.ts'

/** Somebody who asks, and what they ask where that is known. */
export interface Asking {
  readonly by: Author
  readonly thread: ThreadRef
  /** What the event tells of their roles there. */
  readonly roles?: RolesTold
  /** Absent where what is asked was let through before. */
  readonly text?: string
}

export interface Refusal {
  readonly reason: RefusedReason
  /** The word of a list that was found. */
  readonly found?: string
}

/**
 * Whether what is asked here may be answered, by what is stored and told: no platform is asked. Who is judged by roles
 * that nobody has read is let through, and judged again by the Turn.
 */
export async function admit(
  stores: Stores,
  policy: Policy,
  { by, thread, roles, text }: Asking,
): Promise<{ readonly asker: Identity; readonly refusal?: Refusal }> {
  const asker = await stores.identities.meet(by)
  const member = await stores.members.ofIdentity(asker.id)
  const permission = permit(policy, {
    identity: asker,
    ...(member ? { member } : {}),
    roles: roles ?? (thread.platform === 'web' ? noRoles : rolesUnread),
  })
  if (permission.verdict === 'refused') return { asker, refusal: { reason: permission.reason } }
  const found = text === undefined ? undefined : findForbidden(policy.moderation, text, 'questions')
  return found === undefined ? { asker } : { asker, refusal: { reason: 'moderated', found } }
}

/** A person who was told is not told the same again for this long. */
const toldForMs = 60 * 60_000

/** Refuses, and tells the person alone, once: every event of theirs after it is refused without a word. */
export async function refuse(
  stores: Stores,
  asker: Identity,
  to: Omit<WhisperTo, 'identityId'>,
  { reason, found }: Refusal,
  atMs: number,
): Promise<Outcome> {
  const { thread } = to
  const since = { place: thread, by: asker, reason, sinceMs: atMs - toldForMs }
  // What is said on the web is answered there at once.
  if (thread.platform !== 'web' && !(await stores.decisions.wasRefused(since)))
    await whisperLater(stores.jobs, { ...to, identityId: asker.id }, { word: 'refused', reason, found })
  return { decision: { outcome: 'refused', reason }, threadId: thread.threadId, by: asker }
}
