import { type Kysely, sql } from 'kysely'

/** What was said on one level: the installation's has no platform, a workspace's no channel. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table policies (
      platform text not null default '' check (platform in ('', 'slack', 'discord', 'web')),
      workspace_id text not null default '',
      channel_id text not null default '',
      policy jsonb not null,
      primary key (platform, workspace_id, channel_id),
      check ((platform = '') = (workspace_id = '')),
      check (channel_id = '' or workspace_id <> '')
    )`.execute(db)
  await sql`alter table dialogues add column quiet boolean not null default false`.execute(db)
  await sql`
    create index decisions_refused on decisions (user_id, reason, received_at)
    where outcome = 'refused'`.execute(db)
  await sql`
    alter table model_calls
      drop constraint model_calls_purpose_check,
      add constraint model_calls_purpose_check
        check (purpose in ('answer', 'summary', 'title', 'moderation'))`.execute(db)
}
