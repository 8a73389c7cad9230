import { type Kysely, sql } from 'kysely'

/** An answer has no position until its Turn is begun; `told` is the text as the model is given it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table messages (
      id text primary key,
      dialogue_id text not null references dialogues (id) on delete cascade,
      position bigint,
      role text not null check (role in ('user', 'assistant')),
      author_id text references identities (id),
      ref text,
      text text not null,
      version integer not null default 1 check (version > 0),
      told text,
      tokens integer check (tokens >= 0),
      files jsonb not null default '[]',
      sent_at timestamptz not null,
      redacted_at timestamptz,
      unique (dialogue_id, position),
      unique (dialogue_id, ref),
      check (position is not null or role = 'assistant'),
      check (role = 'assistant' or (author_id is not null and ref is not null)),
      check (redacted_at is null or (text = '' and told is null))
    )`.execute(db)
  await sql`create index messages_by_ref on messages (ref) where role = 'user'`.execute(db)
  await sql`
    create table message_versions (
      message_id text not null references messages (id) on delete cascade,
      version integer not null check (version > 0),
      text text not null,
      files jsonb not null default '[]',
      replaced_at timestamptz not null,
      primary key (message_id, version)
    )`.execute(db)
}
