import { type Kysely, sql } from 'kysely'

/** `through_position`: messages from there on came after the request was made and cannot be in it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table model_calls (
      id text primary key,
      turn_id text not null references turns (id) on delete cascade,
      purpose text not null check (purpose in ('answer', 'summary')),
      through_position bigint not null,
      request jsonb not null,
      receipt jsonb not null,
      response jsonb,
      input_tokens integer check (input_tokens >= 0),
      cached_input_tokens integer check (cached_input_tokens >= 0),
      output_tokens integer check (output_tokens >= 0),
      cost_micros bigint check (cost_micros >= 0),
      error text,
      started_at timestamptz not null,
      first_text_at timestamptz,
      ended_at timestamptz,
      check ((response is null) = (ended_at is null))
    )`.execute(db)
  await sql`create index model_calls_by_turn on model_calls (turn_id)`.execute(db)
  await sql`
    create table summaries (
      dialogue_id text primary key references dialogues (id) on delete cascade,
      text text not null,
      tokens integer not null check (tokens >= 0),
      through_position bigint not null,
      messages integer not null check (messages >= 0),
      saved_at timestamptz not null default clock_timestamp()
    )`.execute(db)
}
