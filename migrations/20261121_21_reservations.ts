import { type Kysely, sql } from 'kysely'

/**
 * Whoever reserves or settles for an Identity shares a lock on it; whoever links or unlinks it has that lock alone.
 * Counters are locked in the order of their keys, in bytes: nobody waits in a circle.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table turns add column refusal jsonb`.execute(db)
  await makeReserve(db)
  await makeSettle(db)
  await makeMove(db)
}

async function makeReserve(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function quota_reserve(claim jsonb) returns jsonb language plpgsql as $$
    declare
      asker text := claim ->> 'asker';
      moment timestamptz := (claim ->> 'at')::timestamptz;
      roles text[] := array(select jsonb_array_elements_text(claim -> 'roles'));
      requests_claimed int := (claim ->> 'requests')::int;
      tokens_claimed bigint := (claim ->> 'input')::bigint + (claim ->> 'output')::bigint;
      cost_claimed bigint;
      known reservations;
      is_new boolean;
      standing record;
      amount bigint;
      spoken_for bigint;
      refused jsonb;
      refused_until timestamptz;
      warnings jsonb := '[]';
      news jsonb := '[]';
      step_down text;
    begin
      perform pg_advisory_xact_lock_shared(hashtextextended('quota:' || asker, 0));
      loop
        insert into reservations (id, state, asker_id, platform, workspace_id, channel_id, agent_id, requests, at)
          values (claim ->> 'id', 'released', asker, claim ->> 'platform', claim ->> 'workspace',
            claim ->> 'channel', claim ->> 'agent', requests_claimed, moment)
          on conflict (id) do nothing;
        is_new := found;
        select * into known from reservations where id = claim ->> 'id' for update;
        exit when found;
      end loop;
      if known.state = 'open' then
        select (standings.rule).step_down_to into step_down from quota_standings(
            asker, claim ->> 'platform', claim ->> 'workspace', claim ->> 'channel', roles, moment) as standings
          where (standings.rule).soft and (standings.rule).step_down_to is not null
            and standings.used + standings.held > standings.most limit 1;
        return jsonb_build_object('granted', true, 'warnings', warnings, 'news', news, 'stepDownTo', step_down);
      end if;
      if known.charged then requests_claimed := 0; end if;
      cost_claimed := price_of(
        claim ->> 'model', moment, (claim ->> 'input')::bigint, 0, (claim ->> 'output')::bigint);

      insert into quota_buckets as b (subject, bucket, requests_held, tokens_held, cost_held, ends_at)
        select levels.subject, levels.bucket, requests_claimed, tokens_claimed, coalesce(cost_claimed, 0), levels.ends_at
        from quota_levels(asker, claim ->> 'platform', claim ->> 'workspace', claim ->> 'channel', moment) as levels
        order by levels.subject collate "C", levels.bucket collate "C"
        on conflict (subject, bucket) do update set
          requests_held = b.requests_held + excluded.requests_held,
          tokens_held = b.tokens_held + excluded.tokens_held,
          cost_held = b.cost_held + excluded.cost_held;

      for standing in
        select * from quota_standings(
          asker, claim ->> 'platform', claim ->> 'workspace', claim ->> 'channel', roles, moment)
      loop
        amount := case (standing.rule).unit
          when 'requests' then requests_claimed when 'tokens' then tokens_claimed else cost_claimed end;
        spoken_for := case (standing.rule).unit when 'requests' then standing.held else 0 end;
        if amount is null and not (standing.rule).soft then
          return quota_unreserve(claim ->> 'id', is_new, moment, requests_claimed, tokens_claimed, 0)
            || jsonb_build_object('granted', false, 'reason', 'price_unknown', 'refusedBy', to_jsonb(standing));
        end if;
        if amount > 0 and standing.used + standing.held > standing.most then
          if not (standing.rule).soft and (refused_until is null or standing.ends_at > refused_until) then
            standing.held := standing.held - amount;
            refused := to_jsonb(standing);
            refused_until := standing.ends_at;
          elsif (standing.rule).soft then
            step_down := coalesce(step_down, (standing.rule).step_down_to);
            warnings := warnings || to_jsonb(standing);
          end if;
        elsif amount > 0 and standing.used + spoken_for >= standing.most * 0.8 then
          warnings := warnings || to_jsonb(standing);
        end if;
      end loop;
      if refused is not null then
        return quota_unreserve(claim ->> 'id', is_new, moment, requests_claimed, tokens_claimed, coalesce(cost_claimed, 0))
          || jsonb_build_object('granted', false, 'reason', 'spent', 'refusedBy', refused);
      end if;

      with told as (
        insert into quota_warnings (subject, unit, bucket)
          select warned ->> 'subject', warned -> 'rule' ->> 'unit', warned ->> 'bucket'
          from jsonb_array_elements(warnings) as warned
          on conflict do nothing returning subject, unit, bucket
      )
      select coalesce(jsonb_agg(warned), '[]') into news
        from jsonb_array_elements(warnings) as warned
        join told on told.subject = warned ->> 'subject' and told.unit = warned -> 'rule' ->> 'unit'
          and told.bucket = warned ->> 'bucket';
      update reservations set state = 'open', at = moment, ended_at = null,
          requests_held = requests_claimed, tokens_held = tokens_claimed, cost_held = coalesce(cost_claimed, 0),
          agent_id = claim ->> 'agent', subjects = path.subjects, buckets = path.buckets
        from (
          select array_agg(subject) as subjects, array_agg(bucket) as buckets
          from quota_levels(asker, claim ->> 'platform', claim ->> 'workspace', claim ->> 'channel', moment)
        ) as path
        where id = claim ->> 'id';
      return jsonb_build_object('granted', true, 'warnings', warnings, 'news', news, 'stepDownTo', step_down);
    end
    $$`.execute(db)
  await sql`
    create function quota_unreserve(
      reservation text, is_new boolean, moment timestamptz, requests int, tokens bigint, cost bigint)
    returns jsonb language plpgsql as $$
    declare
      known reservations;
    begin
      select * into known from reservations where id = reservation;
      update quota_buckets as b set requests_held = b.requests_held - requests,
          tokens_held = b.tokens_held - tokens, cost_held = b.cost_held - cost
        from quota_levels(known.asker_id, known.platform, known.workspace_id, known.channel_id, moment) as levels
        where b.subject = levels.subject and b.bucket = levels.bucket;
      if is_new then
        delete from reservations where id = reservation;
      end if;
      return '{}'::jsonb;
    end
    $$`.execute(db)
}

async function makeSettle(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function quota_settle(reservation text, calls jsonb) returns void language plpgsql as $$
    declare
      known reservations;
      was_open boolean;
      added int;
      requests_spent int;
      tokens_spent bigint;
      cost_spent bigint;
    begin
      select * into known from reservations where id = reservation;
      if not found then return; end if;
      perform pg_advisory_xact_lock_shared(hashtextextended('quota:' || known.asker_id, 0));
      select * into known from reservations where id = reservation for update;
      was_open := known.state = 'open';
      with told as (
        select *, row_number() over (order by purpose <> 'answer', at, "callId") as place
        from jsonb_to_recordset(calls) as told (
          "callId" text, purpose text, model text, provider text, agent text, at timestamptz,
          input bigint, cached bigint, output bigint, cost bigint, estimated boolean)
      ), kept as (
        insert into usages (call_id, reservation_id, at, platform, workspace_id, channel_id, identity_id, agent_id,
          model, provider, purpose, requests, input_tokens, cached_input_tokens, output_tokens, cost_micros, estimated)
        select "callId", reservation, known.at, known.platform, known.workspace_id, known.channel_id, known.asker_id,
          coalesce(agent, known.agent_id), model, provider, purpose,
          case when place = 1 and not known.charged then known.requests else 0 end,
          input, least(cached, input), output,
          coalesce(cost, price_of(model, at, input, least(cached, input), output)), estimated
        from told
        on conflict (call_id) do nothing
        returning requests, input_tokens + output_tokens as tokens, cost_micros
      )
      select count(*), coalesce(sum(requests), 0), coalesce(sum(tokens), 0), coalesce(sum(cost_micros), 0)
        into added, requests_spent, tokens_spent, cost_spent from kept;
      if not was_open and added = 0 then return; end if;

      insert into quota_buckets as b (subject, bucket, requests_used, tokens_used, cost_used, ends_at)
        select subject, bucket, requests_spent, tokens_spent, cost_spent, clock_timestamp()
        from unnest(known.subjects, known.buckets) as path (subject, bucket)
        order by subject collate "C", bucket collate "C"
        on conflict (subject, bucket) do update set
          requests_used = b.requests_used + excluded.requests_used,
          tokens_used = b.tokens_used + excluded.tokens_used,
          cost_used = b.cost_used + excluded.cost_used,
          requests_held = greatest(0, b.requests_held - known.requests_held),
          tokens_held = greatest(0, b.tokens_held - known.tokens_held),
          cost_held = greatest(0, b.cost_held - known.cost_held);
      update reservations set state = case when known.charged or added > 0 then 'settled' else 'released' end,
          charged = known.charged or added > 0, requests_held = 0, tokens_held = 0, cost_held = 0,
          ended_at = clock_timestamp()
        where id = reservation;
    end
    $$`.execute(db)
}

/**
 * An Identity that is linked takes what it used and holds in the periods of this moment with it to the Member, and
 * away again when it is unlinked.
 */
