import { randomUUID } from 'node:crypto'
import type { Egress } from './adapters/egress/egress.ts'
import type { ModelRouter } from './adapters/openai/router.ts'
import type { Upstream as RoutedUpstream } from './adapters/openai/upstreams.ts'
import { createRelayLedger } from './adapters/postgres/relay-ledger.ts'
import { createUpstream } from './adapters/upstream/upstream.ts'
import type { Database } from './adapters/postgres/database.ts'
import { systemClock } from './clock.ts'
import type { Agent } from './core/agent.ts'
import { ParleyError } from './core/errors.ts'
import type { KeyHolder, Keyring } from './core/keyring.ts'
import { noRoles, permit } from './core/permission.ts'
import { warnOf } from './core/quota-warning.ts'
import type { Log } from './core/log.ts'
import { createRelayBooks } from './core/relay-books.ts'
import type { Store } from './core/store.ts'
import { createProxies } from './web/client-address.ts'
import { webWorkspaceId } from './web/platform.ts'
import { type FindCaller, type RelayCaller, relayPlace } from './web/relay/caller.ts'
import { createModelList } from './web/relay/models.ts'
import { notAllowed, notTheKey } from './web/relay/refusal.ts'
import { createRelay, type Relay } from './web/relay/routes.ts'
import type { ListedProvider } from './web/relay/target.ts'

export interface RelayOptions {
  readonly database: Database
  readonly store: Store
  readonly keyring: Pick<Keyring, 'authenticate'>
  readonly log: Log
  readonly nowMs: () => number
  readonly publicUrl: string
  readonly allowedOrigins: readonly string[]
  readonly trustedProxies: readonly string[]
  /** To what callers name, and to what was typed on a page. */
  readonly egress: Egress
  /** Those that serve this model, in the order in which they are tried; without one, all. */
  readonly providers: (model?: string) => Promise<readonly ListedProvider[]>
  readonly defaultAgent: (caller: RelayCaller) => Promise<Agent>
}

export interface OpenRelay extends Relay {
  /** Resolves once everything that was used so far is written. */
  settled(): Promise<void>
  /** To be called once nothing more comes in, and before the database goes. */
  close(): Promise<void>
}

/** The OpenAI-compatible relay, over everything that it needs. */
export function openRelay(options: RelayOptions): OpenRelay {
  const { egress, log, nowMs, publicUrl, allowedOrigins, trustedProxies } = options
  const upstream = createUpstream({ guard: egress })
  const books = createRelayBooks({
    warn: ({ askerId, thread, atMs }, news) => warnOf(options.store, { askerId, place: thread, news, atMs }),
    ledger: createRelayLedger(options.database),
    log,
    clock: systemClock,
  })
  const relay = createRelay({
    upstream,
    named: egress,
    providersOf: options.providers,
    defaultAgent: options.defaultAgent,
    books,
    nowMs,
    newId: randomUUID,
    callerOf: createCallers(options),
    models: createModelList({ upstream, providers: () => options.providers(), nowMs }),
    origins: { publicUrl, allowedOrigins, proxies: createProxies(trustedProxies) },
    log,
  })
  return {
    ...relay,
    settled: () => books.idle(),
    async close() {
      await relay.drain(0)
      await upstream.close()
    },
  }
}

/** The keyring remembers a holder for half a second; what else is to be known of them is remembered with it. */
function createCallers({ store, keyring }: RelayOptions): FindCaller {
  const known = new WeakMap<KeyHolder, Promise<RelayCaller>>()
  return async key => {
    const holder = await keyring.authenticate(key)
    if (!holder) throw notTheKey('This API key is not, or no longer, good. You make keys on your profile.')
    const caller = known.get(holder) ?? toCaller(store, holder)
    known.set(holder, caller)
    return caller
  }
}

async function toCaller(store: Store, { key, member, scopes }: KeyHolder): Promise<RelayCaller> {
  if (!scopes.includes('chat'))
    throw notAllowed(
      'insufficient_scope',
      'This key is not made for asking models: it lacks the scope "chat".',
    )
  // Who came through another service and has no address was vouched for by that service.
  if (member.email !== undefined && !member.emailConfirmed)
    throw new ParleyError('email_unconfirmed', 'Confirm your e-mail address first: then models answer you.')
  const [identities, policy, installation, workspace] = await Promise.all([
    store.members.identities(member.id),
    store.policies.for(relayPlace),
    store.settings.installation(),
    store.settings.workspace('web', webWorkspaceId),
  ])
  const identity = identities.find(({ platform }) => platform === 'web')
  if (!identity) throw new ParleyError('internal', 'This member has no account on the web.')
  if (permit(policy, { identity, member, roles: noRoles }).verdict !== 'allowed')
    throw new ParleyError('not_allowed', 'Your admins have not opened this to you. Ask one of them.')
  return {
    memberId: member.id,
    identityId: identity.id,
    apiKeyId: key.id,
    keepsRequests: installation.keepsRelayed || workspace.keepsRelayed,
    mayPassKeys: installation.passesOwnKeys,
  }
}

/** What the router knows of model services, as the relay asks them: without a model, all of them. */
export function routedProviders(
  router: Pick<ModelRouter, 'upstreams' | 'models'>,
): RelayOptions['providers'] {
  return async model => {
    if (model !== undefined) return (await router.upstreams(model)).map(toListed)
    const each = await Promise.all(['', ...(await router.models())].map(name => router.upstreams(name)))
    const all = new Map(each.flat().map(upstream => [upstream.provider.id, toListed(upstream)]))
    return [...all.values()]
  }
}

function toListed({ provider, service, breaker, takesAny }: RoutedUpstream): ListedProvider {
  const { id, name, baseUrl, sendsApiKeyHeader, models, isEnvironment } = provider
  return {
    id,
    name,
    baseUrl,
    sendsApiKeyHeader,
    breaker,
    guarded: !isEnvironment,
    models: takesAny ? [] : models,
    ...(service.apiKey === undefined ? {} : { apiKey: service.apiKey }),
    ...(service.proxyUrl === undefined ? {} : { proxyUrl: service.proxyUrl }),
  }
}
