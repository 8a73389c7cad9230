import { sql } from 'kysely'
import type { BreakGlasses, GlassEntry } from '../../core/break-glass.ts'
import { ParleyError } from '../../core/errors.ts'
import type { Platform } from '../../core/thread.ts'
import type { Handle } from './database.ts'
import { newId } from './ids.ts'
import { olderThan } from './older-than.ts'
import type { Session } from './session.ts'
import type { BreakGlassTable } from './sharing-tables.ts'
import { storedText } from './stored-text.ts'

export function createBreakGlasses({ handle }: Session): BreakGlasses {
  return {
    async add({ dialogueId, memberId, reason, openedAtMs, untilMs }) {
      const dialogue = await handle
        .selectFrom('dialogues')
        .select('id')
        .where('id', '=', dialogueId)
        .forKeyShare()
        .executeTakeFirst()
      if (!dialogue) throw new ParleyError('not_found', 'There is no such dialogue.')
      const id = newId(openedAtMs)
      await handle
        .insertInto('break_glasses')
        .values({
          id,
          dialogue_id: dialogueId,
          member_id: memberId,
          reason: storedText(reason),
          opened_at: new Date(openedAtMs),
          until: new Date(untilMs),
        })
        .execute()
      return getGlass(handle, id)
    },
    async find(id) {
      return findGlass(handle, id)
    },
    async peopleIn(dialogueId) {
      const { rows } = await sql<{ id: string; member_id: string | null }>`
        select id, member_id from identities where id in (
          select author_id from messages where dialogue_id = ${dialogueId} and author_id is not null
          union select owner_id from dialogues where id = ${dialogueId}
          union select own.id from dialogue_members
            join identities as own on own.member_id = dialogue_members.member_id and own.platform = 'web'
            where dialogue_members.dialogue_id = ${dialogueId})
        order by id`.execute(handle)
      return rows.map(row => ({
        identityId: row.id,
        ...(row.member_id === null ? {} : { memberId: row.member_id }),
      }))
    },
    async list({ limit, before }) {
      const { rows } = await sql<GlassRow>`
        select break_glasses.*, dialogues.platform, dialogues.workspace_id, dialogues.channel_id, dialogues.direct,
          places.name as channel_name, members.nickname
        from break_glasses
        join dialogues on dialogues.id = break_glasses.dialogue_id
        join members on members.id = break_glasses.member_id
        left join places using (platform, workspace_id, channel_id)
        where ${before === undefined ? sql`true` : olderThan('break_glasses', 'opened_at', before)}
        order by opened_at desc, break_glasses.id desc limit ${limit}`.execute(handle)
      return rows.map(toEntry)
    },
    async close(id, memberId, atMs) {
      const at = new Date(atMs)
      await handle
        .updateTable('break_glasses')
        .set({ until: at })
        .where('id', '=', id)
        .where('member_id', '=', memberId)
        .where('until', '>', at)
        .execute()
    },
  }
}

async function getGlass(handle: Handle, id: string) {
  const glass = await findGlass(handle, id)
  if (!glass) throw new ParleyError('not_found', 'There is no such opening.')
  return glass
}

async function findGlass(handle: Handle, id: string) {
  const row = await handle
    .selectFrom('break_glasses')
    .innerJoin('dialogues', 'dialogues.id', 'break_glasses.dialogue_id')
    .selectAll('break_glasses')
    .select('dialogues.title')
    .where('break_glasses.id', '=', id)
    .executeTakeFirst()
  return (
    row && {
      id: row.id,
      dialogueId: row.dialogue_id,
      memberId: row.member_id,
      reason: row.reason,
      title: row.title,
      openedAtMs: row.opened_at.getTime(),
      untilMs: row.until.getTime(),
    }
  )
}

interface GlassRow extends BreakGlassTable {
  readonly platform: Platform
  readonly workspace_id: string
  readonly channel_id: string
  readonly direct: boolean
  readonly channel_name: string | null
  readonly nickname: string
}

function toEntry(row: GlassRow): GlassEntry {
  return {
    id: row.id,
    dialogueId: row.dialogue_id,
    memberId: row.member_id,
    reason: row.reason,
    openedAtMs: row.opened_at.getTime(),
    untilMs: row.until.getTime(),
    place: { platform: row.platform, workspaceId: row.workspace_id, channelId: row.channel_id },
    direct: row.direct,
    nickname: row.nickname,
    ...(row.channel_name === null ? {} : { channelName: row.channel_name }),
  }
}
