import { createHash } from 'node:crypto'
import { type ExpressionBuilder, sql } from 'kysely'
import { ParleyError } from '../../core/errors.ts'
import type { Member, MemberChange, Members, NewMember } from '../../core/member.ts'
import type { Handle } from './database.ts'
import { tellKeysOver } from './api-keys.ts'
import { codeOf, uniqueViolation } from './failures.ts'
import { toIdentity } from './identities.ts'
import { newId } from './ids.ts'
import { holdPerson, movePerson } from './quotas.ts'
import { toColumns, memberColumns, toMember } from './member-row.ts'
import type { Session } from './session.ts'
import { endSessions } from './sessions.ts'
import { storedText } from './stored-text.ts'
import type { Tables } from './tables.ts'

export function createMembers(session: Session): Members {
  const { handle } = session
  return {
    ...lookups(handle),
    ...accountsOnPlatforms(session),
    add: member => telling(() => session.atomically(inner => add(inner, member))),
    change: (id, change) => telling(() => session.atomically(inner => changeMember(inner, id, change))),
    async avatar(id) {
      return handle
        .selectFrom('avatars')
        .select(['image', 'tag'])
        .where('member_id', '=', id)
        .executeTakeFirst()
    },
    async setAvatar(id, image) {
      if (!image) return void (await handle.deleteFrom('avatars').where('member_id', '=', id).execute())
      const tag = createHash('sha256').update(image).digest('hex').slice(0, 16)
      await handle
        .insertInto('avatars')
        .values({ member_id: id, image, tag })
        .onConflict(conflict => conflict.column('member_id').doUpdateSet({ image, tag }))
        .execute()
    },
  }
}

function lookups(
  handle: Handle,
): Pick<
  Members,
  'find' | 'get' | 'lock' | 'lockOwners' | 'findByEmail' | 'findByUsername' | 'passwordHash' | 'staff'
> {
  return {
    find: id => findBy(handle, eb => eb('id', '=', id)),
    get: id => getMember(handle, id),
    async lock(id) {
      await handle.selectFrom('members').select('id').where('id', '=', id).forNoKeyUpdate().execute()
      return getMember(handle, id)
    },
    async lockOwners() {
      // In one order everywhere, so that two who want all of them never wait for each other.
      const owners = await handle
        .selectFrom('members')
        .select(['id', 'suspended_at'])
        .where('role', '=', 'owner')
        .orderBy('id')
        .forNoKeyUpdate()
        .execute()
      return owners.filter(({ suspended_at }) => suspended_at === null).map(({ id }) => id)
    },
    findByEmail: email => findBy(handle, eb => eb(sql`lower(email)`, '=', sql`lower(${storedText(email)})`)),
    findByUsername: username =>
      findBy(handle, eb => eb(sql`lower(username)`, '=', sql`lower(${storedText(username)})`)),
    async passwordHash(id) {
      const row = await handle
        .selectFrom('members')
        .select('password_hash')
        .where('id', '=', id)
        .executeTakeFirst()
      return row?.password_hash ?? undefined
    },
    async staff() {
      const rows = await withTags(handle)
        .where('role', '!=', 'member')
        .orderBy(sql`array_position(array['owner', 'admin', 'auditor'], role)`)
        .orderBy('created_at')
        .orderBy('id')
        .execute()
      return rows.map(toMember)
    },
  }
}

function accountsOnPlatforms(
  session: Session,
): Pick<Members, 'viewer' | 'identities' | 'ofIdentity' | 'link' | 'unlink'> {
  const { handle } = session
  const identitiesOf = (memberId: string) =>
    handle
      .selectFrom('identities')
      .selectAll()
      .where('member_id', '=', memberId)
      .orderBy(sql`(platform = 'web')`, 'desc')
      .orderBy('linked_at')
      .orderBy('id')
      .execute()
  return {
    async viewer(id) {
      return { memberId: id, identityIds: (await identitiesOf(id)).map(row => row.id) }
    },
    identities: async id => (await identitiesOf(id)).map(toIdentity),
    ofIdentity: identityId =>
      findBy(handle, eb =>
        eb(
          'id',
          '=',
          eb.selectFrom('identities').select('member_id').where('identities.id', '=', identityId),
        ),
      ),
    link: (identityId, memberId, atMs) =>
      session.atomically(inner => link(inner, { identityId, memberId, atMs })),
    unlink: (identityId, atMs) => session.atomically(inner => unlink(inner, identityId, atMs)),
  }
}

interface Link {
  readonly identityId: string
  readonly memberId: string
  readonly atMs: number
}

