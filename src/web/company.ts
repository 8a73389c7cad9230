import { ParleyError } from '../core/errors.ts'
import type { History } from '../core/history.ts'
import type { RateLimit } from '../core/rate-limit.ts'
import type { Store } from '../core/store.ts'
import type { Teammate } from '../core/teammate.ts'
import { isIn, type NamedWorkspace, type Workspace } from '../core/workspace.ts'
import { nothingThere, type Person } from './standing.ts'

/** Who may take part in a web Dialogue besides its owner. */
export interface Company {
  /** Who is in it, for everybody who may read it; and whole workspaces that its owner could let in. */
  list(person: Person, dialogueId: string): Promise<Attendance>
  /**
   * Its owner lets somebody in, named by username or e-mail address. Throws `forbidden` for others, `not_found` with the
   * field `who` when there is no such member.
   */
  invite(person: Person, dialogueId: string, who: string): Promise<Teammate>
  /** The owner takes anybody out; everybody may leave. */
  remove(person: Person, dialogueId: string, memberId: string): Promise<void>
  /**
   * Its owner lets in everybody of a workspace that they are in themselves; each stays in for as long as they can read
   * one of its channels. Throws `forbidden` for others, `not_found` for a workspace that the owner is not in.
   */
  inviteWorkspace(person: Person, dialogueId: string, workspace: Workspace): Promise<NamedWorkspace>
  /** The owner takes a workspace out. */
  removeWorkspace(person: Person, dialogueId: string, workspace: Workspace): Promise<void>
}

export interface Attendance {
  readonly people: readonly Teammate[]
  readonly workspaces: readonly NamedWorkspace[]
  /** For the owner alone. */
  readonly invitable: readonly NamedWorkspace[]
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

  async function mayInvite(person: Person, dialogueId: string): Promise<void> {
    if ((await accessTo(person, dialogueId)) !== 'own')
      throw new ParleyError('forbidden', 'Only its owner lets people into a dialogue.')
    if (person.member.email !== undefined && !person.member.emailConfirmed)
      throw new ParleyError(
        'email_unconfirmed',
        'Confirm your e-mail address first: then you can invite others.',
      )
  }

  return {
    async list(person, dialogueId) {
      const access = await accessTo(person, dialogueId)
      const [people, workspaces, reached] = await Promise.all([
        store.teammates.list(dialogueId),
        store.teammates.workspaces(dialogueId),
        access === 'own' ? store.teammates.workspacesOf(person.viewer, nowMs()) : [],
      ])
      const invitable = reached.filter(one => !workspaces.some(other => isIn(one, other)))
      return { people, workspaces, invitable }
    },
    async invite(person, dialogueId, who) {
      await mayInvite(person, dialogueId)
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
    async inviteWorkspace(person, dialogueId, workspace) {
      await mayInvite(person, dialogueId)
      const reached = await store.teammates.workspacesOf(person.viewer, nowMs())
      const found = reached.find(one => isIn(one, workspace))
      if (!found)
        throw new ParleyError('not_found', 'You are in no such workspace.', {
          fields: [{ field: 'workspace', code: 'not_offered' }],
        })
      await store.teammates.inviteWorkspace(dialogueId, found, person.member.id, nowMs())
      return found
    },
    async removeWorkspace(person, dialogueId, workspace) {
      if ((await accessTo(person, dialogueId)) !== 'own')
        throw new ParleyError('forbidden', 'Only its owner takes people out of a dialogue.')
      await store.teammates.removeWorkspace(dialogueId, workspace)
    },
  }
}
