import { sql } from 'kysely'
import type { Database } from './database.ts'

/** What waits and what runs of one kind of job. */
export interface QueueState {
  readonly kind: string
  readonly waiting: number
  readonly running: number
  /** Since when the oldest of those that could run waits; 0 when none does. */
  readonly oldestMs: number
}

/** The whole queue, by kind, for those who watch over it. */
export async function queueState({ handle }: Pick<Database, 'handle'>): Promise<readonly QueueState[]> {
  const { rows } = await sql<QueueState>`
    select kind,
      (count(*) filter (where state = 'waiting'))::int as waiting,
      (count(*) filter (where state = 'running'))::int as running,
      coalesce(greatest(0, extract(epoch from clock_timestamp()
        - min(run_at) filter (where state = 'waiting')) * 1000), 0)::float8 as "oldestMs"
    from jobs group by kind order by kind`.execute(handle)
  return rows
}
