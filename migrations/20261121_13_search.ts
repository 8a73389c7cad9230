import { type Kysely, sql } from 'kysely'

/**
 * `search`: the words of a text, made by Parley and not by SQL, because how a database reads letters hangs on its
 * locale. Null when they are still to be made; a text that changes without them takes them away, so that nothing
 * erased is ever found.
 *
 * To them the database adds words for when it was said and where, which no query of a person holds: so the one index
 * finds a word in one stretch of time, and in the places of one reader.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Four hours, eight times that, and so on: as search-span.ts has it.
  await sql`
    create function search_when(at timestamptz) returns text[] language sql stable as $$
      select array['@a' || unit, '@b' || unit / 8, '@c' || unit / 64, '@d' || unit / 512, '@e' || unit / 4096]
      from (select floor(extract(epoch from at) / 14400)::bigint as unit) as units
    $$`.execute(db)
  await sql`
    create function search_owner(owner_id text) returns text language sql immutable as $$
      select '@o' || left(md5(owner_id), 12)
    $$`.execute(db)
  await sql`
    create function search_channel(platform text, workspace_id text, channel_id text) returns text
    language sql immutable as $$
      select '@p' || left(md5(platform || ' ' || workspace_id || ' ' || channel_id), 12)
    $$`.execute(db)
  await sql`
    create function search_where(d dialogues) returns text[] language sql immutable as $$
      select array_remove(
        array[search_owner(d.owner_id), search_channel(d.platform, d.workspace_id, d.channel_id)], null)
    $$`.execute(db)
  await sql`
    create function search_forget() returns trigger language plpgsql as $$
    begin
      new.search := null;
      return new;
    end $$`.execute(db)
  for (const [table, text] of [
    ['messages', 'text'],
    ['dialogues', 'title'],
  ] as const) {
    await sql`alter table ${sql.table(table)} add column search tsvector`.execute(db)
    await sql`
      create index ${sql.id(`${table}_by_words`)} on ${sql.table(table)} using gin (search)
        with (gin_pending_list_limit = 512)`.execute(db)
    await sql`
      create index ${sql.id(`${table}_without_words`)} on ${sql.table(table)} (id)
        where search is null`.execute(db)
    await sql`
      create trigger ${sql.id(`${table}_search`)} before update of ${sql.id(text)} on ${sql.table(table)}
        for each row
        when (new.${sql.id(text)} is distinct from old.${sql.id(text)}
          and new.search is not distinct from old.search)
        execute function search_forget()`.execute(db)
  }
  await sql`
    create trigger messages_search_date before update of sent_at on messages
      for each row when (new.sent_at is distinct from old.sent_at)
      execute function search_forget()`.execute(db)
  await sql`
    create function search_place_message() returns trigger language plpgsql as $$
    begin
      new.search := new.search || array_to_tsvector(search_when(new.sent_at) || (
        select search_where(d) from dialogues as d where d.id = new.dialogue_id));
      return new;
    end $$`.execute(db)
  await sql`
    create function search_place_dialogue() returns trigger language plpgsql as $$
    begin
      new.search := new.search || array_to_tsvector(search_when(new.created_at) || search_where(new));
      return new;
    end $$`.execute(db)
  for (const [table, kind] of [
    ['messages', 'message'],
    ['dialogues', 'dialogue'],
  ] as const)
    await sql`
      create trigger ${sql.id(`${table}_search_place`)} before insert or update of search on ${sql.table(table)}
        for each row when (new.search is not null)
        execute function ${sql.id(`search_place_${kind}`)}()`.execute(db)
  await sql`
    create function search_move() returns trigger language plpgsql as $$
    begin
      update messages set search = null where dialogue_id = new.id;
      update dialogues set search = null where id = new.id;
      return null;
    end $$`.execute(db)
  await sql`
    create trigger dialogues_search_move
      after update of owner_id, platform, workspace_id, channel_id on dialogues
      for each row
      when ((new.owner_id, new.platform, new.workspace_id, new.channel_id)
        is distinct from (old.owner_id, old.platform, old.workspace_id, old.channel_id))
      execute function search_move()`.execute(db)
  await sql`
    create index messages_by_author on messages (author_id, dialogue_id)
      where author_id is not null`.execute(db)
  await sql`create index dialogues_by_time on dialogues (used_at desc, id desc)`.execute(db)
  await sql`
    create index dialogues_in_channel on dialogues
      (platform, workspace_id, channel_id, used_at desc, id desc)
      where not direct and not private_thread`.execute(db)
  await sql`drop index dialogues_by_owner`.execute(db)
  await sql`
    create index dialogues_by_owner on dialogues (owner_id, used_at desc, id desc)
      where owner_id is not null`.execute(db)
}
