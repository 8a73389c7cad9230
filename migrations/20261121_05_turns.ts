import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table turns (
      id text primary key,
      dialogue_id text not null references dialogues (id) on delete cascade,
      sequence bigint not null check (sequence > 0),
      state text not null
        check (state in ('accepted', 'running', 'delivering', 'done', 'failed', 'stopped')),
      asker_id text not null references identities (id),
      answer_id text not null references messages (id) on delete cascade,
      rewrites boolean not null,
      stop_reason text check (stop_reason in ('asked', 'revised', 'deleted')),
      stop_by text references identities (id),
      end_state text check (end_state in ('done', 'failed', 'stopped')),
      end_error text,
      accepted_at timestamptz not null,
      started_at timestamptz,
      delivering_at timestamptz,
      ended_at timestamptz,
      unique (dialogue_id, sequence),
      check (stop_by is null or stop_reason is not null),
      check ((state = 'accepted') = (started_at is null)),
      check ((state in ('accepted', 'running')) = (end_state is null)),
      check ((end_state is null) = (delivering_at is null)),
      check ((state in ('done', 'failed', 'stopped')) = (ended_at is not null)),
      check (ended_at is null or state = end_state)
    )`.execute(db)
  await sql`
    create unique index turns_one_at_a_time on turns (dialogue_id)
      where state in ('running', 'delivering')`.execute(db)
  await sql`create index turns_by_answer on turns (answer_id)`.execute(db)
  await sql`
    create index turns_active on turns (dialogue_id, sequence)
      where state in ('accepted', 'running')`.execute(db)
  await sql`
    create table turn_messages (
      turn_id text not null references turns (id) on delete cascade,
      message_id text not null references messages (id) on delete cascade,
      primary key (turn_id, message_id)
    )`.execute(db)
  await sql`create index turn_messages_by_message on turn_messages (message_id)`.execute(db)
}
