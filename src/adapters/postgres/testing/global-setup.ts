import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { silentLog } from '../../../core/testing/silent-log.ts'
import { startServer, type TestServer } from './postgres-server.ts'
import { createDatabaseOn, databaseUrl } from './server-databases.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where a test file asks for the engines, which are only then started. */
    readonly databaseBroker: string
  }
}

/** The database that those of test files are copies of. */
export const templateName = 'parley_template'

/** Starts each engine when the first test file asks for it, once for all of them, and ends them after the last. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  let server: Promise<TestServer> | undefined
  const dataDir = mkdtempSync(join(tmpdir(), 'parley-embedded-'))
  let image: Promise<Buffer> | undefined
  const embedded = () => (image ??= prepareEmbedded(dataDir))
  const offers: Record<string, () => Promise<string | Buffer>> = {
    '/postgres': async () => (await (server ??= startMigrated())).url,
    '/embedded': embedded,
    '/data-dir': () => embedded().then(() => dataDir),
  }
  const broker = createServer((request, response) => {
    // A connection kept for later is closed after seconds, just as a busy test file may ask on it again.
    response.setHeader('connection', 'close')
    const offer = offers[request.url ?? ''] ?? (() => Promise.reject(new Error('There is no such engine.')))
    offer().then(
      answer => response.end(answer),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  }).listen(0, '127.0.0.1')
  // A test file may ask again after a while, on a connection that must not be closing just then.
  broker.keepAliveTimeout = 0
  await once(broker, 'listening')
  const address = broker.address()
  if (address === null || typeof address === 'string') throw new Error('The broker has no port.')
  project.provide('databaseBroker', `http://127.0.0.1:${address.port}`)
  return async () => {
    broker.closeAllConnections()
    broker.close()
    await (await server?.catch(() => undefined))?.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function startMigrated(): Promise<TestServer> {
  const server = await startServer()
  await createDatabaseOn(server.url, templateName)
  const [{ openDatabase }, { migrate }] = await Promise.all([
    import('../database.ts'),
    import('../migrate.ts'),
  ])
  const template = await openDatabase({ url: databaseUrl(server.url, templateName) }, { log: silentLog })
  await migrate(template)
  await template.close()
  return server
}

/** In a process of its own, because making a cluster takes a gigabyte for a moment. */
async function prepareEmbedded(dataDir: string): Promise<Buffer> {
  const program = join(import.meta.dirname, 'prepare-embedded.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [program, dataDir], {
    encoding: 'buffer',
    maxBuffer: 64 * 1024 * 1024,
  })
  return stdout
}
