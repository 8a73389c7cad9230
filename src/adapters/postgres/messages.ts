import { sql } from 'kysely'
import { titleFrom } from '../../core/dialogue.ts'
import type { IdentityRef } from '../../core/identity.ts'
import type { Message, Messages, NewMessage } from '../../core/message.ts'
import type { Place } from '../../core/thread.ts'
import { meet } from './identities.ts'
import { forgetReplies } from './idempotent-replies.ts'
import { newId } from './ids.ts'
import { authorColumns, messageColumns, selectMessages, toMessage } from './message-row.ts'
import { withinLineage } from './lineage.ts'
import { type EndPlace, firstPosition, nextRevision, type Session, takePlace } from './session.ts'
import { searchVector } from './search-vector.ts'
import { storedJson, storedText } from './stored-text.ts'
import { createSummaries } from './summaries.ts'

export function createMessages(session: Session): Messages {
  const { handle } = session
  return {
    append: message => session.atomically(inner => append(inner, message)),
    prepend: (dialogueId, past) => session.atomically(inner => prepend(inner, dialogueId, past)),
    revise: (id, text, files, atMs) => session.atomically(inner => revise(inner, id, text, files, atMs)),
    redact: (id, atMs) => session.atomically(inner => redact(inner, id, atMs)),
    async find(id) {
      const row = await selectMessages(handle)
        .where('messages.id', '=', id)
        .where('messages.position', 'is not', null)
        .executeTakeFirst()
      return row && toMessage(row, 'as said')
    },
    findByRef: (place, ref) => findByRef(session, place, ref),
    async before(dialogueId, beforePosition, limit, branchId) {
      const rows = await selectMessages(handle)
        .where('messages.dialogue_id', '=', dialogueId)
        .where(await withinLineage(handle, branchId))
        .where('messages.position', '<', beforePosition)
        .where('messages.redacted_at', 'is', null)
        .where(on => on.or([on('messages.role', '=', 'user'), on('messages.text', '<>', '')]))
        .orderBy('messages.position', 'desc')
        .limit(limit)
        .execute()
      return rows.map(row => toMessage(row, 'as told'))
    },
    async keepCounted(id, { text, tokens }) {
      await handle
        .updateTable('messages')
        .set({ told: storedText(text), tokens })
        .where('id', '=', id)
        .where('told', 'is', null)
        .where('redacted_at', 'is', null)
        .execute()
    },
    otherSpeakers: (dialogueId, than) => otherSpeakers(session, dialogueId, than),
  }
}

async function append(session: Session, message: NewMessage): Promise<Message | undefined> {
  const { handle } = session
  const author = await meet(handle, message.author)
  const end = await takePlace(session, message.dialogueId)
  const added = await handle
    .insertInto('messages')
    .values({
      id: newId(),
      position: await positionInTime(session, message, end),
      revision: end.revision,
      branch_id: end.branchId,
      role: 'user',
      author_id: author.id,
      ...contentOf(message),
    })
    .onConflict(conflict => conflict.columns(['dialogue_id', 'ref']).doNothing())
    .returning(messageColumns)
    .executeTakeFirst()
  return added && toMessage({ ...added, ...authorColumns(author) }, 'as said')
}

/** Two sockets bring events out of order by moments: only the newest messages are looked at. */
const lookBack = 20

/** After what was said before it and before what was said after it, as the platform dates them. */
async function positionInTime(
  session: Session,
  { dialogueId, sentAtMs }: NewMessage,
  { position: end, platform }: EndPlace,
): Promise<number> {
  // Nothing comes out of order here; and what stands between two messages may be on another branch.
  if (platform === 'web' || end === firstPosition) return end
  const newest = await session.handle
    .selectFrom('messages')
    .select(['position', 'sent_at', 'role'])
    .where('dialogue_id', '=', dialogueId)
    .where('position', 'is not', null)
    .orderBy('position', 'desc')
    .limit(lookBack)
    .execute()
  const later = newest.findLastIndex(other => other.role === 'user' && other.sent_at.getTime() > sentAtMs)
  const after = newest[later]
  if (after?.position == null) return end
  const before = newest[later + 1]?.position ?? after.position - 2
  const between = Math.floor((before + after.position) / 2)
  if (between <= before) return end
  // A summary that reaches beyond it does not tell of it.
  await createSummaries(session).forget(dialogueId, between)
  return between
}

