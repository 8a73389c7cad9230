import type { Selectable } from 'kysely'
import { openTestEmbedded } from '../../../adapters/postgres/testing/databases.ts'
import type { Database } from '../../../adapters/postgres/database.ts'
import { createStore } from '../../../adapters/postgres/store.ts'
import type { UsageTable } from '../../../adapters/postgres/quota-tables.ts'
import type { Store } from '../../../core/store.ts'
import type { ListedProvider } from '../target.ts'
import { model, openRelayHouse, provider, type RelayHouse } from './relay-house.ts'
import { openStubService, type StubService } from './stub-service.ts'

export const question = [{ role: 'user', content: 'What is an engine?' }]

/** The relay in front of two services that do what a test tells them to. */
export interface RelayStage {
  readonly house: RelayHouse
  readonly service: StubService
  readonly second: StubService
  readonly store: Store
  readonly database: Database
  /** Those that are asked from now on; the first service alone unless told. */
  use(providers?: readonly ListedProvider[]): void
  /** Ada asks. */
  ask(body: object): Promise<Response>
  /** The newest row of usage. */
  lastUsage(): Promise<Selectable<UsageTable>>
  /** Reservations that nobody ended. */
  held(): Promise<readonly { readonly id: string }[]>
  close(): Promise<void>
}

export async function openRelayStage(): Promise<RelayStage> {
  const opened = await openTestEmbedded()
  const { database } = opened
  const store = createStore(database)
  const [service, second] = await Promise.all([openStubService(), openStubService()])
  let providers: readonly ListedProvider[] = [provider(service.baseUrl)]
  const house = await openRelayHouse({ database, store }, { providers: () => Promise.resolve(providers) })
  return {
    house,
    service,
    second,
    store,
    database,
    use(next = [provider(service.baseUrl)]) {
      providers = next
    },
    ask: body =>
      fetch(`${house.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${house.key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model, messages: question, ...body }),
      }),
    async lastUsage() {
      await house.settled()
      return database.handle.selectFrom('usages').selectAll().orderBy('at', 'desc').executeTakeFirstOrThrow()
    },
    async held() {
      await house.settled()
      return database.handle.selectFrom('reservations').select('id').where('state', '=', 'open').execute()
    },
    async close() {
      await house.close()
      await Promise.all([service.close(), second.close()])
      await opened.close()
    },
  }
}
