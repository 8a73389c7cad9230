import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { ErrorCode } from '../../core/errors.ts'
import { ParleyError } from '../../core/errors.ts'
import type { MessageVersion, ShownMessage, Speaker } from '../../core/history.ts'
import { nameMentions } from '../../core/mention.ts'
import { toDisplayName } from '../../core/speaker.ts'
import type { TurnState } from '../../core/turn.ts'
import type { Handle } from './database.ts'
import { type Line, nameOf, readLine, type Stretch } from './history-branches.ts'
import { namesIn, type Names } from './history-names.ts'
import { inShort, parseReceipt } from './history-receipt.ts'
import { mayRead, type Sight } from './history-visible.ts'

export interface MessagesRequest {
  readonly branchId?: string | null
  readonly before?: number
  readonly limit: number
}

export interface MessagesPage {
  readonly messages: readonly ShownMessage[]
  readonly more: boolean
}

interface Row {
  readonly id: string
  readonly position: number
  readonly role: 'user' | 'assistant'
  readonly author_id: string | null
  readonly author_name: string | null
  readonly member_id: string | null
  readonly avatar_tag: string | null
  readonly ref: string | null
  readonly part_ref: string | null
  readonly text: string
  readonly version: number
  readonly files: unknown
  readonly sent_at: Date
  readonly redacted_at: Date | null
  readonly branch_id: string | null
  readonly from_web: boolean
  readonly turn_id: string | null
  readonly turn_state: TurnState | null
  readonly end_error: ErrorCode | null
  readonly stopped: boolean | null
  readonly receipt: unknown
  readonly asks: boolean
}

const maxMessages = 500

export async function readMessages(
  handle: Handle,
  sight: Sight,
  dialogueId: string,
  { branchId, before, limit }: MessagesRequest,
): Promise<MessagesPage> {
  if (!Number.isInteger(limit) || limit < 1 || limit > maxMessages)
    throw new ParleyError('invalid', `A page holds 1 to ${maxMessages} messages.`)
  if (before !== undefined && !Number.isSafeInteger(before))
    throw new ParleyError('invalid', 'Messages stand at whole numbers.')
  const dialogue = await readDialogue(handle, sight, dialogueId)
  const line = await readLine(handle, dialogueId, branchId === undefined ? dialogue.branch_id : branchId)
  // One more than is shown: it tells whether there are more, and what stands before the first.
  const rows = await selectRows(
    handle,
    sql`messages.dialogue_id = ${dialogueId} and ${onLine(line)}
      and messages.position < ${before ?? Number.MAX_SAFE_INTEGER}
      order by messages.position desc limit ${limit + 1}`,
  )
  const shown = rows.slice(0, limit).toReversed()
  const waiting =
    before === undefined ? await readWaiting(handle, dialogueId, line, dialogue.next_position) : []
  const messages = [...shown, ...waiting]
  const names = await namesIn(handle, dialogueId, messages)
  let previous = rows[limit]?.position ?? Number.NEGATIVE_INFINITY
  return {
    messages: messages.map(row => {
      const branches = line.choicesAt({ position: row.position, way: row.branch_id }, previous)
      previous = row.position
      return { ...toShown(row, names), ...(branches ? { branches, way: nameOf(row.branch_id) } : {}) }
    }),
    more: rows.length > limit,
  }
}

async function readDialogue(handle: Handle, sight: Sight, dialogueId: string) {
  const { rows } = await sql<{ branch_id: string | null; next_position: number }>`
    select d.branch_id, d.next_position from dialogues as d
    where d.id = ${dialogueId} and ${mayRead(sight)}`.execute(handle)
  const [dialogue] = rows
  if (!dialogue) throw new ParleyError('not_found', 'There is no such dialogue.')
  return dialogue
}

function onLine({ stretches }: Line): RawBuilder<boolean> {
  const one = ({ way, until }: Stretch) =>
    sql`(messages.branch_id is not distinct from ${way}::text${until === undefined ? sql`` : sql` and messages.position < ${until}`})`
  return sql<boolean>`(${sql.join(stretches.map(one), sql` or `)})`
}

