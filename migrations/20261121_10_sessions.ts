import { type Kysely, sql } from 'kysely'

/**
 * Every secret a person holds is kept as its hash alone. `generation` counts a session's renewals: the tokens of the
 * present one are good, those of the one before for a moment more. `rate_limits.allowed` is the last answer given.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table sessions (
      id text primary key,
      member_id text not null references members (id) on delete cascade,
      method text not null,
      user_agent text,
      address text,
      created_at timestamptz not null,
      used_at timestamptz not null,
      expires_at timestamptz not null,
      ended_at timestamptz,
      end_reason text,
      generation integer not null default 1,
      check ((ended_at is null) = (end_reason is null))
    )`.execute(db)
  await sql`create index sessions_by_member on sessions (member_id)`.execute(db)
  await sql`
    create table refresh_tokens (
      hash text primary key,
      session_id text not null references sessions (id) on delete cascade,
      generation integer not null,
      issued_at timestamptz not null,
      replaced_at timestamptz
    )`.execute(db)
  await sql`create index refresh_tokens_by_session on refresh_tokens (session_id)`.execute(db)
  await sql`
    create table mail_tokens (
      hash text primary key,
      member_id text not null references members (id) on delete cascade,
      purpose text not null check (purpose in ('confirm', 'reset', 'change')),
      email text not null,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      used_at timestamptz
    )`.execute(db)
  await sql`create index mail_tokens_by_member on mail_tokens (member_id)`.execute(db)
  await sql`
    create table rate_limits (
      key text primary key,
      tries timestamptz[] not null,
      allowed boolean not null,
      until timestamptz not null
    )`.execute(db)
  await sql`create index rate_limits_by_time on rate_limits (until)`.execute(db)
  await sql`
    create table sign_in_attempts (
      state_hash text primary key,
      browser_hash text not null,
      provider text not null,
      purpose jsonb not null,
      sealed text not null,
      expires_at timestamptz not null,
      used_at timestamptz
    )`.execute(db)
  await sql`
    create table link_codes (
      hash text primary key,
      identity_id text not null references identities (id) on delete cascade,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      redeemed_at timestamptz,
      redeemed_by text references members (id) on delete set null
    )`.execute(db)
  await sql`create index link_codes_by_identity on link_codes (identity_id)`.execute(db)
}
