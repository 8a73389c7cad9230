import type { PlaceNames } from '../../core/place-names.ts'
import type { Session } from './session.ts'

export function createPlaceNames({ handle }: Session): PlaceNames {
  return {
    async list(workspace, limit) {
      const all = handle
        .selectFrom('places')
        .select(['platform', 'workspace_id', 'channel_id', 'name', 'workspace_name'])
        .orderBy('name')
        .orderBy('channel_id')
        .limit(limit)
      const rows = await (workspace
        ? all
            .where('platform', '=', workspace.platform)
            .where('workspace_id', '=', workspace.workspaceId)
            .execute()
        : all.execute())
      return rows.map(row => ({
        platform: row.platform,
        workspaceId: row.workspace_id,
        channelId: row.channel_id,
        ...(row.workspace_name === null ? {} : { workspaceName: row.workspace_name }),
        ...(row.name === null ? {} : { channelName: row.name }),
      }))
    },
  }
}
