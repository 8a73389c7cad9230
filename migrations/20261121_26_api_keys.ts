import { type Kysely, sql } from 'kysely'

/**
 * Keys for programs, as hashes; and what was answered to a program, so that the same request again gets the same answer.
 * `hash` of a reply is of its key, which is not kept; `reply` is null while the request is under way, where the reply
 * holds a secret, and once what it told of is erased.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table api_keys (
      id text primary key,
      member_id text not null references members (id) on delete cascade,
      hash text not null unique,
      name text not null,
      hint text not null,
      scopes text[] not null check (scopes <@ array['chat', 'read', 'write', 'admin'] and cardinality(scopes) > 0),
      created_at timestamptz not null,
      expires_at timestamptz,
      used_at timestamptz,
      revoked_at timestamptz
    )`.execute(db)
  await sql`create index api_keys_by_member on api_keys (member_id)`.execute(db)
  await sql`
    create table idempotent_replies (
      member_id text not null references members (id) on delete cascade,
      hash text not null,
      request_hash text not null,
      token text not null,
      state text not null check (state in ('running', 'done')),
      status integer,
      reply text,
      until timestamptz not null,
      primary key (member_id, hash),
      check (reply is null or (state = 'done' and status is not null))
    )`.execute(db)
  await sql`create index idempotent_replies_by_time on idempotent_replies (until)`.execute(db)
}
