import { type Kysely, sql } from 'kysely'

/**
 * `erasures` outlive what was erased: they count, and name nobody. `erased_threads` keeps a platform's own history of a
 * thread from being read back into a Dialogue that was erased. A rule without a channel (empty) is its workspace's.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table installation_settings (
      key text primary key,
      value jsonb not null
    )`.execute(db)
  await sql`
    create table workspace_settings (
      platform text not null check (platform in ('slack', 'discord', 'web')),
      workspace_id text not null,
      key text not null,
      value jsonb not null,
      primary key (platform, workspace_id, key)
    )`.execute(db)
  await sql`
    create table retention_rules (
      platform text not null check (platform in ('slack', 'discord', 'web')),
      workspace_id text not null,
      channel_id text not null default '',
      days integer not null check (days > 0),
      primary key (platform, workspace_id, channel_id)
    )`.execute(db)
  await sql`
    create table erasures (
      id text primary key,
      scope text not null check (scope in ('dialogue', 'member')),
      counts jsonb not null default '{}',
      requested_at timestamptz not null,
      ended_at timestamptz
    )`.execute(db)
  await sql`
    create table erased_threads (
      platform text not null,
      workspace_id text not null,
      channel_id text not null,
      thread_id text not null,
      erased_at timestamptz not null,
      primary key (platform, workspace_id, channel_id, thread_id)
    )`.execute(db)
  await sql`create index messages_by_time on messages (sent_at) where redacted_at is null`.execute(db)
  await sql`create index turns_by_asker on turns (asker_id)`.execute(db)
  await sql`create index dialogues_by_use on dialogues (platform, workspace_id, used_at)`.execute(db)
  await sql`
    create index dialogues_on_web on dialogues (created_at desc, id desc) where platform = 'web'`.execute(db)
  await sql`create index break_glasses_by_dialogue on break_glasses (dialogue_id)`.execute(db)
  await sql`create index publications_by_member on publications (published_by)`.execute(db)
}
