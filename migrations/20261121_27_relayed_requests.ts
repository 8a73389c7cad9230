import { type Kysely, sql } from 'kysely'

/**
 * Requests of programs and what they were answered, where the workspace says that they are kept; and the Quotas of many
 * requests at once, over the tables and functions of 20 and 21.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await makeTable(db)
  await makeReserveAll(db)
  await makeSettleAll(db)
}

async function makeTable(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table relayed_requests (
      id text primary key,
      at timestamptz not null,
      member_id text not null references members (id) on delete cascade,
      api_key_id text not null,
      model text not null,
      host text not null,
      streamed boolean not null,
      outcome text not null check (outcome in ('answered', 'broken', 'left')),
      status integer not null,
      request bytea not null,
      response bytea not null,
      truncated boolean not null,
      choices jsonb not null,
      input_tokens bigint not null,
      cached_input_tokens bigint not null,
      output_tokens bigint not null,
      estimated boolean not null,
      duration_ms integer not null
    )`.execute(db)
  await sql`create index relayed_requests_by_member on relayed_requests (member_id, at desc, id desc)`.execute(
    db,
  )
  await sql`create index relayed_requests_by_time on relayed_requests (at)`.execute(db)
}

/**
 * `quota_reserve` for many new claims of one person in one place, as one: when all of them together stay below every
 * warning, they are held in one go; else each is looked at by itself, in order. Not waited for until it is on disk,
 * because what settles it is, and takes it along.
 */
