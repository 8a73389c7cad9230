import { secrets } from '../adapters/jose/secrets.ts'
import { Hono } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { startServices, type TestServices } from '../adapters/oauth/testing/stand-ins.ts'
import type { Accounts } from '../core/account.ts'
import type { Log, LogFields } from '../core/log.ts'
import { createSignIn, type SignIn, type SignInDependencies } from '../core/sign-in-with.ts'
import type { Store } from '../core/store.ts'
import { wordsIn } from '../core/words.ts'
import type { IdentityPerson } from '../sandbox/identity/person.ts'
import { type Auth, type AuthDependencies, createAuth, type ProofRequest } from '../web/auth.ts'
import type { WebEnv } from '../web/context.ts'
import { openAccounts, type TestAccounts } from './accounts.ts'

export interface SignInHouse extends TestAccounts {
  readonly app: Hono<WebEnv>
  readonly signIn: SignIn
  readonly services: TestServices
  /** Everything that was logged, as text. */
  logged(): string
  /** What the next `POST /prove` asks for. */
  prove(asked: ProofRequest): void
  close(): Promise<void>
}

export interface HouseOptions {
  readonly publicUrl?: string
  readonly people?: readonly IdentityPerson[]
  readonly redeem?: SignInDependencies['redeem']
  readonly linked?: SignInDependencies['linked']
}

/** Parley's part of signing in, over a real store, beside the services it speaks to. Its sessions are its own. */
export async function openSignInHouse(store: Store, options: HouseOptions = {}): Promise<SignInHouse> {
  const { publicUrl = 'http://parley.example', people, redeem, linked } = options
  const house = openAccounts(store)
  const { accounts, clock } = house
  const lines: string[] = []
  const services = await startServices({ ...(people ? { people } : {}), timeoutMs: 10_000 })
  const redirectUrl = (id: string) => `${publicUrl}/auth/${id}/callback`
  for (const [id, standIn] of Object.entries(services.standIns)) standIn.allowRedirect(redirectUrl(id))
  const signIn = createSignIn({
    store,
    providers: services.providers,
    secrets,
    clock,
    log: logInto(lines),
    redirectUrl,
    admit: (newcomer, also) => accounts.admit(newcomer, also),
    ...(redeem ? { redeem } : {}),
    ...(linked ? { linked } : {}),
  })
  let asked: ProofRequest | undefined
  const auth = createAuth({ signIn, publicUrl, accounts, cookies })
  return {
    ...house,
    app: appOf(accounts, auth, () => asked),
    signIn,
    services,
    logged: () => lines.join('\n'),
    prove: next => void (asked = next),
    close: () => services.close(),
  }
}

const cookies: AuthDependencies['cookies'] = {
  give: (c, { accessToken }) => setCookie(c, 'session', accessToken, { path: '/', httpOnly: true }),
  device: () => ({ address: '192.0.2.7', userAgent: 'Firefox' }),
}

function appOf(accounts: Accounts, auth: Auth, asked: () => ProofRequest | undefined): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  app.use(async (c, next) => {
    c.set('language', 'en')
    c.set('words', wordsIn('en'))
    const found = await accounts.authenticate(getCookie(c, 'session') ?? '')
    c.set('signedIn', found && { ...found, via: 'cookie' as const })
    await next()
  })
  app.route('/', auth.routes)
  app.post('/prove', async c => {
    const request = asked()
    return (request && (await auth.proveIdentity(c, request))) ?? c.text('not configured', 404)
  })
  app.get('*', c => c.text(`page ${c.req.path} of ${c.get('signedIn')?.member.nickname ?? 'nobody'}`))
  return app
}

function logInto(lines: string[]): Log {
  const write = (fields: LogFields, line: string) => {
    const causes: string[] = []
    for (let error = fields.error; error instanceof Error; error = error.cause)
      causes.push(`${error.stack} ${JSON.stringify(Object.entries(error))}`)
    lines.push([JSON.stringify(fields), line, ...causes].join(' '))
  }
  const log: Log = { debug: write, info: write, warn: write, error: write, with: () => log }
  return log
}

export interface Browser {
  /** Follows a link on a page of ours, or types an address when `site` says so. Goes nowhere else by itself. */
  open(path: string, how?: { readonly site?: string; readonly method?: string }): Promise<Response>
  /** Begins at this path, picks who to be at the service, and says where it was sent back to: a path of ours. */
  agree(startPath: string, as: string): Promise<string>
  cookies(): Map<string, string>
}

/** A browser of its own, with a jar for Parley's cookies. */
export function openBrowser(app: Hono<WebEnv>, publicUrl = 'http://parley.example'): Browser {
  const jar = new Map<string, string>()
  const open: Browser['open'] = async (path, { site = 'same-origin', method = 'GET' } = {}) => {
    const headers = {
      'sec-fetch-site': site,
      cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
    }
    const response = await app.request(`${publicUrl}${path}`, { method, headers })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      jar.set(name, value)
    }
    return response
  }
  return {
    open,
    cookies: () => jar,
    async agree(startPath, as) {
      const sent = await open(startPath)
      return chooseAt(await awayFrom(sent), as)
    },
  }
}

/** Where an answer sends a browser to, by redirect or from a page. */
export async function awayFrom(answer: Response): Promise<URL> {
  const refresh = /^0; url=(.*)$/.exec(answer.headers.get('refresh') ?? '')?.[1]
  const location = answer.headers.get('location') ?? refresh
  if (location === undefined) throw new Error(`Not sent away: ${answer.status} ${await answer.text()}`)
  return new URL(location)
}

/** Picks who to be on a service's page; the path of ours that the browser is sent back to. */
export async function chooseAt(authorizeUrl: URL, as: string): Promise<string> {
  const choice = new URL(authorizeUrl)
  choice.searchParams.set('as', as)
  const answer = await fetch(choice, { redirect: 'manual' })
  const location = answer.headers.get('location')
  if (location === null) throw new Error(`Not sent back: ${answer.status} ${await answer.text()}`)
  const back = new URL(location)
  return `${back.pathname}${back.search}`
}
