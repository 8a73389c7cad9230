import { type Kysely, sql } from 'kysely'

/**
 * `owner_id`: whose a direct or a web Dialogue is. `branch_id` is null on the trunk; a branch goes on from the messages
 * of its parent that stand before `from_position`.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table branches (
      id text primary key,
      dialogue_id text not null references dialogues (id) on delete cascade,
      parent_id text references branches (id) on delete cascade,
      from_position bigint not null,
      created_at timestamptz not null
    )`.execute(db)
  await sql`create index branches_by_dialogue on branches (dialogue_id)`.execute(db)
  await sql`
    alter table dialogues
      add column owner_id text references identities (id),
      add column title_by text not null default 'first_words'
        check (title_by in ('first_words', 'model', 'hand')),
      add column branch_id text references branches (id) on delete set null`.execute(db)
  await sql`create index dialogues_by_owner on dialogues (owner_id, used_at desc)`.execute(db)
  await sql`
    update dialogues set owner_id = (
      select author_id from messages
      where messages.dialogue_id = dialogues.id and role = 'user'
      order by position limit 1)
    where direct`.execute(db)
  await sql`
    alter table messages
      add column branch_id text references branches (id) on delete cascade,
      add column from_web boolean not null default false`.execute(db)
  await sql`
    create table dialogue_members (
      dialogue_id text not null references dialogues (id) on delete cascade,
      member_id text not null references members (id) on delete cascade,
      invited_by text references members (id) on delete set null,
      joined_at timestamptz not null,
      primary key (dialogue_id, member_id)
    )`.execute(db)
  await sql`create index dialogue_members_by_member on dialogue_members (member_id)`.execute(db)
  await sql`
    create table dialogue_marks (
      member_id text not null references members (id) on delete cascade,
      dialogue_id text not null references dialogues (id) on delete cascade,
      pinned_at timestamptz,
      hidden_at timestamptz,
      primary key (member_id, dialogue_id)
    )`.execute(db)
  await sql`create index dialogue_marks_by_dialogue on dialogue_marks (dialogue_id)`.execute(db)
  await sql`
    create table publications (
      dialogue_id text primary key references dialogues (id) on delete cascade,
      published_by text not null references members (id) on delete cascade,
      published_at timestamptz not null,
      masks_names boolean not null,
      is_indexed boolean not null default false
    )`.execute(db)
  await sql`create index publications_by_time on publications (published_at desc)`.execute(db)
}
