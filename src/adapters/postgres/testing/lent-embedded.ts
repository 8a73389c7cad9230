import { sql } from 'kysely'
import { silentLog } from '../../../core/testing/silent-log.ts'
import { createDatabase, type Database } from '../database.ts'
import { openPGlite } from '../embedded.ts'
import type { Engine } from '../engine.ts'
import { createSignalHub, type SignalHub } from '../signals.ts'

/** The embedded engine of this worker, and those who have it at the time. */
interface Shared {
  readonly engine: Engine
  readonly hubs: Set<SignalHub>
}

/** Opening one takes a second of a core, and the suites of a test file come one after the other. */
let shared: Promise<Shared> | undefined

/** This worker's embedded database, emptied. When it is closed, whatever still asks by it is refused. */
export async function lendEmbedded(image: () => Promise<Blob>): Promise<Database> {
  const { engine, hubs } = await (shared ??= openShared(image))
  const hub = createSignalHub(silentLog)
  hubs.add(hub)
  const close = () => {
    hubs.delete(hub)
    return Promise.resolve()
  }
  const database = createDatabase({ ...engine, dialect: undying(engine.dialect), close }, hub)
  await empty(database)
  return database
}

async function openShared(image: () => Promise<Blob>): Promise<Shared> {
  const hubs = new Set<SignalHub>()
  const everybody: SignalHub = {
    listen: () => () => {},
    receive: payload => {
      for (const hub of hubs) hub.receive(payload)
    },
  }
  return { engine: await openPGlite({ loadDataDir: await image() }, everybody), hubs }
}

/** Its driver would close the engine with the database of whoever comes first. */
function undying(dialect: Engine['dialect']): Engine['dialect'] {
  return {
    createDriver: () => Object.assign(dialect.createDriver(), { destroy: () => Promise.resolve() }),
    createAdapter: () => dialect.createAdapter(),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createIntrospector: db => dialect.createIntrospector(db),
  }
}

/**
 * Row by row, which is ten times quicker here than `truncate`: that makes new files for every table and index. Without
 * the checks of foreign keys the order does not matter.
 */
export async function empty(database: Database): Promise<void> {
  await sql`do $$
    declare name text;
    begin
      set local session_replication_role = replica;
      for name in select tablename from pg_tables where schemaname = 'public' and tablename not like 'kysely%' loop
        execute format('delete from %I', name);
      end loop;
    end $$`.execute(database.handle)
}
