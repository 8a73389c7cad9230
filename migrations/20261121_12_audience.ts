import { type Kysely, sql } from 'kysely'

/**
 * What each Identity may read on its platform, as last asked there: good until `valid_until`. `thread_id` is empty for
 * a whole channel, and names a private thread otherwise. `changes` counts what was forgotten, so that a word asked for
 * before is not kept after.
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
      checked_at timestamptz,
      changes integer not null default 0,
      opened integer not null default 0
    )`.execute(db)
  await sql`
    create table audience_workspaces (
      platform text not null,
      workspace_id text not null,
      changes integer not null default 0,
      opened integer not null default 0,
      primary key (platform, workspace_id)
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
  await sql`
    create index dialogues_of_channels on dialogues (platform, workspace_id, channel_id)
      where not direct`.execute(db)
  await sql`
    create index dialogues_in_private_threads on dialogues (platform, used_at desc)
      where private_thread`.execute(db)
}
