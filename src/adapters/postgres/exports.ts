import { sql } from 'kysely'
import { z } from 'zod'
import type { ExportedDialogue, ExportedMessage, ExportedUsage, Exports } from '../../core/export.ts'
import type { Viewer } from '../../core/member.ts'
import type { Platform } from '../../core/thread.ts'
import type { Handle } from './database.ts'
import { exportRelayed } from './export-relayed.ts'
import { exportAccount } from './export-account.ts'
import { accessTo, throughWorkspace } from './history-visible.ts'
import type { Session } from './session.ts'

export function createExports({ handle }: Session): Exports {
  return {
    account: memberId => exportAccount(handle, memberId),
    dialogues: (viewer, after, limit) => readDialogues(handle, viewer, sql`d.id > ${after ?? ''}`, limit),
    async dialogue(viewer, id) {
      return (await readDialogues(handle, viewer, sql`d.id = ${id}`, 1))[0]
    },
    messages: (dialogue, viewer, after, limit) => readMessages(handle, dialogue, viewer, after, limit),
    usage: (viewer, after, limit) => readUsage(handle, viewer, after, limit),
    relayed: (memberId, after, limit) => exportRelayed(handle, memberId, after, limit),
  }
}

interface DialogueRow {
  readonly id: string
  readonly platform: Platform
  readonly title: string
  readonly created_at: Date
  readonly used_at: Date
  readonly channel: string | null
  readonly workspace: string | null
  readonly whole: boolean
}

/**
 * The Viewer's own, those they were invited to, and channels' in which they spoke: the last whole while they can read
 * the channel, what they said alone after that. A title may be another's words and is left out then.
 */
async function readDialogues(
  handle: Handle,
  { memberId, identityIds }: Viewer,
  where: ReturnType<typeof sql>,
  limit: number,
): Promise<readonly ExportedDialogue[]> {
  const mine = sql`any(${identityIds}::text[])`
  const sight = { viewer: { memberId, identityIds }, now: new Date() }
  const access = accessTo(sight)
  const { rows } = await sql<DialogueRow>`
    with mine as (
      select id from dialogues where owner_id = ${mine}
      union select dialogue_id from dialogue_members where member_id = ${memberId}
      union ${throughWorkspace(sight)}
      union select distinct dialogue_id from messages where author_id = ${mine})
    select d.id, d.platform, d.title, d.created_at, d.used_at,
      places.name as channel, places.workspace_name as workspace,
      coalesce((${access}) in ('own', 'invited', 'audience'), false) as whole
    from mine join dialogues as d on d.id = mine.id
    left join places on places.platform = d.platform
      and places.workspace_id = d.workspace_id and places.channel_id = d.channel_id
    where ${where}
    order by d.id limit ${limit}`.execute(handle)
  return rows.map(row => ({
    id: row.id,
    platform: row.platform,
    ...(row.channel === null ? {} : { channel: row.channel }),
    ...(row.workspace === null ? {} : { workspace: row.workspace }),
    title: row.whole ? row.title : '…',
    createdAt: row.created_at.toISOString(),
    usedAt: row.used_at.toISOString(),
    scope: row.whole ? 'whole' : 'mine',
  }))
}

const textsShape = z.array(z.string())

async function readMessages(
  handle: Handle,
  dialogue: Pick<ExportedDialogue, 'id' | 'scope'>,
  { identityIds }: Viewer,
  after: number | undefined,
  limit: number,
): Promise<readonly ExportedMessage[]> {
  const { rows } = await sql<{
    id: string
    position: number
    branch_id: string | null
    role: 'user' | 'assistant'
    author_id: string | null
    name: string | null
    text: string
    files: unknown
    sent_at: Date
    redacted_at: Date | null
  }>`
    select messages.id, position, branch_id, role, author_id, identities.name, text, files, sent_at, redacted_at
    from messages left join identities on identities.id = messages.author_id
    where dialogue_id = ${dialogue.id} and position > ${after ?? Number.MIN_SAFE_INTEGER}
      and (${dialogue.scope === 'whole'} or author_id = any(${identityIds}::text[]))
    order by position limit ${limit}`.execute(handle)
  const versions = await readVersions(
    handle,
    rows.map(({ id }) => id),
  )
  return rows.map(row => {
    const earlier = versions.get(row.id)
    return {
      id: row.id,
      position: row.position,
      ...(row.branch_id === null ? {} : { branch: row.branch_id }),
      role: row.role,
      ...(row.name === null ? {} : { author: row.name }),
      mine: row.author_id !== null && identityIds.includes(row.author_id),
      text: row.text,
      files: textsShape.parse(row.files),
      sentAt: row.sent_at.toISOString(),
      ...(row.redacted_at === null ? {} : { redacted: true as const }),
      ...(earlier ? { versions: earlier } : {}),
    }
  })
}

async function readVersions(handle: Handle, ids: readonly string[]) {
  const versions = new Map<string, { version: number; text: string; replacedAt: string }[]>()
  if (ids.length === 0) return versions
  const rows = await handle
    .selectFrom('message_versions')
    .select(['message_id', 'version', 'text', 'replaced_at'])
    .where('message_id', 'in', ids)
    .orderBy('version')
    .execute()
  for (const { message_id: id, version, text, replaced_at: replacedAt } of rows) {
    const earlier = versions.get(id) ?? []
    earlier.push({ version, text, replacedAt: replacedAt.toISOString() })
    versions.set(id, earlier)
  }
  return versions
}

async function readUsage(
  handle: Handle,
  { identityIds }: Viewer,
  after: string | undefined,
  limit: number,
): Promise<readonly ExportedUsage[]> {
  const { rows } = await sql<{
    id: string
    dialogue_id: string
    model: string | null
    started_at: Date
    input_tokens: number | null
    cached_input_tokens: number | null
    output_tokens: number | null
    cost_micros: number | null
  }>`
    select model_calls.id, turns.dialogue_id, request ->> 'model' as model, model_calls.started_at,
      input_tokens, cached_input_tokens, output_tokens, cost_micros
    from turns join model_calls on model_calls.turn_id = turns.id
    where turns.asker_id = any(${identityIds}::text[]) and model_calls.id > ${after ?? ''}
    order by model_calls.id limit ${limit}`.execute(handle)
  return rows.map(row => ({
    id: row.id,
    dialogueId: row.dialogue_id,
    model: row.model ?? '',
    startedAt: row.started_at.toISOString(),
    inputTokens: row.input_tokens ?? 0,
    cachedInputTokens: row.cached_input_tokens ?? 0,
    outputTokens: row.output_tokens ?? 0,
    ...(row.cost_micros === null ? {} : { costMicros: row.cost_micros }),
  }))
}
