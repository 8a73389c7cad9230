import { type Kysely, sql } from 'kysely'

/**
 * `search`: the words of a text, made by Parley and not by SQL, because how a database reads letters hangs on its
 * locale. Null when they are still to be made; a text that changes without them takes them away, so that nothing
 * erased is ever found.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
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
