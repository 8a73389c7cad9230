import { sql } from 'kysely'
import type { Teammates } from '../../core/teammate.ts'
import { readable } from './history-visible.ts'
import { nextRevision, type Session } from './session.ts'
import { toWorkspace, workspaceName, type WorkspaceRow } from './workspace-row.ts'

export function createTeammates(session: Session): Teammates {
  const { handle } = session

  /** Changes who is in it, in one transaction with the word that it changed. */
  const change = (dialogueId: string, work: (inner: Session) => Promise<unknown>) =>
    session.atomically(async inner => {
      await nextRevision(inner, dialogueId, { head: true })
      await work(inner)
      await noteWhetherAlone(inner, dialogueId)
    })

  return {
    list: dialogueId =>
      handle
        .selectFrom('dialogue_members')
        .innerJoin('members', 'members.id', 'dialogue_members.member_id')
        .select(['members.id as memberId', 'members.username', 'members.nickname'])
        .where('dialogue_id', '=', dialogueId)
        .orderBy('joined_at')
        .orderBy('members.id')
        .execute(),
    invite: (dialogueId, memberId, invitedBy, atMs) =>
      change(dialogueId, inner =>
        inner.handle
          .insertInto('dialogue_members')
          .values({
            dialogue_id: dialogueId,
            member_id: memberId,
            invited_by: invitedBy,
            joined_at: new Date(atMs),
          })
          .onConflict(conflict => conflict.doNothing())
          .execute(),
      ),
    remove: (dialogueId, memberId) =>
      change(dialogueId, inner =>
        inner.handle
          .deleteFrom('dialogue_members')
          .where('dialogue_id', '=', dialogueId)
          .where('member_id', '=', memberId)
          .execute(),
      ),
    async workspaces(dialogueId) {
      const { rows } = await sql<WorkspaceRow>`
        select platform, workspace_id, ${workspaceName('dialogue_workspaces')} as name
        from dialogue_workspaces where dialogue_id = ${dialogueId}
        order by invited_at, platform, workspace_id`.execute(handle)
      return rows.map(toWorkspace)
    },
    async workspacesOf(viewer, atMs) {
      const { rows } = await sql<WorkspaceRow>`
        select platform, workspace_id, ${workspaceName('mine')} as name
        from (select distinct platform, workspace_id from ${readable({ viewer, now: new Date(atMs) })}) as mine
        order by platform, workspace_id`.execute(handle)
      return rows.map(toWorkspace)
    },
    inviteWorkspace: (dialogueId, { platform, workspaceId }, invitedBy, atMs) =>
      change(dialogueId, inner =>
        inner.handle
          .insertInto('dialogue_workspaces')
          .values({
            dialogue_id: dialogueId,
            platform,
            workspace_id: workspaceId,
            invited_by: invitedBy,
            invited_at: new Date(atMs),
          })
          .onConflict(conflict => conflict.doNothing())
          .execute(),
      ),
    removeWorkspace: (dialogueId, { platform, workspaceId }) =>
      change(dialogueId, inner =>
        inner.handle
          .deleteFrom('dialogue_workspaces')
          .where('dialogue_id', '=', dialogueId)
          .where('platform', '=', platform)
          .where('workspace_id', '=', workspaceId)
          .execute(),
      ),
  }
}

/** Alone with Parley, every message is meant for it. */
async function noteWhetherAlone({ handle }: Session, dialogueId: string): Promise<void> {
  await handle
    .updateTable('dialogues')
    .set({
      direct: sql`not exists (select from dialogue_members where dialogue_members.dialogue_id = dialogues.id)
        and not exists (select from dialogue_workspaces where dialogue_workspaces.dialogue_id = dialogues.id)`,
    })
    .where('id', '=', dialogueId)
    .where('platform', '=', 'web')
    .execute()
}
