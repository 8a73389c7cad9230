import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table dialogues (
      id text primary key,
      platform text not null check (platform in ('slack', 'discord', 'web')),
      workspace_id text not null,
      channel_id text not null,
      thread_id text not null,
      direct boolean not null,
      title text not null,
      delivery jsonb not null default '{}',
      history_read boolean not null,
      next_position bigint not null default 1 check (next_position > 0),
      created_at timestamptz not null default now(),
      used_at timestamptz not null default now(),
      unique (platform, workspace_id, channel_id, thread_id)
    )`.execute(db)
  await sql`
    create index dialogues_direct on dialogues (platform, used_at desc) where direct`.execute(db)
}
