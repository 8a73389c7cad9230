import type { Hono } from 'hono'
import { silentLog } from '../../core/testing/silent-log.ts'
import type { TestAccounts } from '../../testing/accounts.ts'
import { createWebApp, type WebDependencies } from '../app.ts'
import type { WebEnv } from '../context.ts'

/** The whole web app over these accounts. */
export function serving(house: TestAccounts, changes: Partial<WebDependencies> = {}): Hono<WebEnv> {
  return createWebApp({
    log: silentLog,
    nowMs: () => house.clock.nowMs(),
    readiness: () => Promise.resolve({ ready: true, database: 'up', gateways: {} }),
    publicUrl: 'http://127.0.0.1:3000',
    accounts: house.accounts,
    notices: house.store.notices,
    avatar: id => house.store.members.avatar(id),
    ...changes,
  })
}

export interface Browser {
  readonly cookies: ReadonlyMap<string, string>
  /** Asks with the cookies it holds, and keeps those it is given. */
  readonly ask: (method: string, path: string, options?: Asking) => Promise<Response>
}

export interface Asking {
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent as it is. */
  readonly body?: string
}

/** Cookies as a browser keeps them for one host; nothing else of a browser. */
export function browse(app: Hono<WebEnv>, base = 'http://127.0.0.1:3000', env?: object): Browser {
  const cookies = new Map<string, string>()
  return {
    cookies,
    async ask(method, path, { headers = {}, json, body } = {}) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const sent = json === undefined ? body : JSON.stringify(json)
      const response = await app.request(
        new Request(`${base}${path}`, {
          method,
          headers: {
            ...(cookie === '' ? {} : { cookie }),
            ...(json === undefined ? {} : { 'content-type': 'application/json' }),
            ...headers,
          },
          ...(sent === undefined ? {} : { body: sent }),
        }),
        undefined,
        env,
      )
      for (const line of response.headers.getSetCookie()) keep(cookies, line)
      return response
    },
  }
}

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split('; ')
  const [name = '', value = ''] = pair.split('=')
  const isGone = attributes.some(attribute => attribute.toLowerCase() === 'max-age=0')
  if (isGone) cookies.delete(name)
  else cookies.set(name, value)
}
