import { sql } from 'kysely'
import type { Teammates } from '../../core/teammate.ts'
import { nextRevision, type Session } from './session.ts'

export function createTeammates(session: Session): Teammates {
  return {
    list: dialogueId =>
      session.handle
        .selectFrom('dialogue_members')
        .innerJoin('members', 'members.id', 'dialogue_members.member_id')
        .select(['members.id as memberId', 'members.username', 'members.nickname'])
        .where('dialogue_id', '=', dialogueId)
        .orderBy('joined_at')
        .orderBy('members.id')
        .execute(),
    invite: (dialogueId, memberId, invitedBy, atMs) =>
      session.atomically(async inner => {
        await nextRevision(inner, dialogueId, { head: true })
        await inner.handle
          .insertInto('dialogue_members')
          .values({
            dialogue_id: dialogueId,
            member_id: memberId,
            invited_by: invitedBy,
            joined_at: new Date(atMs),
          })
          .onConflict(conflict => conflict.doNothing())
          .execute()
        await noteWhetherAlone(inner, dialogueId)
      }),
    remove: (dialogueId, memberId) =>
      session.atomically(async inner => {
        await nextRevision(inner, dialogueId, { head: true })
        await inner.handle
          .deleteFrom('dialogue_members')
          .where('dialogue_id', '=', dialogueId)
          .where('member_id', '=', memberId)
          .execute()
        await noteWhetherAlone(inner, dialogueId)
      }),
  }
}

/** Alone with Parley, every message is meant for it. */
async function noteWhetherAlone({ handle }: Session, dialogueId: string): Promise<void> {
  await handle
    .updateTable('dialogues')
    .set({
      direct: sql`not exists (select from dialogue_members where dialogue_members.dialogue_id = dialogues.id)`,
    })
    .where('id', '=', dialogueId)
    .where('platform', '=', 'web')
    .execute()
}
