import { type Selectable, sql } from 'kysely'
import { z } from 'zod'
import type { Dialogue } from '../../core/dialogue.ts'
import type { ThreadRef } from '../../core/thread.ts'
import type { DialogueTable } from './tables.ts'

/** But for the words it is searched by, which may be many. */
export const dialogueColumns = [
  'id',
  'platform',
  'workspace_id',
  'channel_id',
  'thread_id',
  'direct',
  'title',
  'delivery',
  'history_read',
  'owner_id',
  'title_by',
  'branch_id',
  'private_thread',
  'agent',
  'quiet',
] as const

export type DialogueRow = Pick<Selectable<DialogueTable>, (typeof dialogueColumns)[number]>

/** The same columns in one, for a statement that reads something else with its Dialogue. */
export const dialogueInOne = sql<DialogueRow>`jsonb_build_object(${sql.join(
  dialogueColumns.flatMap(name => [sql.lit(name), sql.ref(`dialogues.${name}`)]),
)})`

/** Where a Dialogue stands, of any row that tells it. */
export function toThread(
  row: Pick<DialogueRow, 'platform' | 'workspace_id' | 'channel_id' | 'thread_id'>,
): ThreadRef {
  return {
    platform: row.platform,
    workspaceId: row.workspace_id,
    channelId: row.channel_id,
    threadId: row.thread_id,
  }
}

const deliveryShape = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))

export function toDialogue(row: DialogueRow): Dialogue {
  return {
    id: row.id,
    thread: toThread(row),
    direct: row.direct,
    title: row.title,
    delivery: deliveryShape.parse(row.delivery),
    historyRead: row.history_read,
    ...(row.title_by === 'first_words' ? {} : { titleBy: row.title_by }),
    ...(row.owner_id === null ? {} : { ownerId: row.owner_id }),
    ...(row.agent === null ? {} : { agent: row.agent }),
    ...(row.branch_id === null ? {} : { branchId: row.branch_id }),
    ...(row.quiet ? { quiet: true } : {}),
  }
}
