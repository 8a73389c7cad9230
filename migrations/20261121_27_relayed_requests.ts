import { type Kysely, sql } from 'kysely'

/** Requests of programs and what they were answered, where the workspace says that they are kept. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table relayed_requests (
      id text primary key,
      at timestamptz not null,
      member_id text not null references members (id) on delete cascade,
      api_key_id text not null,
      model text not null,
      host text not null,
      streamed boolean not null,
      outcome text not null check (outcome in ('answered', 'broken', 'left')),
      status integer not null,
      request bytea not null,
      response bytea not null,
      truncated boolean not null,
      choices jsonb not null,
      input_tokens bigint not null,
      cached_input_tokens bigint not null,
      output_tokens bigint not null,
      estimated boolean not null,
      duration_ms integer not null
    )`.execute(db)
  await sql`create index relayed_requests_by_member on relayed_requests (member_id, at desc, id desc)`.execute(
    db,
  )
  await sql`create index relayed_requests_by_time on relayed_requests (at)`.execute(db)
}
