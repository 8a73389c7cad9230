import { type Kysely, sql } from 'kysely'

/**
 * `revision` counts what changes in a Dialogue; each message and Turn bears the one at which it last changed, and
 * `head_revision` is that of its title and current branch: whoever knows all up to one revision asks for what came
 * after. `live_answers` holds answers while they are written, for watchers of other processes.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table dialogues
      add column revision bigint not null default 0,
      add column head_revision bigint not null default 0,
      add column agent text`.execute(db)
  await sql`alter table messages add column revision bigint not null default 0`.execute(db)
  await sql`create index messages_by_revision on messages (dialogue_id, revision)`.execute(db)
  await sql`alter table turns add column revision bigint not null default 0`.execute(db)
  await sql`create index turns_by_revision on turns (dialogue_id, revision)`.execute(db)
  await sql`
    create table live_answers (
      turn_id text primary key references turns (id) on delete cascade,
      state text not null check (state in ('thinking', 'streaming')),
      text text not null
    )`.execute(db)
  await sql`
    alter table summaries
      drop constraint summaries_pkey,
      add column branch_id text references branches (id) on delete cascade,
      add constraint summaries_of_branch unique nulls not distinct (dialogue_id, branch_id)`.execute(db)
  await sql`
    alter table model_calls
      drop constraint model_calls_purpose_check,
      add constraint model_calls_purpose_check check (purpose in ('answer', 'summary', 'title'))`.execute(db)
}
