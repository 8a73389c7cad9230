import { ParleyError } from '../core/errors.ts'
import type { History } from '../core/history.ts'
import type { RateLimit } from '../core/rate-limit.ts'
import type { Store } from '../core/store.ts'
import type { Teammate } from '../core/teammate.ts'
import { nothingThere, type Person } from './standing.ts'

/** Who may take part in a web Dialogue besides its owner. */
export interface Company {
  /** Who is in it, for everybody who may read it. */
  list(person: Person, dialogueId: string): Promise<readonly Teammate[]>
  /**
   * Its owner lets somebody in, named by username or e-mail address. Throws `forbidden` for others, `not_found` with the
   * field `who` when there is no such member.
   */
  invite(person: Person, dialogueId: string, who: string): Promise<Teammate>
  /** The owner takes anybody out; everybody may leave. */
  remove(person: Person, dialogueId: string, memberId: string): Promise<void>
}

/** Inviting tells whether an address has an account: so it is not for trying many. */
const invitations: RateLimit = { tries: 30, windowMs: 15 * 60_000 }

export function createCompany(deps: {
  readonly store: Store
  readonly history: History
  readonly nowMs: () => number
}): Company {
  const { store, history, nowMs } = deps

  async function accessTo({ viewer }: Person, dialogueId: string) {
    const entry = await history.find(viewer, dialogueId)
    if (!entry || entry.thread.platform !== 'web') throw nothingThere()
    return entry.access
  }

  return {
    async list(person, dialogueId) {
      await accessTo(person, dialogueId)
      return store.teammates.list(dialogueId)
    },
    async invite(person, dialogueId, who) {
      if ((await accessTo(person, dialogueId)) !== 'own')
        throw new ParleyError('forbidden', 'Only its owner lets people into a dialogue.')
      if (person.member.email !== undefined && !person.member.emailConfirmed)
        throw new ParleyError(
          'email_unconfirmed',
          'Confirm your e-mail address first: then you can invite others.',
        )
      const taken = await store.rateLimits.take(`invite:${person.member.id}`, invitations, nowMs())
      if (!taken.allowed)
        throw new ParleyError('rate_limited', 'That was much at once. Invite more people in a while.', {
          retryAfterMs: taken.retryAfterMs,
        })
      const name = who.trim()
      const member = name.includes('@')
        ? await store.members.findByEmail(name)
        : await store.members.findByUsername(name)
      if (!member || member.suspended)
        throw new ParleyError('not_found', 'There is no member of that name or address.', {
          fields: [{ field: 'who', code: 'not_offered' }],
        })
      if (member.id !== person.member.id)
        await store.teammates.invite(dialogueId, member.id, person.member.id, nowMs())
      return { memberId: member.id, username: member.username, nickname: member.nickname }
    },
    async remove(person, dialogueId, memberId) {
      const access = await accessTo(person, dialogueId)
      if (access !== 'own' && memberId !== person.member.id)
        throw new ParleyError('forbidden', 'Only its owner takes people out of a dialogue.')
      await store.teammates.remove(dialogueId, memberId)
    },
  }
}
