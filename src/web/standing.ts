import type { Dialogue } from '../core/dialogue.ts'
import { ParleyError } from '../core/errors.ts'
import type { History } from '../core/history.ts'
import { accountIn, type Author } from '../core/identity.ts'
import type { Member, Viewer } from '../core/member.ts'
import type { Store } from '../core/store.ts'
import type { ThreadRef } from '../core/thread.ts'

/** Who speaks on the web. */
export interface Person {
  readonly member: Member
  readonly viewer: Viewer
}

/** What tells who may do what in a Dialogue. */
export interface Standing {
  readonly store: Store
  readonly history: History
  /** Throws `quota_exceeded`, with `resetsAtMs`, when this person has nothing left to ask with. */
  readonly checkQuota?: (person: Person, thread: ThreadRef) => Promise<void>
}

/** The Dialogue, for those who may take part in it. Behind broken glass one only reads. */
export async function mayWrite(
  { store, history }: Standing,
  { viewer }: Pick<Person, 'viewer'>,
  dialogueId: string,
): Promise<Dialogue> {
  const entry = await history.find(viewer, dialogueId)
  if (!entry) throw nothingThere()
  if (entry.access === 'glass')
    throw new ParleyError('forbidden', 'This dialogue can be read here, not written in.')
  return store.dialogues.get(dialogueId)
}

export async function mayAsk(deps: Standing, person: Person, thread: ThreadRef): Promise<void> {
  const { member } = person
  // Who came through another service and has no address was vouched for by that service.
  if (member.email !== undefined && !member.emailConfirmed)
    throw new ParleyError('email_unconfirmed', 'Confirm your e-mail address first: then Parley answers you.')
  await deps.checkQuota?.(person, thread)
}

/** The person's own account on the thread's platform, in its workspace if there is one; else that of the web. */
export async function authorOf({ store }: Standing, { member }: Person, thread: ThreadRef): Promise<Author> {
  const identities = await store.members.identities(member.id)
  const identity = accountIn(identities, thread) ?? identities.find(({ platform }) => platform === 'web')
  if (!identity) throw new ParleyError('internal', 'This member has no account on the web.')
  const { platform, realm, userId, name = member.nickname } = identity
  return { platform, realm, userId, name }
}

export function onlyOnTheWeb(dialogue: Dialogue): Dialogue {
  if (dialogue.thread.platform === 'web') return dialogue
  throw new ParleyError('conflict', 'This can only be done in a dialogue of the web.')
}

export function nothingThere(): ParleyError {
  return new ParleyError('not_found', 'There is no such dialogue.')
}
