import { sql } from 'kysely'
import type { Retention, RetentionDue, RetentionRule } from '../../core/retention.ts'
import type { ThreadRef } from '../../core/thread.ts'
import { isIn } from '../../core/workspace.ts'
import type { Handle } from './database.ts'
import { removeDialogue } from './erase-dialogue.ts'
import { eraseMessages } from './erase-messages.ts'
import { sweepRelayed } from './relayed-retention.ts'
import type { Session } from './session.ts'

const dayMs = 24 * 60 * 60_000

export function createRetention(session: Session): Retention {
  const { handle } = session
  return {
    rules: () => readRules(handle),
    async set({ platform, workspaceId, channelId = '', days }) {
      await handle
        .insertInto('retention_rules')
        .values({ platform, workspace_id: workspaceId, channel_id: channelId, days })
        .onConflict(conflict =>
          conflict.columns(['platform', 'workspace_id', 'channel_id']).doUpdateSet({ days }),
        )
        .execute()
    },
    async remove({ platform, workspaceId, channelId = '' }) {
      await handle
        .deleteFrom('retention_rules')
        .where('platform', '=', platform)
        .where('workspace_id', '=', workspaceId)
        .where('channel_id', '=', channelId)
        .execute()
    },
    async sweep(nowMs, limit) {
      let erased = 0
      for (const rule of await readRules(handle)) {
        if (erased < limit) erased += await sweepDialogues(session, rule, nowMs, limit - erased)
        if (erased < limit) erased += await sweepMessages(session, rule, nowMs, limit - erased)
        if (erased < limit) erased += await sweepRelayed(handle, rule, cutoffOf(rule, nowMs), limit - erased)
      }
      return { erased, more: erased >= limit }
    },
    async due(nowMs, workspace) {
      const due: RetentionDue[] = []
      for (const rule of await readRules(handle))
        if (!workspace || isIn(rule, workspace)) due.push({ rule, ...(await countDue(handle, rule, nowMs)) })
      return due
    },
    keptFromMs: (thread, nowMs) => keptFromMs(handle, thread, nowMs),
  }
}

async function readRules(handle: Handle): Promise<readonly RetentionRule[]> {
  const rows = await handle
    .selectFrom('retention_rules')
    .selectAll()
    .orderBy('platform')
    .orderBy('workspace_id')
    .orderBy('channel_id')
    .execute()
  return rows.map(row => ({
    platform: row.platform,
    workspaceId: row.workspace_id,
    ...(row.channel_id === '' ? {} : { channelId: row.channel_id }),
    days: row.days,
  }))
}

/** The Dialogues a rule is for: a workspace's leaves out channels with a rule of their own. */
function underRule({ platform, workspaceId, channelId }: RetentionRule) {
  const inWorkspace = sql`dialogues.platform = ${platform} and dialogues.workspace_id = ${workspaceId}`
  return channelId === undefined
    ? sql`${inWorkspace} and not exists (
        select from retention_rules as own
        where own.platform = dialogues.platform and own.workspace_id = dialogues.workspace_id
          and own.channel_id = dialogues.channel_id)`
    : sql`${inWorkspace} and dialogues.channel_id = ${channelId}`
}

const cutoffOf = (rule: RetentionRule, nowMs: number) => new Date(nowMs - rule.days * dayMs)

/** A whole Dialogue goes when nothing in it is young enough, one transaction each. */
async function sweepDialogues(session: Session, rule: RetentionRule, nowMs: number, limit: number) {
  const cutoff = cutoffOf(rule, nowMs)
  const { rows } = await sql<{ id: string }>`
    select id from dialogues
    where ${underRule(rule)} and used_at < ${cutoff}
      and not exists (
        select from messages where messages.dialogue_id = dialogues.id and messages.sent_at >= ${cutoff})
    order by used_at limit ${limit}`.execute(session.handle)
  for (const { id } of rows) await session.atomically(inner => removeDialogue(inner, id, cutoff.getTime()))
  return rows.length
}

/** As many as the next sweeps would erase together. */
async function countDue(handle: Handle, rule: RetentionRule, nowMs: number) {
  const cutoff = cutoffOf(rule, nowMs)
  const { rows } = await sql<{ dialogues: number; messages: number }>`
    select
      (select count(*)::int from dialogues
        where ${underRule(rule)} and used_at < ${cutoff}
          and not exists (
            select from messages
            where messages.dialogue_id = dialogues.id and messages.sent_at >= ${cutoff})) as dialogues,
      (select count(*)::int from messages join dialogues on dialogues.id = messages.dialogue_id
        where ${underRule(rule)} and messages.sent_at < ${cutoff}
          and messages.redacted_at is null and messages.position is not null) as messages`.execute(handle)
  return rows[0] ?? { dialogues: 0, messages: 0 }
}

async function sweepMessages(session: Session, rule: RetentionRule, nowMs: number, limit: number) {
  const { rows } = await sql<{ id: string; dialogue_id: string }>`
    select messages.id, messages.dialogue_id
    from messages join dialogues on dialogues.id = messages.dialogue_id
    where ${underRule(rule)}
      and messages.sent_at < ${cutoffOf(rule, nowMs)}
      and messages.redacted_at is null and messages.position is not null
    limit ${limit}`.execute(session.handle)
  const byDialogue = new Map<string, string[]>()
  for (const { id, dialogue_id: dialogueId } of rows)
    byDialogue.set(dialogueId, [...(byDialogue.get(dialogueId) ?? []), id])
  for (const [dialogueId, ids] of byDialogue)
    await session.atomically(inner => eraseMessages(inner, dialogueId, ids, nowMs))
  return rows.length
}

async function keptFromMs(handle: Handle, thread: ThreadRef, nowMs: number): Promise<number | undefined> {
  const erased = await handle
    .selectFrom('erased_threads')
    .select('erased_at')
    .where('platform', '=', thread.platform)
    .where('workspace_id', '=', thread.workspaceId)
    .where('channel_id', '=', thread.channelId)
    .where('thread_id', '=', thread.threadId)
    .executeTakeFirst()
  const rule = await handle
    .selectFrom('retention_rules')
    .select('days')
    .where('platform', '=', thread.platform)
    .where('workspace_id', '=', thread.workspaceId)
    .where('channel_id', 'in', ['', thread.channelId])
    .orderBy('channel_id', 'desc')
    .executeTakeFirst()
  const bounds = [erased?.erased_at.getTime(), rule && nowMs - rule.days * dayMs].filter(
    bound => bound !== undefined,
  )
  return bounds.length === 0 ? undefined : Math.max(...bounds)
}