async function makeReserveAll(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function quota_reserve_all(claims jsonb) returns setof jsonb language plpgsql as $$
    declare
      first jsonb := claims -> 0;
      asker text := first ->> 'asker';
      moment timestamptz := (first ->> 'at')::timestamptz;
      of_subjects text[];
      of_buckets text[];
      of_ends timestamptz[];
      requests_claimed bigint;
      tokens_claimed bigint;
      cost_claimed bigint;
      is_priced boolean;
      fits boolean := true;
    begin
      perform set_config('synchronous_commit', 'off', true);
      perform pg_advisory_xact_lock_shared(hashtextextended('quota:' || asker, 0));
      select array_agg(subject order by subject collate "C", bucket collate "C"),
          array_agg(bucket order by subject collate "C", bucket collate "C"),
          array_agg(ends_at order by subject collate "C", bucket collate "C")
        into of_subjects, of_buckets, of_ends
        from quota_levels(asker, first ->> 'platform', first ->> 'workspace', first ->> 'channel', moment);
      select count(*) * (first ->> 'requests')::int, sum(tokens), coalesce(sum(cost), 0), bool_and(cost is not null)
        into requests_claimed, tokens_claimed, cost_claimed, is_priced
        from (
          select (claim ->> 'input')::bigint + (claim ->> 'output')::bigint as tokens,
            price_of(claim ->> 'model', moment, (claim ->> 'input')::bigint, 0, (claim ->> 'output')::bigint) as cost
          from jsonb_array_elements(claims) as claim
        ) as priced;
      insert into quota_buckets as b (subject, bucket, requests_held, tokens_held, cost_held, ends_at)
        select subject, bucket, requests_claimed, tokens_claimed, cost_claimed, ends_at
        from unnest(of_subjects, of_buckets, of_ends) as levels (subject, bucket, ends_at)
        on conflict (subject, bucket) do update set
          requests_held = b.requests_held + excluded.requests_held,
          tokens_held = b.tokens_held + excluded.tokens_held,
          cost_held = b.cost_held + excluded.cost_held;
      if exists (select from quota_rules) then
        select coalesce(bool_and(
            used + held < most * 0.8 and (is_priced or (rule).unit <> 'costMicros')), true)
          into fits
          from quota_standings(asker, first ->> 'platform', first ->> 'workspace', first ->> 'channel',
            array(select jsonb_array_elements_text(first -> 'roles')), moment);
      end if;
      if fits then
        insert into reservations (id, state, asker_id, platform, workspace_id, channel_id, agent_id, requests,
            requests_held, tokens_held, cost_held, subjects, buckets, at)
          select claim ->> 'id', 'open', asker, claim ->> 'platform', claim ->> 'workspace', claim ->> 'channel',
            claim ->> 'agent', (claim ->> 'requests')::int, (claim ->> 'requests')::int,
            (claim ->> 'input')::bigint + (claim ->> 'output')::bigint,
            coalesce(price_of(
              claim ->> 'model', moment, (claim ->> 'input')::bigint, 0, (claim ->> 'output')::bigint), 0),
            of_subjects, of_buckets, moment
          from jsonb_array_elements(claims) as claim;
        return query
          select '{"granted": true, "warnings": [], "news": [], "stepDownTo": null}'::jsonb
          from jsonb_array_elements(claims);
        return;
      end if;
      update quota_buckets as b set requests_held = b.requests_held - requests_claimed,
          tokens_held = b.tokens_held - tokens_claimed, cost_held = b.cost_held - cost_claimed
        from unnest(of_subjects, of_buckets) as levels (subject, bucket)
        where b.subject = levels.subject and b.bucket = levels.bucket;
      for first in select * from jsonb_array_elements(claims) loop
        return next quota_reserve(first);
      end loop;
    end
    $$`.execute(db)
}

/** `quota_settle` for many Reservations of one person: what is open is ended in one go, anything else by itself. */
async function makeSettleAll(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function quota_settle_all(asker text, told jsonb) returns void language plpgsql as $$
    declare
      other jsonb;
    begin
      perform pg_advisory_xact_lock_shared(hashtextextended('quota:' || asker, 0));
      perform from reservations
        where id in (select entry ->> 'id' from jsonb_array_elements(told) as entry)
        order by id for update;
      with told_calls as (
        select distinct on (entry ->> 'id') entry ->> 'id' as id, entry -> 'call' as call
        from jsonb_array_elements(told) as entry
        order by entry ->> 'id', jsonb_typeof(entry -> 'call') = 'object' desc
      ), open as (
        select r.*, told_calls.call from reservations as r join told_calls on told_calls.id = r.id
        where r.state = 'open' and not r.charged
      ), kept as (
        insert into usages (call_id, reservation_id, at, platform, workspace_id, channel_id, identity_id, agent_id,
          model, provider, purpose, requests, input_tokens, cached_input_tokens, output_tokens, cost_micros, estimated)
        select c."callId", o.id, o.at, o.platform, o.workspace_id, o.channel_id, o.asker_id,
          coalesce(c.agent, o.agent_id), c.model, c.provider, c.purpose, o.requests,
          c.input, least(c.cached, c.input), c.output,
          coalesce(c.cost, price_of(c.model, c.at, c.input, least(c.cached, c.input), c.output)), c.estimated
        from open as o, jsonb_to_record(o.call) as c (
          "callId" text, purpose text, model text, provider text, agent text, at timestamptz,
          input bigint, cached bigint, output bigint, cost bigint, estimated boolean)
        where jsonb_typeof(o.call) = 'object'
        on conflict (call_id) do nothing
        returning reservation_id, requests, input_tokens + output_tokens as tokens, cost_micros
      ), ended as (
        update reservations as r set
            state = case when kept.reservation_id is null then 'released' else 'settled' end,
            charged = kept.reservation_id is not null,
            requests_held = 0, tokens_held = 0, cost_held = 0, ended_at = clock_timestamp()
          from open left join kept on kept.reservation_id = open.id
          where r.id = open.id
      )
      insert into quota_buckets as b (subject, bucket, requests_used, tokens_used, cost_used,
          requests_held, tokens_held, cost_held, ends_at)
        select path.subject, path.bucket, coalesce(sum(kept.requests), 0), coalesce(sum(kept.tokens), 0),
          coalesce(sum(kept.cost_micros), 0),
          sum(open.requests_held), sum(open.tokens_held), sum(open.cost_held), clock_timestamp()
        from open left join kept on kept.reservation_id = open.id,
          unnest(open.subjects, open.buckets) as path (subject, bucket)
        group by path.subject, path.bucket
        order by path.subject collate "C", path.bucket collate "C"
        on conflict (subject, bucket) do update set
          requests_used = b.requests_used + excluded.requests_used,
          tokens_used = b.tokens_used + excluded.tokens_used,
          cost_used = b.cost_used + excluded.cost_used,
          requests_held = greatest(0, b.requests_held - excluded.requests_held),
          tokens_held = greatest(0, b.tokens_held - excluded.tokens_held),
          cost_held = greatest(0, b.cost_held - excluded.cost_held);
      for other in
        select entry from jsonb_array_elements(told) as entry
        where jsonb_typeof(entry -> 'call') = 'object'
          and not exists (select from usages where call_id = entry -> 'call' ->> 'callId')
      loop
        perform quota_settle(other ->> 'id', jsonb_build_array(other -> 'call'));
      end loop;
    end
    $$`.execute(db)
}
