import { type Kysely, sql } from 'kysely'

/**
 * Audits are added and then stay: the database itself refuses to change one, but for taking out of it what leads to a
 * person or a Dialogue that was erased. The indexes are those of the pages that list and count.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function keep_audits() returns trigger language plpgsql as $$
    begin
      if tg_op = 'UPDATE' then
        if new.id = old.id and new.at = old.at and new.action = old.action
          and (new.actor_id is null or new.actor_id = old.actor_id)
          and (new.subject = 'erased' or new.subject = old.subject)
          and (new.address is null or new.address = old.address)
          and old.detail @> new.detail
        then
          return new;
        end if;
      end if;
      raise exception 'Audits are kept as they were written.' using errcode = 'restrict_violation';
    end $$`.execute(db)
  await sql`
    create trigger audits_are_kept before update or delete on audits
      for each row execute function keep_audits()`.execute(db)
  await sql`
    create trigger audits_stay before truncate on audits
      for each statement execute function keep_audits()`.execute(db)
  await sql`create index audits_by_actor on audits (actor_id, at desc, id desc)`.execute(db)
  await sql`create index audits_by_action on audits (action, at desc, id desc)`.execute(db)
  await sql`create index audits_by_subject on audits (subject, at desc, id desc)`.execute(db)
  await sql`
    create index audits_by_workspace on audits ((detail ->> 'workspace'), at desc, id desc)
      where detail ? 'workspace'`.execute(db)
  await sql`create index turns_by_time on turns (accepted_at)`.execute(db)
  await sql`create index break_glasses_by_time on break_glasses (opened_at desc, id desc)`.execute(db)
  await sql`create index members_with_roles on members (role, id) where role <> 'member'`.execute(db)
}
