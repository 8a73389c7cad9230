import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table identities (
      id text primary key,
      platform text not null check (platform in ('slack', 'discord', 'web')),
      realm text not null,
      user_id text not null,
      name text,
      created_at timestamptz not null default now(),
      unique (platform, realm, user_id)
    )`.execute(db)
}
