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
 * warning of every rule that could hold, they are held in one go; else each is looked at by itself, in order. Counters
 * are those of `quota_levels`, in its order. Not waited for until it is on disk: what settles it is, and takes it along.
 */
async function makeReserveAll(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function quota_reserve_all(claims jsonb) returns setof jsonb language plpgsql
    set plan_cache_mode = force_generic_plan as $$
    declare
      first jsonb := claims -> 0;
      asker text := first ->> 'asker';
      of_platform text := first ->> 'platform';
      of_workspace text := first ->> 'workspace';
      of_channel text := first ->> 'channel';
      moment timestamptz := (first ->> 'at')::timestamptz;
      member text;
      here text := of_platform || ':' || of_workspace;
      zone text;
      everywhere text;
      local timestamp;
      general timestamp;
      days text[];
      months text[];
      day_ends timestamptz[];
      month_ends timestamptz[];
      of_subjects text[];
      of_buckets text[];
      of_ends timestamptz[];
      requests_claimed bigint;
      tokens_claimed bigint;
      cost_claimed bigint;
      fits boolean;
    begin
      perform set_config('synchronous_commit', 'off', true);
      perform pg_advisory_xact_lock_shared(hashtextextended('quota:' || asker, 0));
      select member_id into member from identities where id = asker;
      zone := quota_time_zone(of_platform, of_workspace);
      everywhere := quota_time_zone(null, null);
      local := moment at time zone zone;
      general := moment at time zone everywhere;
      months := array[to_char(local, 'YYYY-MM'), to_char(general, 'YYYY-MM')];
      days := array[to_char(local, 'YYYY-MM-DD'), to_char(general, 'YYYY-MM-DD')];
      month_ends := array[(date_trunc('month', local) + interval '1 month') at time zone zone,
        (date_trunc('month', general) + interval '1 month') at time zone everywhere];
      day_ends := array[(date_trunc('day', local) + interval '1 day') at time zone zone,
        (date_trunc('day', general) + interval '1 day') at time zone everywhere];
      of_subjects := array['channel:' || here || ':' || of_channel, 'person:' || coalesce(member, asker),
        'person:' || coalesce(member, asker) || '@' || here, 'workspace:' || here];
      of_subjects := array[of_subjects[1], of_subjects[1], of_subjects[2], of_subjects[2],
        of_subjects[3], of_subjects[3], of_subjects[4], of_subjects[4]];
      of_buckets := array[months[1], days[1], months[2], days[2], months[1], days[1], months[1], days[1]];
      of_ends := array[month_ends[1], day_ends[1], month_ends[2], day_ends[2],
        month_ends[1], day_ends[1], month_ends[1], day_ends[1]];

      with added as (
        insert into reservations (id, state, asker_id, platform, workspace_id, channel_id, agent_id, requests,
            requests_held, tokens_held, cost_held, subjects, buckets, at)
          select claim ->> 'id', 'open', asker, of_platform, of_workspace, of_channel, claim ->> 'agent',
            (claim ->> 'requests')::int, (claim ->> 'requests')::int,
            (claim ->> 'input')::bigint + (claim ->> 'output')::bigint,
            coalesce(price_of(
              claim ->> 'model', moment, (claim ->> 'input')::bigint, 0, (claim ->> 'output')::bigint), 0),
            of_subjects, of_buckets, moment
          from jsonb_array_elements(claims) as claim
          returning requests_held, tokens_held, cost_held
      )
      select sum(requests_held), sum(tokens_held), sum(cost_held)
        into requests_claimed, tokens_claimed, cost_claimed from added;
      insert into quota_buckets as b (subject, bucket, requests_held, tokens_held, cost_held, ends_at)
        select subject, bucket, requests_claimed, tokens_claimed, cost_claimed, ends_at
        from unnest(of_subjects, of_buckets, of_ends) as levels (subject, bucket, ends_at)
        on conflict (subject, bucket) do update set
          requests_held = b.requests_held + excluded.requests_held,
          tokens_held = b.tokens_held + excluded.tokens_held,
          cost_held = b.cost_held + excluded.cost_held;
      select coalesce(bool_and(rules.most * 0.8 > case rules.unit
            when 'requests' then b.requests_used + b.requests_held
            when 'tokens' then b.tokens_used + b.tokens_held
            else b.cost_used + b.cost_held end
          and (rules.unit <> 'costMicros' or not exists (
            select from jsonb_array_elements(claims) as claim
            where not exists (
              select from prices where prices.model = claim ->> 'model' and prices.since <= moment)))), true)
        into fits
        from quota_rules as rules
        join quota_buckets as b
          on b.subject = case rules.scope
              when 'workspace' then of_subjects[7] when 'channel' then of_subjects[1]
              else case when rules.platform is null then of_subjects[3] else of_subjects[5] end end
            and b.bucket = case
              when rules.scope = 'member' and rules.platform is null
                then case rules.period when 'day' then days[2] else months[2] end
              else case rules.period when 'day' then days[1] else months[1] end end
        where (rules.platform is null or (rules.platform = of_platform and rules.workspace_id = of_workspace))
          and rules.subject = any (case rules.scope
            when 'workspace' then array['*', of_workspace, here]
            when 'channel' then array['*', of_channel, here || ':' || of_channel]
            else array['*', asker, member] end);
      if fits then
        return query
          select '{"granted": true, "warnings": [], "news": [], "stepDownTo": null}'::jsonb
          from jsonb_array_elements(claims);
        return;
      end if;
      delete from reservations where id in (select claim ->> 'id' from jsonb_array_elements(claims) as claim);
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
    create function quota_settle_all(asker text, told jsonb) returns void language plpgsql
    set plan_cache_mode = force_generic_plan as $$
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
