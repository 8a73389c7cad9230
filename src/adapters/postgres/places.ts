import { type RawBuilder, sql } from 'kysely'
import type { KnownPlace, PlaceFilter, Places } from '../../core/places.ts'
import type { Platform } from '../../core/thread.ts'
import type { Handle } from './database.ts'
import type { Session } from './session.ts'

export function createPlaces({ handle }: Session): Places {
  return {
    list: ({ workspace, q }, { limit, after }) =>
      read(handle, workspace ? { workspace } : {}, limit, [
        ...(q === undefined || q === '' ? [] : [sql`(name ilike ${like(q)} or channel_id ilike ${like(q)})`]),
        ...(after === undefined
          ? []
          : [
              sql`(platform, workspace_id, sort, channel_id) > (
                select platform, workspace_id, sort, channel_id from known
                where concat_ws(':', platform, workspace_id, channel_id) = ${after})`,
            ]),
      ]),
    async find({ channelId, ...workspace }) {
      const [found] = await read(handle, { workspace }, 1, [sql`channel_id = ${channelId}`])
      return found
    },
  }
}

interface Row {
  platform: Platform
  workspace_id: string
  channel_id: string
  name: string | null
  workspace_name: string | null
  readers: number | null
  dialogues: number
  used_at: Date | string | null
  has_policy: boolean
  kept_days: number | null
}

async function read(
  handle: Handle,
  { workspace }: Pick<PlaceFilter, 'workspace'>,
  limit: number,
  conditions: readonly RawBuilder<unknown>[],
): Promise<readonly KnownPlace[]> {
  const here = workspace
    ? sql`platform = ${workspace.platform} and workspace_id = ${workspace.workspaceId}`
    : sql`platform <> 'web'`
  const { rows } = await sql<Row>`
    with used as (
      select platform, workspace_id, channel_id, count(*)::int as dialogues, max(used_at) as used_at
      from dialogues where not direct and ${here}
      group by platform, workspace_id, channel_id
    ), known as (
      select platform, workspace_id, channel_id, name, workspace_name, readers,
        coalesce(dialogues, 0) as dialogues, used_at, lower(coalesce(name, channel_id)) as sort
      from used full join (select * from places where ${here}) as told
        using (platform, workspace_id, channel_id)
    )
    select known.*,
      exists (
        select from policies
        where policies.platform = known.platform and policies.workspace_id = known.workspace_id
          and policies.channel_id = known.channel_id) as has_policy,
      (select days from retention_rules as rule
        where rule.platform = known.platform and rule.workspace_id = known.workspace_id
          and rule.channel_id in ('', known.channel_id)
        order by rule.channel_id desc limit 1) as kept_days
    from known
    where ${sql.join([sql`true`, ...conditions], sql` and `)}
    order by platform, workspace_id, sort, channel_id
    limit ${limit}`.execute(handle)
  return rows.map(toPlace)
}

function toPlace(row: Row): KnownPlace {
  return {
    platform: row.platform,
    workspaceId: row.workspace_id,
    channelId: row.channel_id,
    ...(row.name === null ? {} : { name: row.name }),
    ...(row.workspace_name === null ? {} : { workspaceName: row.workspace_name }),
    ...(row.readers === null ? {} : { readers: row.readers }),
    dialogues: row.dialogues,
    ...(row.used_at === null ? {} : { usedAtMs: new Date(row.used_at).getTime() }),
    hasPolicy: row.has_policy,
    ...(row.kept_days === null ? {} : { keptDays: row.kept_days }),
  }
}

const like = (q: string) => `%${q.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
