import { sql } from 'kysely'
import type {
  Asking,
  AudienceChange,
  AudiencePlace,
  Audiences,
  ReadablePlace,
  Word,
} from '../../core/audience.ts'
import type { Identity } from '../../core/identity.ts'
import type { Platform } from '../../core/thread.ts'
import { candidatePlaces } from './audience-candidates.ts'
import type { Handle } from './database.ts'
import { toIdentity } from './identities.ts'
import type { Session } from './session.ts'
import { notify } from './signals.ts'
import { storedText } from './stored-text.ts'

/**
 * What each account may read on its platform. Locks are taken in one order, so that nobody waits in a circle:
 * workspaces, accounts, places, each kind sorted.
 */
export function createAudiences(session: Session): Audiences {
  return {
    async due(identityIds, sinceMs) {
      if (identityIds.length === 0) return []
      const rows = await session.handle
        .selectFrom('identities')
        .leftJoin('audience_checks', 'audience_checks.identity_id', 'identities.id')
        .selectAll('identities')
        .where('identities.id', 'in', identityIds)
        .where(on =>
          on.or([
            on('audience_checks.checked_at', 'is', null),
            on('audience_checks.checked_at', '<=', new Date(sinceMs)),
            sql<boolean>`audience_checks.opened < (
              select coalesce(sum(opened), 0) from audience_workspaces
              where audience_workspaces.platform = identities.platform)`,
          ]),
        )
        .execute()
      return rows.map(toIdentity)
    },
    begin: identity => session.atomically(inner => begin(inner, identity)),
    keep: (identity, asking, readable, word) =>
      session.atomically(inner => keep(inner, identity, asking, readable, word)),
    forget: change => session.atomically(inner => forget(inner, change)),
  }
}

async function begin({ handle }: Session, identity: Identity): Promise<Asking> {
  // Counted first: a place that opens meanwhile is asked about next time at the latest.
  const opened = await openedOn(handle, identity.platform)
  const places = await candidatePlaces(handle, identity.platform)
  // Rows to lock: what is forgotten before the word is kept has to meet it somewhere.
  await handle
    .insertInto('audience_checks')
    .values({ identity_id: identity.id, checked_at: null })
    .onConflict(conflict => conflict.doNothing())
    .execute()
  const workspaceIds = workspacesOf(places)
  if (workspaceIds.length > 0) {
    await handle
      .insertInto('audience_workspaces')
      .values(workspaceIds.map(id => ({ platform: identity.platform, workspace_id: id })))
      .onConflict(conflict => conflict.doNothing())
      .execute()
  }
  return { places, opened, mark: await markOf(handle, identity, workspaceIds) }
}

async function openedOn(handle: Handle, platform: Platform): Promise<number> {
  const rows = await handle
    .selectFrom('audience_workspaces')
    .select('opened')
    .where('platform', '=', platform)
    .execute()
  return rows.reduce((sum, { opened }) => sum + opened, 0)
}

async function keep(
  { handle }: Session,
  identity: Identity,
  asking: Asking,
  readable: readonly ReadablePlace[],
  { askedAtMs, validUntilMs }: Word,
): Promise<boolean> {
  if ((await markOf(handle, identity, workspacesOf(asking.places))) !== asking.mark) return false
  await handle
    .updateTable('audience_checks')
    .set({ checked_at: new Date(askedAtMs), opened: asking.opened })
    .where('identity_id', '=', identity.id)
    .execute()
  await handle.deleteFrom('audience_places').where('identity_id', '=', identity.id).execute()
  if (readable.length === 0) return true
  await handle
    .insertInto('audience_places')
    .values(
      readable.map(place => ({
        identity_id: identity.id,
        platform: place.platform,
        workspace_id: place.workspaceId,
        channel_id: place.channelId,
        thread_id: place.threadId ?? '',
        valid_until: new Date(validUntilMs),
      })),
    )
    .onConflict(conflict => conflict.doNothing())
    .execute()
  await keepNames(handle, readable)
  return true
}

