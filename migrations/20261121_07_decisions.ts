import { type Kysely, sql } from 'kysely'

/** The inbox: one row for every event that was ever accepted; its outcome is written before its transaction ends. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table decisions (
      id text primary key,
      platform text not null check (platform in ('slack', 'discord', 'web')),
      workspace_id text not null,
      channel_id text not null,
      key text not null,
      kind text not null,
      outcome text check (outcome in ('answered', 'ignored', 'refused')),
      reason text,
      thread_id text,
      realm text,
      user_id text,
      message_id text references messages (id) on delete set null,
      turn_id text references turns (id) on delete set null,
      received_at timestamptz not null default clock_timestamp(),
      unique (platform, workspace_id, channel_id, key),
      check ((outcome is null) = (reason is null)),
      check ((realm is null) = (user_id is null))
    )`.execute(db)
  await sql`
    create index decisions_by_person on decisions
      (platform, workspace_id, channel_id, realm, user_id, received_at desc)`.execute(db)
  await sql`
    create index decisions_by_thread on decisions
      (platform, workspace_id, channel_id, thread_id, received_at desc)`.execute(db)
  await sql`create index decisions_by_time on decisions (platform, received_at)`.execute(db)
  await sql`create index decisions_by_message on decisions (message_id)`.execute(db)
  await sql`create index decisions_by_turn on decisions (turn_id)`.execute(db)
}