async function makeMove(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function quota_move(identity text, from_person text, to_person text, moment timestamptz)
    returns void language plpgsql as $$
    declare
      share record;
    begin
      perform pg_advisory_xact_lock(hashtextextended('quota:' || identity, 0));
      for share in
        with places as (
          select null as platform, null as workspace_id, '' as suffix
          union
          select platform, workspace_id, '@' || platform || ':' || workspace_id from usages
            where identity_id = identity and at > moment - interval '32 days'
          union
          select platform, workspace_id, '@' || platform || ':' || workspace_id from reservations
            where asker_id = identity and state = 'open'
        ), zoned as (
          select *, quota_time_zone(platform, workspace_id) as zone from places
        ), counted as (
          select zoned.*, shape, to_char(moment at time zone zone, shape) as bucket,
            (date_trunc(period, moment at time zone zone) + ('1 ' || period)::interval) at time zone zone as ends_at
          from zoned cross join (values ('day', 'YYYY-MM-DD'), ('month', 'YYYY-MM')) as periods (period, shape)
        ), shares as (
          select suffix, bucket, ends_at, used.*, held.*
          from counted,
          lateral (
            select coalesce(sum(requests), 0) as requests_used,
              coalesce(sum(input_tokens + output_tokens), 0) as tokens_used,
              coalesce(sum(cost_micros), 0) as cost_used
            from usages
            where identity_id = identity and at > moment - interval '32 days'
              and (counted.platform is null
                or (usages.platform = counted.platform and usages.workspace_id = counted.workspace_id))
              and to_char(usages.at at time zone zone, shape) = counted.bucket
          ) as used,
          lateral (
            select coalesce(sum(requests_held), 0) as requests_held, coalesce(sum(tokens_held), 0) as tokens_held,
              coalesce(sum(cost_held), 0) as cost_held
            from reservations, unnest(subjects, buckets) as path (subject, bucket)
            where asker_id = identity and state = 'open'
              and path.subject = 'person:' || from_person || counted.suffix and path.bucket = counted.bucket
          ) as held
        )
        select * from (
          select 'person:' || person || suffix as subject, sign, shares.*
          from shares cross join (values (from_person, -1), (to_person, 1)) as sides (person, sign)
        ) as changes
        order by subject collate "C", bucket collate "C"
      loop
        insert into quota_buckets (subject, bucket, ends_at)
          values (share.subject, share.bucket, share.ends_at) on conflict (subject, bucket) do nothing;
        update quota_buckets set
            requests_used = greatest(0, requests_used + share.sign * share.requests_used),
            tokens_used = greatest(0, tokens_used + share.sign * share.tokens_used),
            cost_used = greatest(0, cost_used + share.sign * share.cost_used),
            requests_held = greatest(0, requests_held + share.sign * share.requests_held),
            tokens_held = greatest(0, tokens_held + share.sign * share.tokens_held),
            cost_held = greatest(0, cost_held + share.sign * share.cost_held)
          where subject = share.subject and bucket = share.bucket;
      end loop;
      update reservations set subjects = array(
          select case when subject = 'person:' || from_person or subject like 'person:' || from_person || '@%'
            then 'person:' || to_person || substr(subject, length('person:' || from_person) + 1) else subject end
          from unnest(subjects) with ordinality as path (subject, place) order by place)
        where asker_id = identity and state = 'open';
      if from_person = identity then
        insert into quota_grants as g (subject, unit, bucket, amount)
          select 'person:' || to_person || substr(subject, length('person:' || from_person) + 1), unit, bucket, amount
          from quota_grants
          where subject = 'person:' || from_person or subject like 'person:' || from_person || '@%'
          on conflict (subject, unit, bucket) do update set amount = g.amount + excluded.amount;
        delete from quota_grants
          where subject = 'person:' || from_person or subject like 'person:' || from_person || '@%';
      end if;
    end
    $$`.execute(db)
}
