import type { Identity } from './identity.ts'
import type { Member } from './member.ts'
import type { AccessRule, AccessSubject, Policy } from './policy.ts'

/** Roles of a person, as far as they are known: what an event tells, or all that a platform says when asked. */
export interface RolesTold {
  readonly has: readonly string[]
  /** Roles of which it is not known whether they have them. */
  readonly unread: 'all' | readonly string[]
}

/** Where there are no roles: the web. */
export const noRoles: RolesTold = { has: [], unread: [] }

/** Before anybody was asked. */
export const rolesUnread: RolesTold = { has: [], unread: 'all' }

/** Who speaks, as a Policy sees them. */
export interface Speaking {
  readonly identity: Identity
  /** Who the account is linked to; on the web whose it is. */
  readonly member?: Member
  readonly roles: RolesTold
}

export type PermissionRefusal = 'not_allowed' | 'link_needed' | 'email_unconfirmed' | 'suspended'

export type Permission =
  | { readonly verdict: 'allowed' }
  | { readonly verdict: 'refused'; readonly reason: PermissionRefusal }
  /** It hangs on a role that nobody has read yet. */
  | { readonly verdict: 'roles_needed' }

/** Whether this person may be answered here. Pure: the same facts give the same word, in earnest and in a dry run. */
export function permit(policy: Policy, speaking: Speaking): Permission {
  const { member } = speaking
  if (member?.suspended) return refused('suspended')
  const words = policy.access.map(rules => weigh(rules, speaking))
  if (words.includes('deny')) return refused('not_allowed')
  if (policy.linkedOnly && !member) return refused('link_needed')
  if (policy.linkedOnly && member?.email !== undefined && !member.emailConfirmed)
    return refused('email_unconfirmed')
  return words.includes('unknown') ? { verdict: 'roles_needed' } : { verdict: 'allowed' }
}

/** The same word, for which the platform is asked where it hangs on the person's roles; unread ones leave it hanging. */
export async function permitByRoles(
  policy: Policy,
  speaking: Omit<Speaking, 'roles'>,
  /** Absent where there are no roles; undefined when they cannot be read. */
  readRoles: (() => Promise<readonly string[] | undefined>) | undefined,
): Promise<{ readonly permission: Permission; readonly roles?: readonly string[] }> {
  const permission = permit(policy, { ...speaking, roles: readRoles ? rolesUnread : noRoles })
  const roles = permission.verdict === 'roles_needed' ? await readRoles?.() : undefined
  if (!roles) return { permission }
  return { permission: permit(policy, { ...speaking, roles: { has: roles, unread: [] } }), roles }
}

/** The first rule that matches decides; one that may match decides only where what follows says the same. */
function weigh(
  [first, ...rest]: readonly AccessRule[],
  speaking: Speaking,
): AccessRule['effect'] | 'unknown' {
  if (!first) return 'allow'
  const matches = isOne(first.who, speaking)
  if (matches === true) return first.effect
  const otherwise = weigh(rest, speaking)
  return matches === false || otherwise === first.effect ? otherwise : 'unknown'
}

function isOne(who: AccessSubject, { identity, member, roles }: Speaking): boolean | 'unknown' {
  switch (who.kind) {
    case 'everybody':
      return true
    case 'member':
      return member?.id === who.memberId
    case 'identity':
      return identity.id === who.identityId
    case 'role':
      if (who.role.startsWith('parley:')) return member !== undefined && who.role === `parley:${member.role}`
      if (roles.has.includes(who.role)) return true
      return roles.unread === 'all' || roles.unread.includes(who.role) ? 'unknown' : false
  }
}

function refused(reason: PermissionRefusal): Permission {
  return { verdict: 'refused', reason }
}
