import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table jobs (
      id text primary key,
      sequence bigint generated always as identity unique,
      lane text not null,
      kind text not null,
      payload jsonb not null,
      state text not null default 'waiting' check (state in ('waiting', 'running')),
      run_at timestamptz not null,
      attempts integer not null default 0 check (attempts >= 0),
      lease_token text,
      lease_until timestamptz,
      last_error text,
      enqueued_at timestamptz not null,
      check ((state = 'running') = (lease_token is not null and lease_until is not null))
    )`.execute(db)
  await sql`create index jobs_in_lane on jobs (lane, sequence)`.execute(db)
  await sql`create unique index jobs_one_running_in_lane on jobs (lane) where state = 'running'`.execute(db)
  await sql`
    create table leaders (
      role text primary key,
      holder text not null,
      lease_until timestamptz not null
    )`.execute(db)
}
