import { type Kysely, sql } from 'kysely'

/** Who may read through one of these is asked of the platform's own word, in `audience_places`: nobody is listed here. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table dialogue_workspaces (
      dialogue_id text not null references dialogues (id) on delete cascade,
      platform text not null check (platform in ('slack', 'discord')),
      workspace_id text not null,
      invited_by text references members (id) on delete set null,
      invited_at timestamptz not null,
      primary key (dialogue_id, platform, workspace_id)
    )`.execute(db)
  await sql`create index dialogue_workspaces_by_workspace on dialogue_workspaces (platform, workspace_id)`.execute(
    db,
  )
}
