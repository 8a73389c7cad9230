import { type Kysely, sql } from 'kysely'

/** Model services besides the environment's, and the links that make the first owner. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table providers (
      id text primary key,
      name text not null,
      base_url text not null,
      models jsonb not null,
      position integer not null,
      enabled boolean not null,
      sends_api_key_header boolean not null,
      sealed_key text check (sealed_key like 'v1.%')
    )`.execute(db)
  await sql`create unique index providers_by_name on providers (lower(name))`.execute(db)
  await sql`
    create table setup_links (
      hash text primary key,
      expires_at timestamptz not null
    )`.execute(db)
}
