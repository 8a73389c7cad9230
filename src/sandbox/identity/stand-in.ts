import { randomUUID } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { authorizePage } from './authorize-page.ts'
import { createGrants, type Grant, type Grants } from './grants.ts'
import type { Mischief } from './mischief.ts'
import { identityPeople, type IdentityPerson } from './person.ts'
import { createSigning, type Signing } from './signing.ts'

export interface IdentityOptions {
  readonly client?: IdentityClient
  readonly people?: readonly IdentityPerson[]
  readonly now?: () => number
}

/** The application as it is registered at the service. */
export interface IdentityClient {
  readonly id: string
  readonly secret: string
}

/** A service that people sign in with, to practise on and to test against. */
export interface IdentityStandIn {
  readonly app: Hono
  readonly client: IdentityClient
  readonly mischief: Mischief
  /** Registers an address the browser may be sent back to. None other is accepted, not even a longer one. */
  allowRedirect(uri: string): void
}

/** How a service differs from the others. */
export interface Service {
  readonly name: string
  readonly paths: { readonly authorize: string; readonly token: string }
  /** Answers of the token endpoint: an ID token for those that speak OIDC. */
  readonly token: (grant: Grant, scene: Scene, base: string) => object
  /** A refusal of the token endpoint, in the service's own shape. */
  readonly refuse: (code: string) => Response
  /** What else it serves to clients. */
  readonly routes?: (app: Hono, scene: Scene) => void
  /** `iss` beside the code, where the service sends it (RFC 9207). */
  readonly answerIssuer?: (base: string) => string
}

export interface Scene extends Pick<Required<IdentityOptions>, 'now' | 'client'> {
  readonly grants: Grants
  readonly signing: Signing
  readonly mischief: Mischief
  /** Where the stand-in is mounted, as this request reached it; `path` is the request's own within it. */
  readonly base: (c: Context, path: string) => string
  /** Who a bearer token speaks for; a refusal without one. */
  readonly bearer: (c: Context) => Grant | undefined
}

export function createIdentityStandIn(service: Service, options: IdentityOptions = {}): IdentityStandIn {
  const now = options.now ?? Date.now
  const client = options.client ?? { id: `practice-${service.name.toLowerCase()}`, secret: 'practice-secret' }
  const people = options.people ?? identityPeople
  const grants = createGrants(now)
  const redirects = new Set<string>()
  const mischief: Mischief = {}
  const scene: Scene = {
    now,
    client,
    grants,
    mischief,
    signing: createSigning(),
    base: (c, path) => `${new URL(c.req.url).origin}${c.req.path.slice(0, -path.length)}`,
    bearer: c => grants.findByToken(c.req.header('authorization')?.replace(/^bearer /i, '') ?? ''),
  }
  const app = new Hono()
  app.get(service.paths.authorize, c => authorize(c, { service, scene, people, redirects }))
  const forClients = new Hono()
  forClients.use((_c, next) => misbehave(mischief, next))
  forClients.post(service.paths.token, c => exchange(c, service, scene))
  service.routes?.(forClients, scene)
  app.route('/', forClients)
  return { app, client, mischief, allowRedirect: uri => void redirects.add(uri) }
}

interface Desk {
  readonly service: Service
  readonly scene: Scene
  readonly people: readonly IdentityPerson[]
  readonly redirects: ReadonlySet<string>
}

function authorize(c: Context, { service, scene, people, redirects }: Desk): Response | Promise<Response> {
  const asked = new URL(c.req.url).searchParams
  const redirectUri = asked.get('redirect_uri') ?? ''
  // Neither is ever told by redirect: the address is not known to be the application's.
  if (asked.get('client_id') !== scene.client.id) return c.text('Unknown client_id.', 400)
  if (!redirects.has(redirectUri)) return c.text('redirect_uri is not registered.', 400)
  const back = (parameters: Record<string, string>) => {
    const answer = new URLSearchParams(parameters)
    const state = asked.get('state')
    if (state !== null) answer.set('state', state)
    if (service.answerIssuer) answer.set('iss', service.answerIssuer(scene.base(c, service.paths.authorize)))
    scene.mischief.answer?.(answer)
    return c.redirect(`${redirectUri}?${answer.toString()}`)
  }
  if (asked.get('response_type') !== 'code') return back({ error: 'unsupported_response_type' })
  if (asked.has('code_challenge') && asked.get('code_challenge_method') !== 'S256')
    return back({ error: 'invalid_request' })
  const choice = asked.get('as')
  if (choice === null) {
    const hrefOf = (name: string) => {
      const chosen = new URLSearchParams(asked)
      chosen.set('as', name)
      return `?${chosen.toString()}`
    }
    return c.html(authorizePage(service.name, people, hrefOf))
  }
  const person = people.find(({ name }) => name === choice)
  if (!person) return back({ error: 'access_denied' })
  const code = scene.grants.issue({
    person,
    redirectUri,
    scope: asked.get('scope') ?? '',
    nonce: asked.get('nonce') ?? undefined,
    challenge: asked.get('code_challenge') ?? undefined,
  })
  return back({ code })
}

async function exchange(c: Context, service: Service, scene: Scene): Promise<Response> {
  const form = new URLSearchParams(await c.req.text())
  if (!isClient(c, form, scene.client)) return service.refuse('invalid_client')
  if (form.get('grant_type') !== 'authorization_code') return service.refuse('unsupported_grant_type')
  const grant = scene.grants.redeem({
    code: form.get('code') ?? '',
    redirectUri: form.get('redirect_uri') ?? undefined,
    verifier: form.get('code_verifier') ?? undefined,
  })
  return grant
    ? c.json(service.token(grant, scene, scene.base(c, service.paths.token)))
    : service.refuse('invalid_grant')
}

/** By HTTP Basic or in the form, as both kinds of service take it. */
function isClient(c: Context, form: URLSearchParams, client: IdentityClient): boolean {
  const basic = c.req.header('authorization')?.replace(/^basic /i, '')
  if (basic === undefined)
    return form.get('client_id') === client.id && form.get('client_secret') === client.secret
  const [id, secret] = Buffer.from(basic, 'base64').toString().split(':').map(decodeURIComponent)
  return id === client.id && secret === client.secret
}

async function misbehave(
  { down, silent, flood }: Mischief,
  next: () => Promise<void>,
): Promise<Response | undefined> {
  if (down) return new Response('Service Unavailable', { status: 503 })
  if (silent) return new Promise<Response>(() => {})
  if (flood !== undefined) return Response.json({ filler: 'x'.repeat(flood) })
  await next()
  return undefined
}

/** The claims every ID token has. */
export function idClaims(grant: Grant, { now, client }: Scene, issuer: string): Record<string, unknown> {
  const seconds = Math.floor(now() / 1000)
  return {
    iss: issuer,
    aud: client.id,
    iat: seconds,
    exp: seconds + 300,
    jti: randomUUID(),
    ...(grant.nonce === undefined ? {} : { nonce: grant.nonce }),
  }
}

/** Claims as the stand-in was told to spoil them, signed. */
export function signed(claims: Record<string, unknown>, { signing, mischief }: Scene): string {
  const token = signing.sign(mischief.claims?.(claims) ?? claims)
  return mischief.idToken?.(token) ?? token
}
