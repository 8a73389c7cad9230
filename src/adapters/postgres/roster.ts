import { type RawBuilder, type Selectable, sql } from 'kysely'
import { eraseJobKind } from '../../core/erasure.ts'
import type { Roster, RosterEntry, RosterFilter } from '../../core/roster.ts'
import type { Platform } from '../../core/thread.ts'
import type { Workspace } from '../../core/workspace.ts'
import type { MemberTable } from './account-tables.ts'
import { toMember } from './member-row.ts'
import { containing } from './pattern.ts'
import type { Session } from './session.ts'

export function createRoster({ handle }: Session): Roster {
  const entries = async (where: RawBuilder<unknown>, limit: number) => {
    const { rows } = await sql<EntryRow>`
      select members.*,
        (select tag from avatars where avatars.member_id = members.id) as tag,
        exists (select from workspace_roles where workspace_roles.member_id = members.id) as in_workspaces,
        array(select distinct platform from identities
          where identities.member_id = members.id and platform <> 'web' order by platform) as platforms,
        (select max(used_at) from sessions where sessions.member_id = members.id) as seen_at,
        exists (select from jobs where lane = ${`${eraseJobKind}:`} || members.id) as erasing
      from members where ${where}
      order by lower(username) limit ${limit}`.execute(handle)
    return rows.map(toEntry)
  }
  return {
    list(filter, { limit, after }) {
      const from = after === undefined ? [] : [sql`lower(username) > lower(${after})`]
      return entries(sql.join([sql`true`, ...conditions(filter), ...from], sql` and `), limit)
    },
    async find(id, workspace) {
      const within = workspace === undefined ? sql`true` : inWorkspace(workspace)
      return (await entries(sql`members.id = ${id} and ${within}`, 1))[0]
    },
    async names(ids) {
      if (ids.length === 0) return new Map()
      const { rows } = await sql<{ id: string; name: string }>`
        select id, nickname as name from members where id = any(${[...ids]}::text[])
        union all
        select id, name from identities where id = any(${[...ids]}::text[]) and name is not null`.execute(
        handle,
      )
      return new Map(rows.map(({ id, name }) => [id, name]))
    },
  }
}

interface EntryRow extends Selectable<MemberTable> {
  readonly tag: string | null
  readonly in_workspaces: boolean
  readonly platforms: readonly Platform[]
  readonly seen_at: Date | null
  readonly erasing: boolean
}

function toEntry({ platforms, seen_at, erasing, ...row }: EntryRow): RosterEntry {
  return {
    member: toMember(row),
    platforms,
    erasing,
    ...(seen_at === null ? {} : { seenAtMs: seen_at.getTime() }),
  }
}

function conditions({ q, byEmail, role, suspended, platform, workspace }: RosterFilter) {
  const found: RawBuilder<unknown>[] = []
  const wanted = q?.trim() ?? ''
  if (wanted !== '') {
    const like = containing(wanted)
    const email = byEmail ? sql`or email ilike ${like}` : sql``
    found.push(sql`(username ilike ${like} or nickname ilike ${like} ${email})`)
  }
  if (role !== undefined) found.push(sql`role = ${role}`)
  if (suspended !== undefined) found.push(sql`(suspended_at is not null) = ${suspended}`)
  if (platform !== undefined)
    found.push(
      sql`exists (select from identities where identities.member_id = members.id and platform = ${platform})`,
    )
  if (workspace !== undefined) found.push(inWorkspace(workspace))
  return found
}

function inWorkspace({ platform, workspaceId }: Workspace): RawBuilder<unknown> {
  return sql`(
    exists (select from identities where identities.member_id = members.id and identities.platform = ${platform}
      and (identities.realm = ${workspaceId} or exists (select from audience_places
        where audience_places.identity_id = identities.id and audience_places.platform = ${platform}
          and audience_places.workspace_id = ${workspaceId})))
    or exists (select from workspace_roles where workspace_roles.member_id = members.id
      and workspace_roles.platform = ${platform} and workspace_roles.workspace_id = ${workspaceId}))`
}
