import { sql } from 'kysely'
import type { Dialogue, DialogueChange, DialogueOpening, Dialogues } from '../../core/dialogue.ts'
import { ParleyError } from '../../core/errors.ts'
import type { ThreadRef } from '../../core/thread.ts'
import type { Handle } from './database.ts'
import { dialogueColumns, type DialogueRow, toDialogue } from './dialogue-row.ts'
import { meet } from './identities.ts'
import { forgetReplies } from './idempotent-replies.ts'
import { newId } from './ids.ts'
import { lockDialogue, nextRevision, type Session } from './session.ts'
import { notify } from './signals.ts'
import { searchVector } from './search-vector.ts'
import { storedJson, storedText } from './stored-text.ts'

export function createDialogues(session: Session): Dialogues {
  const { handle } = session
  return {
    async find(thread) {
      const row = await ofThread(handle, thread).executeTakeFirst()
      return row && toDialogue(row)
    },
    open: opening => session.atomically(inner => open(inner, opening)),
    async get(id) {
      const row = await handle
        .selectFrom('dialogues')
        .select(dialogueColumns)
        .where('id', '=', id)
        .executeTakeFirst()
      if (!row) throw new ParleyError('not_found', 'There is no such dialogue.')
      return toDialogue(row)
    },
    lock: id => lockDialogue(session, id),
    async ofPart(place, partRef) {
      const row = await handle
        .selectFrom('dialogues')
        .select(dialogueColumns)
        .where('platform', '=', place.platform)
        .where('workspace_id', '=', place.workspaceId)
        .where('channel_id', '=', place.channelId)
        .where('id', 'in', query =>
          query
            .selectFrom('parts')
            .innerJoin('messages', 'messages.id', 'parts.message_id')
            .select('messages.dialogue_id')
            .where('parts.ref', '=', partRef),
        )
        .forNoKeyUpdate()
        .executeTakeFirst()
      return row && toDialogue(row)
    },
    async moveTo(id, thread) {
      await handle.updateTable('dialogues').set(columnsOf(thread)).where('id', '=', id).execute()
    },
    change: (id, change) => session.atomically(inner => changeDialogue(inner, id, change)),
    remove: id =>
      session.atomically(async inner => {
        const gone = await inner.handle
          .deleteFrom('dialogues')
          .where('id', '=', id)
          .returning('id')
          .executeTakeFirst()
        await forgetReplies(inner.handle, id)
        if (gone) await notify({ type: 'dialogue', dialogueId: id }).execute(inner.handle)
      }),
    async saveDelivery(id, delivery) {
      await handle
        .updateTable('dialogues')
        .set({ delivery: sql`delivery || ${storedJson(delivery)}::jsonb` })
        .where('id', '=', id)
        .execute()
    },
    async markHistoryRead(id) {
      await handle.updateTable('dialogues').set({ history_read: true }).where('id', '=', id).execute()
    },
    async directChannels(platform, limit) {
      const rows = await handle
        .selectFrom('dialogues')
        .select('channel_id')
        .where('platform', '=', platform)
        .where('direct', '=', true)
        .groupBy('channel_id')
        .orderBy(sql`max(used_at)`, 'desc')
        .limit(limit)
        .execute()
      return rows.map(row => row.channel_id)
    },
  }
}

async function open({ handle }: Session, opening: DialogueOpening): Promise<Dialogue> {
  const delivery = storedJson(opening.delivery ?? {})
  const owner = opening.owner ? await meet(handle, opening.owner) : undefined
  const title = storedText(opening.title)
  // The update locks the row whether it was there or not, and waits for whoever is making it just now.
  const id = newId()
  const row = await handle
    .insertInto('dialogues')
    .values({
      id,
      ...columnsOf(opening.thread),
      direct: opening.direct,
      title,
      search: searchVector(title),
      owner_id: owner?.id ?? null,
      delivery,
      history_read: !opening.historyToRead,
      private_thread: opening.privateThread ?? false,
      agent: opening.agent ?? null,
      title_by: opening.titleBy ?? 'first_words',
    })
    .onConflict(conflict =>
      conflict.columns(['platform', 'workspace_id', 'channel_id', 'thread_id']).doUpdateSet({
        delivery: sql`dialogues.delivery || excluded.delivery`,
        owner_id: sql`coalesce(dialogues.owner_id, case when dialogues.direct then excluded.owner_id end)`,
        private_thread: sql`dialogues.private_thread or excluded.private_thread`,
      }),
    )
    .returning([...dialogueColumns, isNewPlace.as('is_new_place')])
    .executeTakeFirstOrThrow()
  if (row.id === id && !row.direct && row.is_new_place) await countPlace(handle, row)
  return toDialogue(row)
}

/** Whether the platform was never asked who reads where this stands: its channel held nothing before, or it is private. */
const isNewPlace = sql<boolean>`dialogues.private_thread or not exists (
  select from dialogues as other
  where other.platform = dialogues.platform and other.workspace_id = dialogues.workspace_id
    and other.channel_id = dialogues.channel_id and not other.direct and other.id <> dialogues.id
)`

/** Whoever was asked about before the count grew is asked about again, so that a new place is not unseen for minutes. */
async function countPlace(handle: Handle, { platform, workspace_id }: DialogueRow): Promise<void> {
  await handle
    .insertInto('audience_workspaces')
    .values({ platform, workspace_id, opened: 1 })
    .onConflict(conflict =>
      conflict
        .columns(['platform', 'workspace_id'])
        .doUpdateSet({ opened: sql`audience_workspaces.opened + 1` }),
    )
    .execute()
}

async function changeDialogue(
  session: Session,
  id: string,
  { title, agent, direct, quiet }: DialogueChange,
): Promise<void> {
  await nextRevision(session, id, { head: true })
  const { handle } = session
  if (title) {
    let naming = handle
      .updateTable('dialogues')
      .set({
        title: storedText(title.text),
        search: searchVector(storedText(title.text)),
        title_by: title.by,
      })
      .where('id', '=', id)
    if (title.by === 'model') naming = naming.where('title_by', '<>', 'hand')
    await naming.execute()
  }
  if (agent !== undefined) await handle.updateTable('dialogues').set({ agent }).where('id', '=', id).execute()
  if (quiet !== undefined) await handle.updateTable('dialogues').set({ quiet }).where('id', '=', id).execute()
  if (direct !== undefined)
    await handle.updateTable('dialogues').set({ direct }).where('id', '=', id).execute()
}

function ofThread(handle: Handle, thread: ThreadRef) {
  return handle
    .selectFrom('dialogues')
    .select(dialogueColumns)
    .where('platform', '=', thread.platform)
    .where('workspace_id', '=', thread.workspaceId)
    .where('channel_id', '=', thread.channelId)
    .where('thread_id', '=', thread.threadId)
}

function columnsOf(thread: ThreadRef) {
  return {
    platform: thread.platform,
    workspace_id: thread.workspaceId,
    channel_id: thread.channelId,
    thread_id: thread.threadId,
  }
}
