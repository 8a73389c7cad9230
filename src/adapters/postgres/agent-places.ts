import { sql } from 'kysely'
import { z } from 'zod'
import type { AgentPlace, AgentPlaces, PlaceRef } from '../../core/agent-place.ts'
import { isPlatform, platformOf } from '../../core/thread.ts'
import type { Session } from './session.ts'
import { storedJson, storedText } from './stored-text.ts'

export function createAgentPlaces({ handle }: Session): AgentPlaces {
  const ofPlace = (of: PlaceRef) => {
    const { platform, workspaceId, channelId } = columnsOf(of)
    return handle
      .selectFrom('agent_places')
      .selectAll()
      .where('platform', '=', platform)
      .where('workspace_id', '=', workspaceId)
      .where('channel_id', '=', channelId)
  }
  return {
    async find(of) {
      const row = await ofPlace(of).executeTakeFirst()
      return row ? toPlace(row) : {}
    },
    async set(of, { usual, choosable, instructions, notes }) {
      const { platform, workspaceId, channelId } = columnsOf(of)
      const said = {
        usual: usual ?? null,
        choosable: choosable === undefined ? null : storedJson(choosable),
        instructions: instructions === undefined ? null : storedText(instructions),
        notes: notes === undefined ? null : storedText(notes),
      }
      await handle
        .insertInto('agent_places')
        .values({ platform, workspace_id: workspaceId, channel_id: channelId, ...said })
        .onConflict(conflict =>
          conflict.columns(['platform', 'workspace_id', 'channel_id']).doUpdateSet(said),
        )
        .execute()
    },
    async onPath({ platform, workspaceId, channelId }) {
      const { rows } = await sql<PathRow>`
        select said.usual, said.choosable, said.instructions, said.notes, p.workspace_name, p.name
        from (values ('', '', ''), (${platform}, ${workspaceId}, ''), (${platform}, ${workspaceId}, ${channelId}))
          as path (platform, workspace_id, channel_id)
        left join agent_places as said using (platform, workspace_id, channel_id)
        left join places as p using (platform, workspace_id, channel_id)
        order by path.channel_id <> '', path.workspace_id <> ''`.execute(handle)
      const channel = rows.at(-1)
      return {
        said: rows.map(toPlace),
        ...(channel?.workspace_name == null ? {} : { workspaceName: channel.workspace_name }),
        ...(channel?.name == null ? {} : { channelName: channel.name }),
      }
    },
    async list(workspace) {
      let query = handle.selectFrom('agent_places').selectAll()
      query = workspace
        ? query.where('platform', '=', workspace.platform).where('workspace_id', '=', workspace.workspaceId)
        : query.where('platform', '=', '')
      const rows = await query.orderBy('channel_id').execute()
      return rows.map(row => ({ ...refOf(row), ...toPlace(row) }))
    },
    async channels({ platform, workspaceId }) {
      const { rows } = await sql<{ channel_id: string; name: string | null }>`
        select channel_id, max(name) as name from (
          select channel_id, null::text as name from dialogues
            where platform = ${platform} and workspace_id = ${workspaceId} and not direct
          union
          select channel_id, name from places where platform = ${platform} and workspace_id = ${workspaceId}
          union
          select channel_id, null from agent_places
            where platform = ${platform} and workspace_id = ${workspaceId} and channel_id <> ''
        ) as met group by channel_id order by lower(coalesce(max(name), channel_id)), channel_id`.execute(
        handle,
      )
      return rows.map(row => ({
        channelId: row.channel_id,
        ...(row.name === null ? {} : { name: row.name }),
      }))
    },
    async workspaces() {
      const { rows } = await sql<{ platform: string; workspace_id: string; name: string | null }>`
        select platform, workspace_id, max(name) as name from (
          select platform, workspace_id, null::text as name from dialogues
          union
          select platform, workspace_id, workspace_name from places
          union
          select platform, workspace_id, null from agent_places where platform <> ''
        ) as met group by platform, workspace_id
        order by platform, lower(coalesce(max(name), workspace_id)), workspace_id`.execute(handle)
      return rows.map(row => ({
        platform: platformOf(row.platform),
        workspaceId: row.workspace_id,
        ...(row.name === null ? {} : { name: row.name }),
      }))
    },
  }
}

interface PlaceRow {
  readonly usual: string | null
  readonly choosable: unknown
  readonly instructions: string | null
  readonly notes: string | null
}

interface PathRow extends PlaceRow {
  readonly workspace_name: string | null
  readonly name: string | null
}

const choosableShape = z.array(z.string())

function toPlace({ usual, choosable, instructions, notes }: PlaceRow): AgentPlace {
  return {
    ...(usual === null ? {} : { usual }),
    ...(choosable == null ? {} : { choosable: choosableShape.parse(choosable) }),
    ...(instructions === null ? {} : { instructions }),
    ...(notes === null ? {} : { notes }),
  }
}

function columnsOf({ platform, workspaceId = '', channelId = '' }: PlaceRef) {
  return { platform: platform ?? ('' as const), workspaceId, channelId }
}

function refOf(row: {
  readonly platform: string
  readonly workspace_id: string
  readonly channel_id: string
}): PlaceRef {
  if (!isPlatform(row.platform)) return {}
  const { workspace_id: workspaceId, channel_id: channelId, platform } = row
  return { platform, workspaceId, ...(channelId === '' ? {} : { channelId }) }
}