/** The count of what was forgotten, in rows that stay locked: nothing more is forgotten until the transaction ends. */
async function markOf(handle: Handle, identity: Identity, workspaceIds: readonly string[]): Promise<number> {
  const workspaces =
    workspaceIds.length === 0
      ? []
      : await handle
          .selectFrom('audience_workspaces')
          .select('changes')
          .where('platform', '=', identity.platform)
          .where('workspace_id', 'in', workspaceIds)
          .orderBy('workspace_id')
          .forShare()
          .execute()
  const check = await handle
    .selectFrom('audience_checks')
    .select('changes')
    .where('identity_id', '=', identity.id)
    .forUpdate()
    .executeTakeFirst()
  return workspaces.reduce((sum, { changes }) => sum + changes, check?.changes ?? 0)
}

/** One row of each channel; what a platform does not tell this time stays as it was. */
async function keepNames(handle: Handle, readable: readonly ReadablePlace[]): Promise<void> {
  const named = readable
    .filter(({ threadId, name }) => threadId === undefined && name !== undefined)
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  if (named.length === 0) return
  await handle
    .insertInto('places')
    .values(
      named.map(place => ({
        platform: place.platform,
        workspace_id: place.workspaceId,
        channel_id: place.channelId,
        name: place.name === undefined ? null : storedText(place.name),
        workspace_name: place.workspaceName === undefined ? null : storedText(place.workspaceName),
        readers: place.readers ?? null,
      })),
    )
    .onConflict(conflict =>
      conflict.columns(['platform', 'workspace_id', 'channel_id']).doUpdateSet({
        name: sql`coalesce(excluded.name, places.name)`,
        workspace_name: sql`coalesce(excluded.workspace_name, places.workspace_name)`,
        readers: sql`coalesce(excluded.readers, places.readers)`,
      }),
    )
    .execute()
}

function keyOf({ workspaceId, channelId }: AudiencePlace): string {
  return `${workspaceId}/${channelId}`
}

function workspacesOf(places: readonly AudiencePlace[]): readonly string[] {
  return [...new Set(places.map(place => place.workspaceId))].toSorted()
}

async function forget({ handle }: Session, { place, person }: AudienceChange): Promise<void> {
  const of = { platform: place.platform, workspaceId: place.workspaceId, channelId: place.channelId }
  await notify({ type: 'audience', ...of }).execute(handle)
  if (person) {
    const identity = await handle
      .selectFrom('identities')
      .select('id')
      .where('platform', '=', person.platform)
      .where('realm', '=', person.realm)
      .where('user_id', '=', person.userId)
      .executeTakeFirst()
    if (!identity) return
    await askAnew(handle, [identity.id])
    await forgetPlaces(handle, of).where('identity_id', '=', identity.id).execute()
    return
  }
  await handle
    .insertInto('audience_workspaces')
    .values({ platform: of.platform, workspace_id: of.workspaceId, changes: 1 })
    .onConflict(conflict =>
      conflict
        .columns(['platform', 'workspace_id'])
        .doUpdateSet({ changes: sql`audience_workspaces.changes + 1` }),
    )
    .execute()
  await askAnew(handle, await readersOf(handle, of))
  await forgetPlaces(handle, of).execute()
}

interface Forgotten {
  readonly platform: Platform
  readonly workspaceId: string
  readonly channelId: string | undefined
}

/** Everybody of whom it is known that they read there. */
async function readersOf(handle: Handle, of: Forgotten): Promise<readonly string[]> {
  let query = handle
    .selectFrom('audience_places')
    .select('identity_id')
    .distinct()
    .where('platform', '=', of.platform)
    .where('workspace_id', '=', of.workspaceId)
  if (of.channelId !== undefined) query = query.where('channel_id', '=', of.channelId)
  return (await query.execute()).map(row => row.identity_id)
}

async function askAnew(handle: Handle, identityIds: readonly string[]): Promise<void> {
  if (identityIds.length === 0) return
  await handle
    .updateTable('audience_checks')
    .set({ checked_at: null, changes: sql`changes + 1` })
    .where('identity_id', 'in', query =>
      query
        .selectFrom('audience_checks')
        .select('identity_id')
        .where('identity_id', 'in', identityIds)
        .orderBy('identity_id')
        .forUpdate(),
    )
    .execute()
}

function forgetPlaces(handle: Handle, of: Forgotten) {
  const query = handle
    .deleteFrom('audience_places')
    .where('platform', '=', of.platform)
    .where('workspace_id', '=', of.workspaceId)
  return of.channelId === undefined ? query : query.where('channel_id', '=', of.channelId)
}
