import { sql } from 'kysely'
import type { Author, Identities, Identity } from '../../core/identity.ts'
import type { Platform } from '../../core/thread.ts'
import type { Handle } from './database.ts'
import { newId } from './ids.ts'
import type { Session } from './session.ts'
import { storedText } from './stored-text.ts'

const identityColumns = ['id', 'platform', 'realm', 'user_id', 'name'] as const

export function createIdentities({ handle }: Session): Identities {
  return {
    meet: author => meet(handle, author),
    findTyped: (typed, platform) => findTyped(handle, typed, platform),
    async get(ids) {
      if (ids.length === 0) return new Map()
      const rows = await handle
        .selectFrom('identities')
        .select(identityColumns)
        .where('id', 'in', ids)
        .execute()
      return new Map(rows.map(row => [row.id, toIdentity(row)]))
    },
    async names(platform, realm, userIds) {
      if (userIds.length === 0) return new Map()
      const rows = await handle
        .selectFrom('identities')
        .select(['user_id', 'name'])
        .where('platform', '=', platform)
        .where('realm', '=', realm)
        .where('user_id', 'in', userIds)
        .execute()
      return new Map(rows.flatMap(row => (row.name === null ? [] : [[row.user_id, row.name]])))
    },
  }
}

/** The Identity of this author, made on first sight; a name that is told replaces an older one. */
export async function meet(handle: Handle, author: Author | Identity): Promise<Identity> {
  if ('id' in author) return author
  const known = await find(handle, author)
  if (known && (author.name === undefined || known.name === storedText(author.name))) return known
  const row = await handle
    .insertInto('identities')
    .values({
      id: newId(),
      platform: author.platform,
      realm: author.realm,
      user_id: author.userId,
      name: author.name === undefined ? null : storedText(author.name),
    })
    .onConflict(conflict =>
      conflict
        .columns(['platform', 'realm', 'user_id'])
        .doUpdateSet({ name: sql`coalesce(excluded.name, identities.name)` }),
    )
    .returning(identityColumns)
    .executeTakeFirstOrThrow()
  return toIdentity(row)
}

async function findTyped(
  handle: Handle,
  typed: string,
  platform: Platform | undefined,
): Promise<Identity | undefined> {
  const word = storedText(typed.trim()).replace(/^<?@/, '').replace(/>$/, '')
  if (word === '') return undefined
  let query = handle.selectFrom('identities').selectAll().where('platform', '<>', 'web').limit(2)
  if (platform) query = query.where('platform', '=', platform)
  const byId = await query.where('user_id', '=', word).execute()
  const found =
    byId.length > 0 ? byId : await query.where(sql`lower(name)`, '=', word.toLowerCase()).execute()
  const [row, other] = found
  return row && !other ? toIdentity(row) : undefined
}

/** Most authors are known by the same name: reading takes no lock and leaves no dead row. */
async function find(handle: Handle, { platform, realm, userId }: Author): Promise<Identity | undefined> {
  const row = await handle
    .selectFrom('identities')
    .select(identityColumns)
    .where('platform', '=', platform)
    .where('realm', '=', realm)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row && toIdentity(row)
}

export function toIdentity(row: {
  readonly id: string
  readonly platform: Platform
  readonly realm: string
  readonly user_id: string
  readonly name: string | null
}): Identity {
  return {
    id: row.id,
    platform: row.platform,
    realm: row.realm,
    userId: row.user_id,
    ...(row.name === null ? {} : { name: row.name }),
  }
}
