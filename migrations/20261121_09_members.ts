import { type Kysely, sql } from 'kysely'

/** `identities.member_id`: whose account on a platform this is, once it was linked. A member has one `web` identity. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table members (
      id text primary key,
      username text not null check (length(username) between 1 and 25),
      email text,
      email_confirmed_at timestamptz,
      email_proven boolean not null default false,
      password_hash text,
      nickname text not null check (nickname <> ''),
      first_name text check (length(first_name) <= 32),
      last_name text check (length(last_name) <= 32),
      born_year integer,
      job text,
      settings jsonb not null default '{}',
      role text not null default 'member' check (role in ('owner', 'admin', 'auditor', 'member')),
      suspended_at timestamptz,
      created_at timestamptz not null default now(),
      check (email_confirmed_at is null or email is not null),
      check (email_confirmed_at is not null or not email_proven)
    )`.execute(db)
  await sql`create unique index members_by_email on members (lower(email))`.execute(db)
  await sql`create unique index members_by_username on members (lower(username))`.execute(db)
  await sql`
    create table avatars (
      member_id text primary key references members (id) on delete cascade,
      image bytea not null,
      tag text not null
    )`.execute(db)
  await sql`
    alter table identities
      add column member_id text references members (id) on delete set null,
      add column linked_at timestamptz`.execute(db)
  await sql`create index identities_by_member on identities (member_id)`.execute(db)
  await sql`
    create table logins (
      provider text not null,
      issuer text not null,
      subject text not null,
      member_id text not null references members (id) on delete cascade,
      label text not null,
      created_at timestamptz not null default now(),
      primary key (provider, issuer, subject)
    )`.execute(db)
  await sql`create index logins_by_member on logins (member_id)`.execute(db)
  await sql`
    create table notices (
      id text primary key,
      member_id text not null references members (id) on delete cascade,
      kind text not null,
      detail jsonb not null default '{}',
      created_at timestamptz not null default now(),
      seen_at timestamptz
    )`.execute(db)
  await sql`create index notices_by_member on notices (member_id, created_at desc)`.execute(db)
  await sql`
    create table audits (
      id text primary key,
      at timestamptz not null,
      actor_id text,
      action text not null,
      subject text not null,
      detail jsonb not null default '{}',
      address text
    )`.execute(db)
  await sql`create index audits_by_time on audits (at desc, id desc)`.execute(db)
}
