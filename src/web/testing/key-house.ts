import { randomUUID } from 'node:crypto'
import { secrets } from '../../adapters/jose/secrets.ts'
import type { TestDatabase } from '../../adapters/postgres/testing/databases.ts'
import { createKeyring } from '../../core/keyring.ts'
import { adaEmail, openAccounts, testPassword } from '../../testing/accounts.ts'
import type { WebDependencies } from '../app.ts'
import { browse, serving } from './serving.ts'

/** The web app with API keys, and Ada, who has an account. */
export async function keyHouse({ database, store }: TestDatabase, changes: Partial<WebDependencies> = {}) {
  const accounts = openAccounts(store)
  const { clock } = accounts
  const keyring = createKeyring({ store, clock, secrets, newId: randomUUID, signals: database.signals })
  const app = serving(accounts, { keyring, replies: store.idempotentReplies, ...changes })
  const { member, grant } = await accounts.ada()
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
  const request = (token: string, method: string, path: string, json?: unknown, headers = {}) =>
    browse(app).ask(method, path, {
      headers: { ...bearer(token).headers, ...headers },
      ...(json === undefined ? {} : { json }),
    })
  return {
    ...accounts,
    database,
    keyring,
    app,
    member,
    request,
    credentials: { email: adaEmail, password: testPassword },
    /** Ada's access token. */
    token: grant.accessToken,
    grant,
    key: async (...scopes: readonly string[]) => {
      const wish = { name: 'bot', ...(scopes.length === 0 ? {} : { scopes }) }
      return (await keyring.make(member, wish, {})).secret
    },
  }
}
