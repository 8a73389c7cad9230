import { sql } from 'kysely'
import type { WorkspaceRoles } from '../../core/authority.ts'
import type { Session } from './session.ts'
import { toWorkspace, workspaceName, type WorkspaceRow } from './workspace-row.ts'

export function createWorkspaceRoles({ handle }: Session): WorkspaceRoles {
  return {
    async of(memberId) {
      const rows = await handle
        .selectFrom('workspace_roles')
        .selectAll()
        .where('member_id', '=', memberId)
        .orderBy('platform')
        .orderBy('workspace_id')
        .execute()
      return rows.map(({ platform, workspace_id: workspaceId, role }) => ({ platform, workspaceId, role }))
    },
    async in({ platform, workspaceId }) {
      const rows = await handle
        .selectFrom('workspace_roles')
        .select(['member_id', 'role'])
        .where('platform', '=', platform)
        .where('workspace_id', '=', workspaceId)
        .orderBy('member_id')
        .execute()
      return rows.map(({ member_id: memberId, role }) => ({ memberId, role }))
    },
    async managing(workspace) {
      const rows = await handle
        .selectFrom('members')
        .select('id')
        .where('suspended_at', 'is', null)
        .where(eb =>
          eb.or([
            eb('role', 'in', ['owner', 'admin']),
            eb(
              'id',
              'in',
              eb
                .selectFrom('workspace_roles')
                .select('member_id')
                .where('role', '=', 'admin')
                .where('platform', '=', workspace?.platform ?? 'web')
                .where('workspace_id', '=', workspace?.workspaceId ?? ''),
            ),
          ]),
        )
        .orderBy('id')
        .execute()
      return rows.map(({ id }) => id)
    },
    async visibleTo({ role, workspaces }) {
      const given = JSON.stringify(
        workspaces.map(({ platform, workspaceId }) => ({ platform, workspace_id: workspaceId })),
      )
      const asked = sql`select platform, workspace_id
        from jsonb_to_recordset(${given}::jsonb) as given (platform text, workspace_id text)`
      const known = sql`${workspacesMet} union select platform, workspace_id from places
        union select platform, workspace_id from workspace_roles union ${asked}`
      const { rows } = await sql<WorkspaceRow>`
        select platform, workspace_id, ${workspaceName('mine')} as name
        from (${role === 'member' ? asked : known}) as mine
        order by 3 nulls last, platform, workspace_id
        limit 200`.execute(handle)
      return rows.map(toWorkspace)
    },
    async set(memberId, { platform, workspaceId }, role) {
      if (role === undefined) {
        await handle
          .deleteFrom('workspace_roles')
          .where('member_id', '=', memberId)
          .where('platform', '=', platform)
          .where('workspace_id', '=', workspaceId)
          .execute()
        return
      }
      await handle
        .insertInto('workspace_roles')
        .values({ member_id: memberId, platform, workspace_id: workspaceId, role })
        .onConflict(conflict =>
          conflict.columns(['member_id', 'platform', 'workspace_id']).doUpdateSet({ role }),
        )
        .execute()
    },
  }
}

/** Those with Dialogues: one step of the index for each, however many Dialogues it has. */
const workspacesMet = sql`
  select platform, workspace_id from (
    with recursive met (platform, workspace_id) as (
      (select platform, workspace_id from dialogues order by platform, workspace_id limit 1)
      union all
      select next.platform, next.workspace_id from met cross join lateral (
        select platform, workspace_id from dialogues
        where (dialogues.platform, dialogues.workspace_id) > (met.platform, met.workspace_id)
        order by platform, workspace_id limit 1) as next)
    select platform, workspace_id from met) as met`