async function prepend(
  session: Session,
  dialogueId: string,
  past: Parameters<Messages['prepend']>[1],
): Promise<void> {
  if (past.length === 0) return
  const { handle } = session
  const revision = await nextRevision(session, dialogueId)
  const first = await handle
    .selectFrom('messages')
    .select(on => on.fn.min('position').as('position'))
    .where('dialogue_id', '=', dialogueId)
    .executeTakeFirstOrThrow()
  let position = (first.position ?? 1) - past.length
  for (const message of past) {
    const author = message.byParley ? undefined : await meet(handle, message.author)
    await handle
      .insertInto('messages')
      .values({
        id: newId(),
        position,
        revision,
        role: author ? 'user' : 'assistant',
        author_id: author?.id ?? null,
        ...contentOf(message),
        dialogue_id: dialogueId,
      })
      .onConflict(conflict => conflict.columns(['dialogue_id', 'ref']).doNothing())
      .execute()
    position += 1
  }
}

function contentOf(message: NewMessage) {
  const text = storedText(message.text)
  return {
    dialogue_id: message.dialogueId,
    ref: message.ref,
    text,
    search: searchVector(text),
    files: storedJson(message.files),
    sent_at: new Date(message.sentAtMs),
    from_web: message.fromWeb ?? false,
  }
}

/** Locks the Dialogue before the message, as everywhere. */
async function revisionFor(session: Session, messageId: string): Promise<number | undefined> {
  const message = await session.handle
    .selectFrom('messages')
    .select('dialogue_id')
    .where('id', '=', messageId)
    .executeTakeFirst()
  return message && nextRevision(session, message.dialogue_id)
}

async function revise(
  session: Session,
  id: string,
  text: string,
  files: readonly string[],
  atMs: number,
): Promise<void> {
  const { handle } = session
  const revision = await revisionFor(session, id)
  if (revision === undefined) return
  await sql`
    insert into message_versions (message_id, version, text, files, replaced_at)
    select id, version, text, files, ${new Date(atMs)}::timestamptz
    from messages where id = ${id} and redacted_at is null
    for update`.execute(handle)
  const words = storedText(text)
  await handle
    .updateTable('messages')
    .set({
      text: words,
      search: searchVector(words),
      files: storedJson(files),
      version: sql`version + 1`,
      told: null,
      tokens: null,
      revision,
    })
    .where('id', '=', id)
    .where('redacted_at', 'is', null)
    .execute()
}

async function redact(session: Session, id: string, atMs: number): Promise<void> {
  const { handle } = session
  const revision = await revisionFor(session, id)
  if (revision === undefined) return
  const message = await handle
    .selectFrom('messages')
    .select(['dialogue_id', 'position', 'text'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!message) return
  const versions = await handle
    .deleteFrom('message_versions')
    .where('message_id', '=', id)
    .returning('text')
    .execute()
  await handle
    .updateTable('messages')
    .set({
      text: '',
      search: '',
      told: null,
      tokens: null,
      files: '[]',
      redacted_at: new Date(atMs),
      revision,
    })
    .where('id', '=', id)
    .execute()
  // A title is the beginning of what was asked first.
  const titles = [message, ...versions].map(({ text }) => titleFrom(text))
  await handle
    .updateTable('dialogues')
    .set({ title: titleFrom(''), search: searchVector(titleFrom('')), head_revision: revision })
    .where('id', '=', message.dialogue_id)
    .where('title', 'in', titles)
    .execute()
  await forgetReplies(handle, message.dialogue_id)
  // What models were asked quotes it word for word.
  await sql`
    update model_calls set request = jsonb_set(request, '{messages}', '[]')
    from turns
    where turns.id = model_calls.turn_id
      and turns.dialogue_id = ${message.dialogue_id}
      and model_calls.through_position > ${message.position}`.execute(handle)
}

async function findByRef({ handle }: Session, place: Place, ref: string): Promise<Message | undefined> {
  const row = await selectMessages(handle)
    .innerJoin('dialogues', 'dialogues.id', 'messages.dialogue_id')
    .where('messages.ref', '=', ref)
    .where('messages.role', '=', 'user')
    .where('dialogues.platform', '=', place.platform)
    .where('dialogues.workspace_id', '=', place.workspaceId)
    .where('dialogues.channel_id', '=', place.channelId)
    .orderBy('messages.id')
    .limit(1)
    .executeTakeFirst()
  return row && toMessage(row, 'as said')
}

async function otherSpeakers({ handle }: Session, dialogueId: string, than: IdentityRef): Promise<number> {
  const { count } = await handle
    .selectFrom('messages')
    .innerJoin('identities', 'identities.id', 'messages.author_id')
    .select(on => on.fn.count<number>('messages.author_id').distinct().as('count'))
    .where('messages.dialogue_id', '=', dialogueId)
    .where(on =>
      on.not(
        on.and([
          on('identities.platform', '=', than.platform),
          on('identities.realm', '=', than.realm),
          on('identities.user_id', '=', than.userId),
        ]),
      ),
    )
    .executeTakeFirstOrThrow()
  return Number(count)
}
