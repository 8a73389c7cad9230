import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table parts (
      id text primary key,
      message_id text not null references messages (id) on delete cascade,
      ordinal integer not null check (ordinal >= -1),
      generation integer not null check (generation >= 0),
      key text not null unique check (length(key) <= 25),
      state text not null check (state in ('posting', 'posted', 'removed')),
      ref text,
      streaming boolean not null,
      planned_at timestamptz not null,
      unique (message_id, ordinal, generation),
      check (state <> 'posted' or ref is not null),
      check (state <> 'removed' or not streaming)
    )`.execute(db)
  await sql`
    create unique index parts_one_per_ordinal on parts (message_id, ordinal)
      where state <> 'removed'`.execute(db)
  await sql`create index parts_by_ref on parts (ref) where ref is not null`.execute(db)
}