async function link(session: Session, { identityId, memberId, atMs }: Link): Promise<boolean> {
  const owner = await heldOwner(session, identityId)
  if (owner !== null) return owner === memberId
  await session.handle
    .updateTable('identities')
    .set({ member_id: memberId, linked_at: new Date(atMs) })
    .where('id', '=', identityId)
    .execute()
  await movePerson(session, { identityId, from: identityId, to: memberId, atMs })
  return true
}

async function unlink(session: Session, identityId: string, atMs: number): Promise<void> {
  const owner = await heldOwner(session, identityId)
  if (typeof owner !== 'string') return
  const untied = await session.handle
    .updateTable('identities')
    .set({ member_id: null, linked_at: null })
    .where('id', '=', identityId)
    .where('platform', '!=', 'web')
    .returning('id')
    .executeTakeFirst()
  if (untied) await movePerson(session, { identityId, from: owner, to: identityId, atMs })
}

/** Whose the account is, while nobody else ties, unties or uses it; undefined when there is none. */
async function heldOwner(session: Session, identityId: string): Promise<string | null | undefined> {
  await holdPerson(session, identityId)
  const row = await session.handle
    .selectFrom('identities')
    .select('member_id')
    .where('id', '=', identityId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row?.member_id
}

type Where = (eb: ExpressionBuilder<Tables, 'members'>) => ReturnType<ExpressionBuilder<Tables, 'members'>>

async function findBy(handle: Handle, where: Where): Promise<Member | undefined> {
  const row = await withTags(handle)
    .where(eb => where(eb))
    .executeTakeFirst()
  return row && toMember(row)
}

function withTags(handle: Handle) {
  return handle
    .selectFrom('members')
    .select(memberColumns)
    .select(eb =>
      eb.selectFrom('avatars').select('tag').whereRef('avatars.member_id', '=', 'members.id').as('tag'),
    )
    .select(eb =>
      eb
        .exists(
          eb
            .selectFrom('workspace_roles')
            .select('workspace_roles.role')
            .whereRef('workspace_roles.member_id', '=', 'members.id'),
        )
        .as('in_workspaces'),
    )
}

async function getMember(handle: Handle, id: string): Promise<Member> {
  const member = await findBy(handle, eb => eb('id', '=', id))
  if (!member) throw new ParleyError('not_found', 'There is no such member.')
  return member
}

async function add({ handle }: Session, member: NewMember): Promise<Member> {
  await handle
    .insertInto('members')
    .values({
      id: member.id,
      username: storedText(member.username),
      nickname: storedText(member.nickname),
      email: member.email === undefined ? null : storedText(member.email),
      email_confirmed_at: member.emailConfirmed ? sql<Date>`clock_timestamp()` : null,
      password_hash: member.passwordHash ?? null,
    })
    .execute()
  await handle
    .insertInto('identities')
    .values({
      id: newId(),
      platform: 'web',
      realm: 'web',
      user_id: member.id,
      name: storedText(member.nickname),
      member_id: member.id,
      linked_at: sql<Date>`clock_timestamp()`,
    })
    .execute()
  return getMember(handle, member.id)
}

async function changeMember(inner: Session, id: string, change: MemberChange): Promise<Member> {
  const { handle } = inner
  const columns = toColumns(change)
  if (Object.keys(columns).length > 0) {
    await handle.updateTable('members').set(columns).where('id', '=', id).execute()
  }
  if (change.nickname !== undefined) {
    await handle
      .updateTable('identities')
      .set({ name: storedText(change.nickname) })
      .where('platform', '=', 'web')
      .where('realm', '=', 'web')
      .where('user_id', '=', id)
      .execute()
  }
  if (typeof change.suspendedAtMs === 'number') {
    await endSessions(inner, { memberId: id, reason: 'suspended', atMs: change.suspendedAtMs })
    await tellKeysOver(inner, id)
  }
  return getMember(handle, id)
}

async function telling<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    if (codeOf(thrown) !== uniqueViolation) throw thrown
    const constraint = thrown instanceof Error && 'constraint' in thrown ? thrown.constraint : undefined
    if (constraint === 'members_by_email') {
      throw new ParleyError('email_taken', 'There is an account with this e-mail already.', {
        cause: thrown,
        fields: [{ field: 'email', code: 'taken' }],
      })
    }
    if (constraint !== 'members_by_username') throw thrown
    throw new ParleyError('username_taken', 'That username is taken.', {
      cause: thrown,
      fields: [{ field: 'username', code: 'taken' }],
    })
  }
}
