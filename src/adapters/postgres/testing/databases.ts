import { randomBytes } from 'node:crypto'
import { afterAll, describe, inject } from 'vitest'
import type { Store } from '../../../core/store.ts'
import { silentLog } from '../../../core/testing/silent-log.ts'
import { type Database, openDatabase } from '../database.ts'
import { createStore } from '../store.ts'
import { templateName } from './global-setup.ts'
import { empty, lendEmbedded } from './lent-embedded.ts'
import { createDatabaseOn, dropDatabaseOn } from './server-databases.ts'

/** An empty, migrated database. */
export interface TestDatabase {
  readonly database: Database
  readonly store: Store
  /** Another process's view of the same database; PostgreSQL only. */
  readonly another: () => Promise<Database>
}

/** Runs `suite` on both engines. Each call of `open` gives the same database, emptied. */
export function onEveryEngine(name: string, suite: (open: () => Promise<TestDatabase>) => void): void {
  describe(`${name} (embedded)`, () => {
    suite(shared(openTestEmbedded))
  })
  onPostgres(name, suite)
}

/** Runs `suite` on PostgreSQL alone, for what only several processes can show. */
export function onPostgres(name: string, suite: (open: () => Promise<TestDatabase>) => void): void {
  describe(`${name} (PostgreSQL)`, () => {
    suite(shared(openTestPostgres))
  })
}

interface Opened {
  readonly database: Database
  readonly another: () => Promise<Database>
  readonly close: () => Promise<void>
}

function shared(openOne: () => Promise<Opened>): () => Promise<TestDatabase> {
  let opening: Promise<Opened> | undefined
  afterAll(async () => (await opening)?.close())
  return async () => {
    const fresh = opening === undefined
    opening ??= openOne()
    const { database, another } = await opening
    if (!fresh) await empty(database)
    return { database, store: createStore(database), another }
  }
}

/** The embedded database of this worker, emptied. Whoever had it before has it no more. */
export async function openTestEmbedded(): Promise<Opened> {
  const database = await lendEmbedded(async () => (await ask('/embedded')).blob())
  const another = () => Promise.reject(new Error('The embedded database is one process’s alone.'))
  return { database, another, close: () => database.close() }
}

async function openTestPostgres(): Promise<Opened> {
  const clone = await startTestPostgres()
  const opened: Database[] = []
  const another = async () => {
    const database = await openDatabase({ url: clone.url }, { log: silentLog })
    opened.push(database)
    return database
  }
  const close = async () => {
    for (const database of opened) await database.close()
    await clone.drop()
  }
  return { database: await another(), another, close }
}

export interface TestPostgres {
  readonly url: string
  drop(): Promise<void>
}

/** A new database on the tests' PostgreSQL server, migrated unless told otherwise. */
export async function startTestPostgres({ migrated = true } = {}): Promise<TestPostgres> {
  const server = await (await ask('/postgres')).text()
  const name = `parley_${randomBytes(6).toString('hex')}`
  const url = await createDatabaseOn(server, name, migrated ? templateName : undefined)
  return { url, drop: () => dropDatabaseOn(server, name) }
}

async function ask(offer: string): Promise<Response> {
  const response = await fetch(new URL(offer, inject('databaseBroker')))
  if (!response.ok) throw new Error(await response.text())
  return response
}
