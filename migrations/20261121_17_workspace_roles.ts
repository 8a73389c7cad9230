import { type Kysely, sql } from 'kysely'

/** Who manages, or reads the usage of, one workspace without doing so everywhere. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table workspace_roles (
      member_id text not null references members (id) on delete cascade,
      platform text not null check (platform in ('slack', 'discord', 'web')),
      workspace_id text not null,
      role text not null check (role in ('admin', 'auditor')),
      primary key (member_id, platform, workspace_id)
    )`.execute(db)
  await sql`create index workspace_roles_by_workspace on workspace_roles (platform, workspace_id)`.execute(db)
}
