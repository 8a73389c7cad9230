import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestServer, startServer } from '../adapters/postgres/testing/postgres-server.ts'
import { createDatabaseOn } from '../adapters/postgres/testing/server-databases.ts'
import { freePort } from './free-port.ts'
import { type Household, openHousehold } from './household.ts'
import { type ParleyProcess, startMain } from './parley-process.ts'

/** Parley as one deploys it: a process on a PostgreSQL of its own, and both platforms and a model around it. */
export interface Installation {
  readonly server: TestServer
  readonly house: Household
  readonly parley: ParleyProcess
  readonly close: () => Promise<void>
}

export async function install(
  database: string,
  household: Omit<Parameters<typeof openHousehold>[0], 'databaseUrl'> = {},
): Promise<Installation> {
  const server = await startServer()
  const databaseUrl = await createDatabaseOn(server.url, database)
  const house = await openHousehold({ ...household, databaseUrl })
  const dir = mkdtempSync(join(tmpdir(), 'parley-installation-'))
  const parley = startMain({ ...house.env, PORT: String(await freePort()) }, dir)
  return {
    server,
    house,
    parley,
    async close() {
      parley.kill('SIGTERM')
      await parley.ended
      await house.close()
      await server.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
