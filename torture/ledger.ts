import type { Query } from './database.ts'
import type { Ledger } from './evidence.ts'

const queries = {
  decisions: 'select platform, channel_id, key, kind, outcome, reason, message_id, turn_id from decisions',
  dialogues: 'select id, platform, channel_id, thread_id from dialogues',
  messages:
    'select id, dialogue_id, role, ref, text, redacted_at is not null as redacted from messages order by position',
  turns: `select id, dialogue_id, sequence::int as sequence, state, answer_id, stop_reason, end_error from turns
    order by dialogue_id, sequence`,
  asked: 'select turn_id, message_id from turn_messages',
  parts: 'select message_id, ordinal, state, ref from parts order by message_id, ordinal, generation',
  jobs: 'select kind, state from jobs',
  live: 'select turn_id from live_answers',
  calls: `select id, turn_id, purpose, error, input_tokens, output_tokens from model_calls
    order by started_at`,
  usages: `select call_id, reservation_id, platform, workspace_id, requests,
    input_tokens::float8 as input_tokens, output_tokens::float8 as output_tokens, estimated from usages`,
  reservations: 'select id, state from reservations',
  buckets: `select subject, bucket, tokens_used::float8 as tokens_used, requests_used::float8 as requests_used,
    requests_held::float8 as requests_held, tokens_held::float8 as tokens_held, cost_held::float8 as cost_held
    from quota_buckets`,
} satisfies Record<keyof Ledger, string>

/** Every table that the checker looks at, by plain SQL. */
export async function readLedger(query: Query): Promise<Ledger> {
  const read: Record<string, readonly unknown[]> = {}
  for (const [name, text] of Object.entries(queries)) read[name] = await query(text)
  return read as unknown as Ledger
}

/** What is still to be done: turns that have not ended, jobs of theirs; and the keys of all that was heard. */
export async function readOpen(
  query: Query,
): Promise<{ readonly open: number; readonly heard: ReadonlySet<string> }> {
  const [row] = await query(`select
    (select count(*) from turns where ended_at is null)::int + (select count(*) from jobs where kind = 'turn')::int
    as open`)
  const keys = await query('select key from decisions')
  return { open: Number(row?.['open']), heard: new Set(keys.map(({ key }) => String(key))) }
}
