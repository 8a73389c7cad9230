import { randomUUID } from 'node:crypto'
import { createEgress } from '../../../adapters/egress/egress.ts'
import { secrets } from '../../../adapters/jose/secrets.ts'
import type { TestDatabase } from '../../../adapters/postgres/testing/databases.ts'
import { systemClock } from '../../../clock.ts'
import { builtInAgent } from '../../../core/agent.ts'
import { createKeyring } from '../../../core/keyring.ts'
import { silentLog } from '../../../core/testing/silent-log.ts'
import { listen } from '../../../listen.ts'
import { openRelay, type RelayOptions } from '../../../relay.ts'
import { openAccounts } from '../../../testing/accounts.ts'
import { serving } from '../../testing/serving.ts'
import type { ListedProvider } from '../target.ts'

export const ourKey = 'sk-parleys-own-key-planted'
export const model = 'parley-practice'

export interface RelayHouse {
  readonly url: string
  /** Ada's API key. */
  readonly key: string
  readonly memberId: string
  readonly newKey: (scopes?: readonly string[]) => Promise<string>
  /** Resolves once what was used is written. */
  readonly settled: () => Promise<void>
  close(): Promise<void>
}

/** A service as whoever manages Parley would have configured it. */
export function provider(baseUrl: string, more: Partial<ListedProvider> = {}): ListedProvider {
  return {
    id: 'environment',
    name: 'model service',
    baseUrl,
    apiKey: ourKey,
    models: [],
    sendsApiKeyHeader: false,
    ...more,
  }
}

/** The relay in the whole web app, on a port of its own, with Ada and her key. */
export async function openRelayHouse(
  { store, database }: Pick<TestDatabase, 'store' | 'database'>,
  {
    providers,
    log = silentLog,
    allowedOrigins = [],
    allowedEndpoints = [],
    ...more
  }: Partial<RelayOptions> & {
    readonly providers: RelayOptions['providers']
    readonly allowedEndpoints?: readonly string[]
  },
): Promise<RelayHouse> {
  const house = openAccounts(store)
  const { member } = await house.ada()
  const keyring = createKeyring({
    store,
    clock: systemClock,
    secrets,
    newId: randomUUID,
    signals: database.signals,
  })
  const egress = createEgress({ allow: allowedEndpoints })
  const web = await listen({ host: '127.0.0.1', port: 0 })
  const relay = openRelay({
    database,
    store,
    keyring,
    log,
    nowMs: () => systemClock.nowMs(),
    publicUrl: web.url,
    allowedOrigins,
    trustedProxies: [],
    egress,
    defaultAgent: () => Promise.resolve({ ...builtInAgent(model), temperature: 0.25, topP: 0.75 }),
    ...more,
    providers,
  })
  web.serve(serving(house, { relay: relay.routes, publicUrl: web.url, log, allowedOrigins }))
  const newKey = async (scopes?: readonly string[]) =>
    (await keyring.make(member, { name: 'a program', ...(scopes ? { scopes } : {}) }, {})).secret
  return {
    url: web.url,
    key: await newKey(),
    memberId: member.id,
    newKey,
    settled: () => relay.settled(),
    async close() {
      await web.close()
      await relay.close()
      keyring.close()
      await egress.close()
    },
  }
}
