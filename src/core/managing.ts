import { authorityOf, mayGiveRole, mayManage, mayTouch, type WorkspaceRole } from './authority.ts'
import { ParleyError } from './errors.ts'
import type { FieldCode } from './field-problem.ts'
import { orderMail } from './account-mail.ts'
import type { Member, Role } from './member.ts'
import type { Stores } from './store.ts'
import { type Workspace, workspaceKey } from './workspace.ts'

/** Who does it, when and from where. */
export interface Act {
  readonly memberId: string
  readonly atMs: number
  readonly address?: string
}

/**
 * What those who manage do to other Members. Each is called in a transaction and looks there who acts, so that nobody
 * acts on a right they lost meanwhile; each is audited. They throw `forbidden`, `not_found`, and `conflict` with a field
 * `last_owner` or `yourself`.
 */

/** Only owners make and unmake owners and admins. The last owner stays one. */
export async function giveRole(stores: Stores, act: Act, memberId: string, role: Role): Promise<Member> {
  const { actor, member, owners } = await begin(stores, act, memberId)
  if (!mayGiveRole(actor.role, { from: member.role, to: role })) throw notYours()
  if (member.role === role) return member
  if (role !== 'owner') keepOneOf(owners, memberId, 'role')
  const changed = await stores.members.change(memberId, { role })
  await audit(stores, act, 'role_changed', memberId, { before: member.role, after: role })
  if (memberId !== actor.id) await stores.notices.add(memberId, { kind: `became_${role}`, atMs: act.atMs })
  return changed
}

/** Ends every session of theirs, and keeps them out until it is taken back. */
export async function suspend(stores: Stores, act: Act, memberId: string): Promise<Member> {
  const { actor, member, owners } = await begin(stores, act, memberId)
  touchesOther(actor, member)
  if (member.suspended) return member
  keepOneOf(owners, memberId, 'suspend')
  const changed = await stores.members.change(memberId, { suspendedAtMs: act.atMs })
  await audit(stores, act, 'member_suspended', memberId, { before: false, after: true })
  return changed
}

/** Throws `conflict` for who is being erased: nothing of them comes back. */
export async function unsuspend(stores: Stores, act: Act, memberId: string): Promise<Member> {
  const { actor, member } = await begin(stores, act, memberId)
  touchesOther(actor, member)
  if (!member.suspended) return member
  if ((await stores.roster.find(memberId))?.erasing)
    throw new ParleyError('conflict', 'This member is being erased.')
  const changed = await stores.members.change(memberId, { suspendedAtMs: null })
  await audit(stores, act, 'member_unsuspended', memberId, { before: true, after: false })
  return changed
}

/** One session, or all of them. Gives how many ended. */
export async function signOut(
  stores: Stores,
  act: Act,
  memberId: string,
  sessionId?: string,
): Promise<number> {
  const { actor, member } = await begin(stores, act, memberId)
  if (actor.id !== memberId && !mayTouch(actor.role, member.role)) throw notYours()
  const ended =
    sessionId === undefined
      ? await stores.sessions.endAll(memberId, 'ended', act.atMs)
      : Number(await stores.sessions.end(sessionId, memberId, 'ended', act.atMs))
  if (ended > 0) await audit(stores, act, 'sessions_ended', memberId, { sessions: ended })
  return ended
}

/** Begins to erase them, as they could themselves, and mails them so. Gives the id of the receipt. */
export async function erase(stores: Stores, act: Act, memberId: string): Promise<string> {
  const { actor, member, owners } = await begin(stores, act, memberId)
  touchesOther(actor, member)
  keepOneOf(owners, memberId, 'username')
  if (member.email !== undefined && !(await stores.roster.find(memberId))?.erasing) {
    const language = member.settings.language ?? 'en'
    await orderMail(stores, { kind: 'account_deleted', email: member.email, language })
  }
  await audit(stores, act, 'account_deleted', memberId, {})
  return stores.erasures.begin(memberId, act.atMs)
}

/** By those who manage the installation or that workspace; `undefined` takes the role away. */
export async function giveWorkspaceRole(
  stores: Stores,
  act: Act,
  memberId: string,
  given: { readonly workspace: Workspace; readonly role: WorkspaceRole['role'] | undefined },
): Promise<void> {
  const { workspace, role } = given
  const { actor } = await begin(stores, act, memberId)
  if (!mayManage(authorityOf(actor, await stores.workspaceRoles.of(actor.id)), workspace)) throw notYours()
  const before = (await stores.workspaceRoles.in(workspace)).find(one => one.memberId === memberId)?.role
  if (before === role) return
  await stores.workspaceRoles.set(memberId, workspace, role)
  await audit(stores, act, 'workspace_role_changed', memberId, {
    workspace: workspaceKey(workspace),
    before: before ?? null,
    after: role ?? null,
  })
}

/** In a transaction that takes this Member away: throws when nobody else owns Parley. */
export async function keepAnOwner(stores: Stores, memberId: string, field: string): Promise<void> {
  keepOneOf(await stores.members.lockOwners(), memberId, field)
}

/** Owners first, then the one it is about: everybody who changes a Member here waits in this order. */
async function begin(stores: Stores, act: Act, memberId: string) {
  const owners = await stores.members.lockOwners()
  const member = await stores.members.lock(memberId)
  const actor = await stores.members.get(act.memberId)
  if (actor.suspended) throw notYours()
  return { actor, member, owners }
}

function touchesOther(actor: Member, member: Member): void {
  if (!mayTouch(actor.role, member.role)) throw notYours()
  if (actor.id === member.id) throw refusal('username', 'yourself')
}

function keepOneOf(owners: readonly string[], memberId: string, field: string): void {
  if (owners.length === 1 && owners[0] === memberId) throw refusal(field, 'last_owner')
}

function refusal(field: string, code: FieldCode): ParleyError {
  return new ParleyError('conflict', 'Not as things stand.', { fields: [{ field, code }] })
}

const notYours = () => new ParleyError('forbidden', 'This is for those who manage it.')

/** Records what somebody who manages did. */
export function audit(
  stores: Stores,
  { memberId: actorId, atMs, address }: Act,
  action: string,
  subject: string,
  detail: Parameters<Stores['audits']['add']>[0]['detail'],
): Promise<void> {
  return stores.audits.add({
    atMs,
    actorId,
    action,
    subject,
    detail,
    ...(address === undefined ? {} : { address }),
  })
}
