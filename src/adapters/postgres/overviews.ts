import { type RawBuilder, sql } from 'kysely'
import { dayIn, dayStartMs, monthStartMs } from '../../core/day-start.ts'
import type { ErrorCode } from '../../core/errors.ts'
import {
  type Overview,
  overviewTurns,
  type Overviews,
  type Period,
  type TopChannel,
  type TopPerson,
} from '../../core/overview.ts'
import type { Platform } from '../../core/thread.ts'
import type { Workspace } from '../../core/workspace.ts'
import type { Handle } from './database.ts'
import type { Session } from './session.ts'

/** More are in the table of usage. */
const topMany = 5

const dayMs = 24 * 60 * 60_000

export function createOverviews({ handle }: Session): Overviews {
  return {
    async look({ workspace, timeZone, nowMs }) {
      const day = dayStartMs(dayIn(nowMs, timeZone), timeZone)
      const month = monthStartMs(nowMs, timeZone)
      const turns = turnsSince(workspace, new Date(month))
      const [today, thisMonth, channels, people, errors] = await Promise.all([
        period(handle, turns, day, workspace),
        period(handle, turns, month, workspace),
        topChannels(handle, turns),
        topPeople(handle, turns),
        errorsSince(handle, turnsSince(workspace, new Date(nowMs - dayMs))),
      ])
      const counted = Object.values(thisMonth.turns).reduce((sum, count) => sum + count, 0)
      return { today, month: thisMonth, capped: counted === overviewTurns, channels, people, errors }
    },
    async queue(nowMs) {
      const now = new Date(nowMs)
      const { rows } = await sql<{ waiting: string; running: string; oldest: Date | null }>`
        select count(*) filter (where state = 'waiting' and run_at <= ${now}) as waiting,
          count(*) filter (where state = 'running') as running,
          min(run_at) filter (where state = 'waiting' and run_at <= ${now}) as oldest
        from jobs`.execute(handle)
      const [row] = rows
      return {
        waiting: Number(row?.waiting ?? 0),
        running: Number(row?.running ?? 0),
        ...(row?.oldest ? { oldestMs: row.oldest.getTime() } : {}),
      }
    },
  }
}

function within(table: 'dialogues' | 'usages', workspace: Workspace | undefined): RawBuilder<unknown> {
  if (workspace === undefined) return sql`true`
  const of = sql.table(table)
  return sql`${of}.platform = ${workspace.platform} and ${of}.workspace_id = ${workspace.workspaceId}`
}

/** The newest Turns since then, no more than a page can wait for. */
function turnsSince(workspace: Workspace | undefined, from: Date): RawBuilder<unknown> {
  return sql`(
    select turns.id, turns.asker_id, turns.end_state, turns.end_error, turns.accepted_at, turns.ended_at,
      dialogues.platform, dialogues.workspace_id, dialogues.channel_id, dialogues.direct
    from turns join dialogues on dialogues.id = turns.dialogue_id
    where turns.accepted_at >= ${from} and ${within('dialogues', workspace)}
    order by turns.accepted_at desc limit ${overviewTurns}) as asked`
}

interface PeriodRow {
  readonly done: string
  readonly failed: string
  readonly stopped: string
  readonly open: string
  readonly people: string
}

interface SpentRow {
  readonly input: string | null
  readonly output: string | null
  readonly cost: string | null
  readonly unpriced: string
}

async function period(
  handle: Handle,
  turns: RawBuilder<unknown>,
  fromMs: number,
  workspace: Workspace | undefined,
): Promise<Period> {
  const from = new Date(fromMs)
  const [counted, spent] = await Promise.all([
    sql<PeriodRow>`
      select count(*) filter (where end_state = 'done') as done,
        count(*) filter (where end_state = 'failed') as failed,
        count(*) filter (where end_state = 'stopped') as stopped,
        count(*) filter (where end_state is null) as open,
        count(distinct coalesce(identities.member_id, identities.id)) as people
      from ${turns} join identities on identities.id = asked.asker_id
      where asked.accepted_at >= ${from}`.execute(handle),
    sql<SpentRow>`
      select sum(input_tokens) as input, sum(output_tokens) as output, sum(cost_micros) as cost,
        count(*) filter (where cost_micros is null) as unpriced
      from (select input_tokens, output_tokens, cost_micros from usages
        where at >= ${from} and ${within('usages', workspace)}
        order by at desc limit ${overviewTurns}) as spent`.execute(handle),
  ])
  const [row] = counted.rows
  const [sums] = spent.rows
  const number = (text: string | null | undefined) => Number(text ?? 0)
  return {
    fromMs,
    turns: {
      done: number(row?.done),
      failed: number(row?.failed),
      stopped: number(row?.stopped),
      open: number(row?.open),
    },
    people: number(row?.people),
    inputTokens: number(sums?.input),
    outputTokens: number(sums?.output),
    unpriced: number(sums?.unpriced),
    ...(sums?.cost == null ? {} : { costMicros: Number(sums.cost) }),
  }
}

async function topChannels(handle: Handle, turns: RawBuilder<unknown>): Promise<readonly TopChannel[]> {
  const { rows } = await sql<{
    platform: Platform
    workspace_id: string
    channel_id: string
    name: string | null
    workspace_name: string | null
    count: string
  }>`
    select top.*, places.name, places.workspace_name from (
      select platform, workspace_id, channel_id, count(*) as count from ${turns}
      where not direct and platform <> 'web'
      group by platform, workspace_id, channel_id order by count desc, channel_id limit ${topMany}) as top
    left join places using (platform, workspace_id, channel_id)
    order by count desc, channel_id`.execute(handle)
  return rows.map(row => ({
    place: { platform: row.platform, workspaceId: row.workspace_id, channelId: row.channel_id },
    turns: Number(row.count),
    ...(row.name === null ? {} : { name: row.name }),
    ...(row.workspace_name === null ? {} : { workspaceName: row.workspace_name }),
  }))
}

async function topPeople(handle: Handle, turns: RawBuilder<unknown>): Promise<readonly TopPerson[]> {
  const { rows } = await sql<{
    member_id: string | null
    identity_id: string
    name: string | null
    count: string
  }>`
    select max(identities.member_id) as member_id, min(identities.id) as identity_id,
      coalesce(max(members.nickname), max(identities.name)) as name, count(*) as count
    from ${turns} join identities on identities.id = asked.asker_id
    left join members on members.id = identities.member_id
    group by coalesce(identities.member_id, identities.id)
    order by count desc, identity_id limit ${topMany}`.execute(handle)
  return rows.map(row => ({
    identityId: row.identity_id,
    turns: Number(row.count),
    ...(row.member_id === null ? {} : { memberId: row.member_id }),
    ...(row.name === null ? {} : { name: row.name }),
  }))
}

async function errorsSince(handle: Handle, turns: RawBuilder<unknown>): Promise<Overview['errors']> {
  const { rows } = await sql<{ code: ErrorCode; count: string; last: Date }>`
    select end_error as code, count(*) as count, max(coalesce(ended_at, accepted_at)) as last from ${turns}
    where end_error is not null
    group by end_error order by count desc, code limit 10`.execute(handle)
  return rows.map(({ code, count, last }) => ({ code, count: Number(count), lastAtMs: last.getTime() }))
}
