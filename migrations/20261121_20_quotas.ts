import { type Kysely, sql } from 'kysely'

/**
 * Every Reservation counts for every subject on its path, whether a rule names it or not: so a rule that is changed
 * holds at once, with nothing to count anew. Subjects are `workspace:slack:T1`, `channel:slack:T1:C1`, `person:ID`
 * (everywhere) and `person:ID@slack:T1` (there), the ID being the Member's where the Identity is linked. A bucket is
 * a day or a month in the time zone of the workspace, or of the installation for a person everywhere.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await makeTables(db)
  await makeLookups(db)
  await makeStandings(db)
}

async function makeTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table quota_rules (
      id text primary key,
      ordinal integer not null,
      platform text check (platform in ('slack', 'discord', 'web')),
      workspace_id text,
      scope text not null check (scope in ('workspace', 'channel', 'member')),
      subject text not null check (subject <> ''),
      role text,
      unit text not null check (unit in ('requests', 'tokens', 'costMicros')),
      period text not null check (period in ('day', 'month')),
      most bigint not null check (most >= 0),
      soft boolean not null,
      step_down_to text,
      check ((platform is null) = (workspace_id is null))
    )`.execute(db)
  await sql`
    create unique index quota_rules_once on quota_rules
      (coalesce(platform, ''), coalesce(workspace_id, ''), scope, subject, coalesce(role, ''), unit, period)
  `.execute(db)
  await sql`
    create table quota_buckets (
      subject text not null,
      bucket text not null,
      requests_used bigint not null default 0 check (requests_used >= 0),
      requests_held bigint not null default 0 check (requests_held >= 0),
      tokens_used bigint not null default 0 check (tokens_used >= 0),
      tokens_held bigint not null default 0 check (tokens_held >= 0),
      cost_used bigint not null default 0 check (cost_used >= 0),
      cost_held bigint not null default 0 check (cost_held >= 0),
      ends_at timestamptz not null,
      primary key (subject, bucket)
    ) with (fillfactor = 70)`.execute(db)
  await sql`create index quota_buckets_by_end on quota_buckets (ends_at)`.execute(db)
  await sql`
    create table quota_grants (
      subject text not null,
      unit text not null check (unit in ('requests', 'tokens', 'costMicros')),
      bucket text not null,
      amount bigint not null check (amount > 0),
      granted_at timestamptz not null default clock_timestamp(),
      primary key (subject, unit, bucket)
    )`.execute(db)
  await sql`
    create table quota_warnings (
      subject text not null,
      unit text not null,
      bucket text not null,
      warned_at timestamptz not null default clock_timestamp(),
      primary key (subject, unit, bucket)
    )`.execute(db)
  await sql`
    create table reservations (
      id text primary key,
      state text not null check (state in ('open', 'settled', 'released')),
      asker_id text not null references identities (id),
      platform text not null,
      workspace_id text not null,
      channel_id text not null,
      agent_id text,
      requests integer not null check (requests in (0, 1)),
      charged boolean not null default false,
      requests_held integer not null default 0,
      tokens_held bigint not null default 0,
      cost_held bigint not null default 0,
      subjects text[] not null default '{}',
      buckets text[] not null default '{}',
      at timestamptz not null,
      ended_at timestamptz
    )`.execute(db)
  await sql`create index reservations_open on reservations (at) where state = 'open'`.execute(db)
  await sql`create index reservations_ended on reservations (ended_at) where state <> 'open'`.execute(db)
  await sql`create index reservations_by_asker on reservations (asker_id) where state = 'open'`.execute(db)
  await sql`
    create table usages (
      call_id text primary key,
      reservation_id text not null,
      at timestamptz not null,
      platform text not null,
      workspace_id text not null,
      channel_id text not null,
      identity_id text not null references identities (id),
      agent_id text,
      model text not null,
      provider text,
      purpose text not null,
      requests integer not null check (requests in (0, 1)),
      input_tokens bigint not null check (input_tokens >= 0),
      cached_input_tokens bigint not null check (cached_input_tokens between 0 and input_tokens),
      output_tokens bigint not null check (output_tokens >= 0),
      cost_micros bigint check (cost_micros >= 0),
      estimated boolean not null
    )`.execute(db)
  await sql`create index usages_by_time on usages (at, call_id)`.execute(db)
  await sql`create index usages_by_workspace on usages (platform, workspace_id, at)`.execute(db)
  await sql`create index usages_by_person on usages (identity_id, at)`.execute(db)
  await sql`
    create table prices (
      model text not null check (model <> ''),
      since timestamptz not null,
      input_micros bigint not null check (input_micros >= 0),
      cached_input_micros bigint check (cached_input_micros >= 0),
      output_micros bigint not null check (output_micros >= 0),
      primary key (model, since)
    )`.execute(db)
  await sql`
    create table quota_requests (
      id text primary key,
      asker_id text not null references identities (id),
      platform text not null,
      workspace_id text not null,
      channel_id text not null,
      scope text not null check (scope in ('workspace', 'channel', 'member')),
      own boolean not null,
      subject text not null,
      unit text not null check (unit in ('requests', 'tokens', 'costMicros')),
      bucket text not null,
      most bigint not null,
      used bigint not null,
      resets_at timestamptz not null,
      requested_at timestamptz not null,
      reason text,
      state text not null default 'open' check (state in ('open', 'granted', 'declined')),
      decided_by text references members (id) on delete set null,
      decided_at timestamptz,
      amount bigint,
      unique (asker_id, subject, unit, bucket)
    )`.execute(db)
  await sql`create index quota_requests_by_time on quota_requests (state, requested_at)`.execute(db)
}

/** `quota_levels`: the eight counters of one path at one moment. In plpgsql, which keeps its plans. */
async function makeLookups(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function quota_time_zone(of_platform text, of_workspace text) returns text language plpgsql stable as $$
    #variable_conflict use_column
    begin
      return (
      select coalesce(
        (select value #>> '{}' from workspace_settings
          where platform = of_platform and workspace_id = of_workspace and key = 'timeZone'),
        (select value #>> '{}' from installation_settings where key = 'timeZone'),
        'UTC'));
    end
    $$`.execute(db)
  await sql`
    create function quota_levels(asker text, of_platform text, of_workspace text, of_channel text, moment timestamptz)
    returns table (scope text, here boolean, subject text, period text, bucket text, ends_at timestamptz, zone text)
    language plpgsql stable as $$
    #variable_conflict use_column
    begin
      return query
      with person as (
        select coalesce((select member_id from identities where id = asker), asker) as id
      ), zones as (
        select quota_time_zone(of_platform, of_workspace) as there, quota_time_zone(null, null) as everywhere
      ), counted as (
        select 'workspace' as scope, true as here, concat_ws(':', 'workspace', of_platform, of_workspace) as subject,
          there as zone from zones
        union all
        select 'channel', true, concat_ws(':', 'channel', of_platform, of_workspace, of_channel), there from zones
        union all
        select 'member', true, 'person:' || id || '@' || of_platform || ':' || of_workspace, there from person, zones
        union all
        select 'member', false, 'person:' || id, everywhere from person, zones
      )
      select scope, here, subject, period,
        to_char(moment at time zone zone, case period when 'day' then 'YYYY-MM-DD' else 'YYYY-MM' end),
        (date_trunc(period, moment at time zone zone) + ('1 ' || period)::interval) at time zone zone,
        zone
      from counted cross join (values ('day'), ('month')) as periods (period);
    end
    $$`.execute(db)
  await sql`
    create function price_of(of_model text, moment timestamptz, input bigint, cached bigint, output bigint)
    returns bigint language plpgsql stable as $$
    begin
      return (select ceil((
          (input - cached) * input_micros::numeric
          + cached * coalesce(cached_input_micros, input_micros)::numeric
          + output * output_micros::numeric) / 1000000)::bigint
        from prices where model = of_model and since <= moment order by since desc limit 1);
    end
    $$`.execute(db)
}

/** How each Quota that holds on a path stands. */
async function makeStandings(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function quota_standings(
      asker text, of_platform text, of_workspace text, of_channel text, of_roles text[], moment timestamptz)
    returns table (
      rule quota_rules, subject text, bucket text, most bigint, used bigint, held bigint,
      ends_at timestamptz, zone text)
    language plpgsql volatile as $$
    #variable_conflict use_column
    begin
      return query
      with person as (
        select member_id, role from identities left join members on members.id = member_id where identities.id = asker
      ), roles as (
        select coalesce(of_roles, '{}') || coalesce((select array['parley:' || role] from person), '{}') as held
      ), holding as (
        select distinct on (quota_rules.scope, unit, quota_rules.period) quota_rules
        from quota_rules, roles
        where (platform is null or (platform = of_platform and workspace_id = of_workspace))
          and (role is null or role = any (roles.held))
          and subject = any (case scope
            when 'workspace' then array['*', of_workspace, of_platform || ':' || of_workspace]
            when 'channel' then array['*', of_channel, of_platform || ':' || of_workspace || ':' || of_channel]
            else array['*', asker, (select member_id from person)] end)
        order by quota_rules.scope, unit, quota_rules.period,
          subject <> '*' desc, role is not null desc, platform is not null desc, most desc, id
      )
      select holding.quota_rules, levels.subject, levels.bucket,
        (holding.quota_rules).most + coalesce(quota_grants.amount, 0),
        coalesce(case (holding.quota_rules).unit
          when 'requests' then requests_used when 'tokens' then tokens_used else cost_used end, 0),
        coalesce(case (holding.quota_rules).unit
          when 'requests' then requests_held when 'tokens' then tokens_held else cost_held end, 0),
        levels.ends_at, levels.zone
      from holding
      join quota_levels(asker, of_platform, of_workspace, of_channel, moment) as levels
        on levels.scope = (holding.quota_rules).scope and levels.period = (holding.quota_rules).period
          and levels.here = ((holding.quota_rules).scope <> 'member' or (holding.quota_rules).platform is not null)
      left join quota_buckets on quota_buckets.subject = levels.subject and quota_buckets.bucket = levels.bucket
      left join quota_grants on quota_grants.subject = levels.subject
        and quota_grants.bucket = levels.bucket and quota_grants.unit = (holding.quota_rules).unit
      order by levels.subject collate "C", levels.bucket collate "C", (holding.quota_rules).unit;
    end
    $$`.execute(db)
}
