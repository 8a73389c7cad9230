import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { startServices, type TestServices } from '../adapters/oauth/testing/stand-ins.ts'
import type { Accounts } from '../core/account.ts'
import type { Log, LogFields } from '../core/log.ts'
import { createSignIn, type SignIn, type SignInDependencies } from '../core/sign-in.ts'
import type { Store } from '../core/store.ts'
import { wordsIn } from '../core/words.ts'
import type { IdentityPerson } from '../sandbox/identity/person.ts'
import { type Auth, createAuth, type ProofRequest } from '../web/auth.ts'
import type { WebEnv } from '../web/context.ts'

export interface SignInHouse {
  readonly app: Hono<WebEnv>
  readonly signIn: SignIn
  readonly services: TestServices
  /** Everything that was logged, as text. */
  logged(): string
  advance(ms: number): void
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
  let nowMs = Date.now()
  const lines: string[] = []
  const services = await startServices({ ...(people ? { people } : {}), timeoutMs: 500 })
  const redirectUrl = (id: string) => `${publicUrl}/auth/${id}/callback`
  for (const [id, standIn] of Object.entries(services.standIns)) standIn.allowRedirect(redirectUrl(id))
  const signIn = createSignIn({
    store,
    providers: services.providers,
    secrets: {
      make: () => randomBytes(32).toString('base64url'),
      hash: secret => createHash('sha256').update(secret).digest('base64url'),
    },
    clock: { nowMs: () => nowMs, sleep: () => Promise.resolve() },
    log: logInto(lines),
    redirectUrl,
    admit: (newcomer, also) =>
      store.atomically(async stores => {
        const id = randomUUID()
        const member = await stores.members.add({
          id,
          username: id.slice(0, 8),
          nickname: newcomer.nickname ?? 'Somebody',
          emailConfirmed: newcomer.emailConfirmed,
          ...(newcomer.email === undefined ? {} : { email: newcomer.email }),
        })
        await also(stores, member)
        return member
      }),
    ...(redeem ? { redeem } : {}),
    ...(linked ? { linked } : {}),
  })
  let asked: ProofRequest | undefined
  const auth = createAuth({ signIn, publicUrl, accounts: sessionsOf(store, () => nowMs), cookies })
  return {
    app: appOf(store, auth, () => asked),
    signIn,
    services,
    logged: () => lines.join('\n'),
    advance: ms => void (nowMs += ms),
    prove: next => void (asked = next),
    close: () => services.close(),
  }
}

const cookies: Parameters<typeof createAuth>[0]['cookies'] = {
  give: (c, { session }) => setCookie(c, 'session', session.id, { path: '/', httpOnly: true }),
  device: () => ({ address: '192.0.2.7', userAgent: 'Firefox' }),
}

function sessionsOf(store: Store, nowMs: () => number): Pick<Accounts, 'startSession'> {
  return {
    async startSession(memberId, method, from) {
      const expiresAtMs = nowMs() + 60_000
      const refreshToken = randomUUID()
      const session = await store.sessions.start({
        ...from,
        memberId,
        method,
        atMs: nowMs(),
        expiresAtMs,
        refreshHash: refreshToken,
      })
      const member = await store.members.get(memberId)
      return {
        member,
        session,
        accessToken: 'access',
        expiresIn: 60,
        refreshToken,
        refreshExpiresAtMs: expiresAtMs,
      }
    },
  }
}

function appOf(store: Store, auth: Auth, asked: () => ProofRequest | undefined): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  app.use(async (c, next) => {
    c.set('language', 'en')
    c.set('words', wordsIn('en'))
    const sessionId = getCookie(c, 'session')
    const session =
      sessionId === undefined ? undefined : await store.sessions.find(sessionId, Date.now() - 60_000)
    if (session) {
      const member = await store.members.get(session.memberId)
      const viewer = await store.members.viewer(member.id)
      c.set('signedIn', { member, viewer, sessionId: session.id, via: 'cookie' })
    }
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
  cookies(): ReadonlyMap<string, string>
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
      const location = sent.headers.get('location')
      if (location === null) throw new Error(`Not sent away: ${sent.status} ${await sent.text()}`)
      return chooseAt(new URL(location), as)
    },
  }
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