/** Answers whose Turn has not begun: they come after all that was said, and have no position until then. */
async function readWaiting(
  handle: Handle,
  dialogueId: string,
  { stretches }: Line,
  nextPosition: number,
): Promise<readonly Row[]> {
  const rows = await selectRows(
    handle,
    sql`messages.position is null
      and messages.branch_id is not distinct from ${stretches[0]?.way ?? null}::text
      and messages.id in (
        select answer_id from turns where turns.dialogue_id = ${dialogueId} and turns.state = 'accepted')
      order by turn.sequence`,
  )
  return rows.map((row, number) => ({ ...row, position: nextPosition + number }))
}

async function selectRows(handle: Handle, which: RawBuilder<unknown>): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`
    select messages.id, messages.position, messages.role, messages.author_id, identities.name as author_name,
      identities.member_id, avatars.tag as avatar_tag, messages.ref, part.ref as part_ref,
      messages.text, messages.version, messages.files, messages.sent_at, messages.redacted_at,
      messages.branch_id, messages.from_web,
      turn.id as turn_id, turn.state as turn_state, turn.end_error,
      (turn.stop_reason is not null or turn.end_state = 'stopped') as stopped, call.receipt,
      exists (select from guide_questions where guide_questions.message_id = messages.id) as asks
    from messages
    left join identities on identities.id = messages.author_id
    left join avatars on avatars.member_id = identities.member_id
    left join lateral (
      select parts.ref from parts
      where parts.message_id = messages.id and parts.state = 'posted' and parts.ordinal >= 0
      order by parts.ordinal limit 1) as part on messages.role = 'assistant'
    left join lateral (
      select * from turns where turns.answer_id = messages.id
      order by turns.sequence desc limit 1) as turn on messages.role = 'assistant'
    left join lateral (
      select model_calls.receipt from model_calls
      where model_calls.turn_id = turn.id and model_calls.purpose = 'answer'
      order by model_calls.started_at desc, model_calls.id desc limit 1) as call on messages.role = 'assistant'
    where ${which}`.execute(handle)
  return rows
}

const filesShape = z.array(z.string())

function toShown(row: Row, names: Names): ShownMessage {
  const speaker = speakerOf(row)
  const ref = row.role === 'assistant' ? (row.part_ref ?? row.ref) : row.ref
  return {
    id: row.id,
    position: row.position,
    role: row.role,
    ...(speaker ? { speaker } : {}),
    text: nameMentions(row.text, names),
    version: row.version,
    redacted: row.redacted_at !== null,
    fromWeb: row.from_web,
    files: filesShape.parse(row.files),
    sentAtMs: row.sent_at.getTime(),
    ...(ref === null ? {} : { ref }),
    ...(row.turn_id === null || row.turn_state === null
      ? {}
      : {
          turn: {
            id: row.turn_id,
            state: row.turn_state,
            ...(row.end_error === null ? {} : { error: row.end_error }),
            stopped: row.stopped ?? false,
            ...(row.asks ? { asks: true as const } : {}),
            ...(row.receipt == null ? {} : { seen: inShort(parseReceipt(row.receipt)) }),
          },
        }),
  }
}

function speakerOf(row: Row): Speaker | undefined {
  if (row.author_id === null) return undefined
  return {
    identityId: row.author_id,
    name: toDisplayName(row.author_name ?? undefined),
    ...(row.member_id === null ? {} : { memberId: row.member_id }),
    ...(row.avatar_tag === null ? {} : { avatarTag: row.avatar_tag }),
  }
}

interface VersionRow {
  readonly dialogue_id: string
  readonly version: number
  readonly text: string
  readonly replaced_at: Date
}

export async function readVersions(
  handle: Handle,
  sight: Sight,
  messageId: string,
): Promise<readonly MessageVersion[]> {
  const { rows } = await sql<VersionRow>`
    select messages.dialogue_id, message_versions.version, message_versions.text, message_versions.replaced_at
    from messages
    join dialogues as d on d.id = messages.dialogue_id
    join message_versions on message_versions.message_id = messages.id
    where messages.id = ${messageId} and ${mayRead(sight)}
    order by message_versions.version desc`.execute(handle)
  const names = await namesIn(handle, rows[0]?.dialogue_id ?? '', rows)
  return rows.map(row => ({
    version: row.version,
    text: nameMentions(row.text, names),
    replacedAtMs: row.replaced_at.getTime(),
  }))
}
