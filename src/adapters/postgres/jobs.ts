import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { Job, Jobs, Lease, Renewal } from '../../core/job.ts'
import { codeOf, uniqueViolation } from './failures.ts'
import { newId } from './ids.ts'
import { holdJob, type Session } from './session.ts'
import { jobTold, notify, toldOf } from './signals.ts'
import { storedJson } from './stored-text.ts'

/**
 * The queue. All times are the database's, read when the statement runs: `now()` would be the transaction's start.
 */
export function createJobs(session: Session): Jobs {
  const { handle } = session
  return {
    enqueue: job => enqueue(session, job),
    claim: (kinds, leaseMs, atMost = 1) => claim(session, kinds, leaseMs, atMost),
    renew: (leases, leaseMs) => renew(session, leases, leaseMs),
    hold: lease => holdJob(session, lease),
    async finish(lease) {
      await sql`
        with done as (${finished(lease)} returning lane)
        select (${nextTold(lease)}) from done`.execute(handle)
    },
    async retry({ jobId, token }, delayMs, error) {
      const given = await handle
        .updateTable('jobs')
        .set({
          state: 'waiting',
          run_at: inMs(delayMs),
          lease_token: null,
          lease_until: null,
          last_error: error,
        })
        .where('id', '=', jobId)
        .where('lease_token', '=', token)
        .returning('kind')
        .executeTakeFirst()
      if (given) await notify({ type: 'job', kind: given.kind }).execute(handle)
    },
    nextDueMs: kinds => nextDueMs(session, kinds),
    async freeAll() {
      await handle
        .updateTable('jobs')
        .set({ lease_until: sql`clock_timestamp()` })
        .where('state', '=', 'running')
        .execute()
    },
  }
}

function inMs(ms: number): RawBuilder<Date> {
  return sql<Date>`clock_timestamp() + ${ms}::float8 * interval '1 millisecond'`
}

type NewJob = Parameters<Jobs['enqueue']>[0]

async function enqueue(session: Session, job: NewJob): Promise<void> {
  if (!job.unlessWaiting) {
    await enqueued(job).execute(session.handle)
    return
  }
  return session.atomically(async ({ handle }) => {
    // Two who enqueue at once see each other only one after the other.
    await sql`select pg_advisory_xact_lock(hashtextextended(${job.lane}, 0))`.execute(handle)
    const waiting = await handle
      .selectFrom('jobs')
      .select('id')
      .where('lane', '=', job.lane)
      .where('kind', '=', job.kind)
      .where('state', '=', 'waiting')
      .executeTakeFirst()
    if (!waiting) await enqueued(job).execute(handle)
  })
}

/** The statement that enqueues a job, whatever waits, and tells of it. */
export function enqueued({ lane, kind, payload, delayMs = 0 }: Omit<NewJob, 'unlessWaiting'>) {
  return sql`
    insert into jobs (id, lane, kind, payload, run_at, enqueued_at)
    values (${newId()}, ${lane}, ${kind}, ${storedJson(payload)}, ${inMs(delayMs)}, clock_timestamp())
    returning ${toldOf({ type: 'job', kind })}`
}

/** Removes the job: the beginning of a statement, to go on with `and` or `returning`. */
export const finished = ({ jobId, token }: Lease) => sql`
  delete from jobs where id = ${jobId} and lease_token = ${token}`

/** Tells of the job that waited behind the one of which `done` returned the lane. */
export const nextTold = ({ jobId }: Lease) => sql`
  select ${jobTold} from jobs
  where jobs.lane = done.lane and jobs.id <> ${jobId}
  order by sequence limit 1`

/**
 * Whether `job` is the one that its lane is at: the running one, otherwise the first. A job may become visible
 * after a later one has started, because sequence numbers are given before transactions commit.
 */
const nextInLane = sql`(
  state = 'running' or (
    not exists (select from jobs as other where other.lane = job.lane and other.sequence < job.sequence)
    and not exists (select from jobs as other where other.lane = job.lane and other.state = 'running')
  )
)`

const claimedShape = z.object({
  id: z.string(),
  kind: z.string(),
  lane: z.string(),
  payload: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  attempts: z.number(),
  given_back_for: z.string().nullable(),
  enqueued_at: z.date(),
})

async function claim(
  session: Session,
  kinds: readonly string[],
  leaseMs: number,
  atMost: number,
): Promise<readonly Job[]> {
  const lease = newId()
  try {
    const { rows } = await sql`
      with due as (
        select id, state as found from jobs as job
        where kind = any(${kinds}::text[])
          and case state when 'running' then lease_until else run_at end <= clock_timestamp()
          and ${nextInLane}
        order by sequence
        limit ${atMost}
        for update skip locked
      )
      update jobs
      set state = 'running', attempts = attempts + 1, lease_token = ${lease}, lease_until = ${inMs(leaseMs)}
      from due
      where jobs.id = due.id
      returning jobs.id, kind, lane, payload, attempts, enqueued_at,
        case found when 'waiting' then last_error end as given_back_for`.execute(session.handle)
    return rows.map(row => toJob(claimedShape.parse(row), lease))
  } catch (thrown) {
    // Somebody else took a job of this lane meanwhile: there is one running, and this is not it.
    if (codeOf(thrown) === uniqueViolation) return []
    throw thrown
  }
}

function toJob(row: z.infer<typeof claimedShape>, token: string): Job {
  return {
    id: row.id,
    kind: row.kind,
    lane: row.lane,
    payload: row.payload,
    attempt: row.attempts,
    ...(row.given_back_for === null ? {} : { givenBackFor: row.given_back_for }),
    enqueuedAtMs: row.enqueued_at.getTime(),
    lease: { jobId: row.id, token },
  }
}

async function renew(
  { handle, urgent = handle }: Session,
  leases: readonly Lease[],
  leaseMs: number,
): Promise<Renewal> {
  const { rows } = await sql<{ id: string; renewed: boolean; lost: boolean }>`
    with mine as (
      select id, token
      from unnest(${leases.map(({ jobId }) => jobId)}::text[], ${leases.map(({ token }) => token)}::text[])
        as mine (id, token)
    ), free as (
      select jobs.id from jobs join mine on jobs.id = mine.id and lease_token = token
      for update of jobs skip locked
    ), renewed as (
      update jobs set lease_until = ${inMs(leaseMs)} from free where jobs.id = free.id returning jobs.id
    )
    select mine.id, renewed.id is not null and jobs.id is not null as renewed, jobs.id is null as lost
    from mine
    left join renewed on renewed.id = mine.id
    left join jobs on jobs.id = mine.id and lease_token = token`.execute(urgent)
  const ids = (where: 'renewed' | 'lost') => new Set(rows.flatMap(row => (row[where] ? row.id : [])))
  return { renewed: ids('renewed'), lost: ids('lost') }
}

async function nextDueMs({ handle }: Session, kinds: readonly string[]): Promise<number | undefined> {
  const { rows } = await sql<{ due_ms: number | null }>`
    select extract(epoch from
      min(case state when 'running' then lease_until else run_at end) - clock_timestamp()
    )::float8 * 1000 as due_ms
    from jobs as job
    where kind = any(${kinds}::text[])
      and ${nextInLane}`.execute(handle)
  const dueMs = rows[0]?.due_ms ?? undefined
  return dueMs === undefined ? undefined : Math.max(0, dueMs)
}
