import { type Kysely, sql } from 'kysely'

/**
 * What each Identity may read on its platform, as last asked there: good until `valid_until`. `thread_id` is empty for
 * a whole channel, and names a private thread otherwise.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table places (
      platform text not null,
      workspace_id text not null,
      channel_id text not null,
      name text,
      workspace_name text,
      readers integer,
      primary key (platform, workspace_id, channel_id)
    )`.execute(db)
  await sql`
    create table audience_places (
      identity_id text not null references identities (id) on delete cascade,
      platform text not null,
      workspace_id text not null,
      channel_id text not null,
      thread_id text not null default '',
      valid_until timestamptz not null,
      primary key (identity_id, platform, workspace_id, channel_id, thread_id)
    )`.execute(db)
  await sql`
    create index audience_places_by_channel
      on audience_places (platform, workspace_id, channel_id)`.execute(db)
  await sql`
    create table audience_checks (
      identity_id text primary key references identities (id) on delete cascade,
      checked_at timestamptz not null
    )`.execute(db)
  await sql`
    create table break_glasses (
      id text primary key,
      dialogue_id text not null references dialogues (id) on delete cascade,
      member_id text not null references members (id) on delete cascade,
      reason text not null check (reason <> ''),
      opened_at timestamptz not null,
      until timestamptz not null
    )`.execute(db)
  await sql`create index break_glasses_by_member on break_glasses (member_id, dialogue_id)`.execute(db)
  await sql`
    alter table dialogues add column private_thread boolean not null default false`.execute(db)
}
