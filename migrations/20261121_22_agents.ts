import { type Kysely, sql } from 'kysely'

/**
 * Agents that people made. `draft` is what is being written, a row of `agent_versions` what was published and never
 * changes. An `agent_places` row without a workspace (empty) is the installation's, without a channel its workspace's.
 * What a guided Agent asked and was answered is kept by the messages themselves: erasing those erases it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table agents (
      id text primary key,
      platform text check (platform in ('slack', 'discord', 'web')),
      workspace_id text,
      name text not null,
      draft jsonb not null,
      revision integer not null default 1,
      published_version integer,
      created_at timestamptz not null,
      changed_at timestamptz not null,
      archived_at timestamptz,
      check ((platform is null) = (workspace_id is null))
    )`.execute(db)
  await sql`
    create unique index agents_by_name
      on agents (coalesce(platform, ''), coalesce(workspace_id, ''), lower(name))
      where archived_at is null`.execute(db)
  await sql`
    create table agent_versions (
      agent_id text not null references agents (id) on delete cascade,
      version integer not null check (version > 0),
      definition jsonb not null,
      published_at timestamptz not null,
      published_by text references members (id) on delete set null,
      from_version integer,
      primary key (agent_id, version)
    )`.execute(db)
  await sql`
    alter table agents add constraint agents_published
      foreign key (id, published_version) references agent_versions (agent_id, version)`.execute(db)
  await sql`
    create table agent_places (
      platform text not null check (platform in ('', 'slack', 'discord', 'web')),
      workspace_id text not null,
      channel_id text not null,
      usual text,
      choosable jsonb,
      instructions text,
      notes text,
      primary key (platform, workspace_id, channel_id),
      check ((platform = '') = (workspace_id = '')),
      check (channel_id = '' or workspace_id <> '')
    )`.execute(db)
  await sql`
    create table agent_wishes (
      identity_id text primary key references identities (id) on delete cascade,
      agent_id text not null
    )`.execute(db)
  await sql`
    create table guides (
      dialogue_id text primary key references dialogues (id) on delete cascade,
      agent_id text not null,
      questions jsonb not null,
      asker_id text not null references identities (id) on delete cascade
    )`.execute(db)
  await sql`
    create table guide_questions (
      message_id text primary key references messages (id) on delete cascade,
      dialogue_id text not null references dialogues (id) on delete cascade,
      number integer not null check (number >= 0),
      after_sequence integer not null
    )`.execute(db)
  await sql`create index guide_questions_by_dialogue on guide_questions (dialogue_id)`.execute(db)
  await sql`
    create table guide_answers (
      question_id text not null references guide_questions (message_id) on delete cascade,
      message_id text not null references messages (id) on delete cascade,
      primary key (question_id, message_id)
    )`.execute(db)
  await sql`create index guide_answers_by_message on guide_answers (message_id)`.execute(db)
}
