import type { ParleyError } from '../../core/errors.ts'
import type { UpstreamRequest } from '../../core/upstream.ts'
import type { RelayCaller, RelayHeaders } from './caller.ts'
import { invalidRequest, notAllowed, RelayRefusal } from './refusal.ts'

/** A model service that Parley was given, as the relay asks it. */
export interface RelayProvider {
  readonly id: string
  readonly name: string
  /** Without `/chat/completions`. */
  readonly baseUrl: string
  /** Absent for a service that asks for none. */
  readonly apiKey?: string
  readonly sendsApiKeyHeader: boolean
  readonly proxyUrl?: string
  /** Its address was typed on a page: the guard dials it. */
  readonly guarded?: boolean
  /** To be told of how it does. */
  readonly breaker?: { succeeded(): void; failed(error: ParleyError): void }
}

/** The same with the models that it says it serves; none for whatever is asked of it. */
export interface ListedProvider extends RelayProvider {
  readonly models: readonly string[]
}

/** Where one request goes. */
export interface RelayTarget {
  readonly provider: string
  readonly url: string
  readonly host: string
  readonly route: UpstreamRequest['route']
  /** Parley's own key is in it: nothing that the other side says of a key is handed on. */
  readonly key: { readonly ours: boolean; readonly value: string }
  readonly headers: Readonly<Record<string, string>>
  readonly breaker?: RelayProvider['breaker']
}

/** What callers may name. */
export interface NamedAddresses {
  /** Throws `invalid` or `forbidden`. */
  parse(url: string): URL
  isListed(url: URL): boolean
}

export interface TargetChoice {
  readonly asked: RelayHeaders
  readonly caller: RelayCaller
  /** Those that serve the model, in the order in which they are tried. */
  readonly providers: readonly RelayProvider[]
  readonly named: NamedAddresses
}

/**
 * Where a request goes, in order of trying. Parley's own keys go to the services they were given for and nowhere else:
 * whoever names an address or a proxy brings a key of their own.
 */
export function chooseTargets(choice: TargetChoice): readonly RelayTarget[] {
  const { asked, caller, providers } = choice
  const { ownKey, endPoint, proxyUrl } = asked
  const isNamed = endPoint !== undefined || proxyUrl !== undefined
  if (isNamed || ownKey) checkOwnKey(asked, caller)
  if (endPoint !== undefined) return [namedTarget(choice, endPoint)]
  if (providers.length === 0)
    throw new RelayRefusal(
      503,
      'server_error',
      'no_provider',
      'No model service is configured for this model.',
    )
  if (!isNamed && !ownKey) return providers.map(ownTarget)
  return providers.slice(0, 1).map(provider => foreignTarget(provider, ownKey ?? '', proxyOf(choice)))
}

function checkOwnKey({ ownKey, endPoint }: RelayHeaders, { mayPassKeys }: RelayCaller): void {
  if (!mayPassKeys)
    throw notAllowed(
      'own_key_not_allowed',
      'Whoever manages Parley does not let keys of your own pass through.',
    )
  if (ownKey !== undefined) return
  throw invalidRequest(
    `The header ${endPoint === undefined ? 'proxy_url' : 'end_point'} needs a key of your own for the model service: put it into Authorization as "Bearer KEY" and the key of Parley into X-Parley-Key. For a service that asks for none, send "Bearer" with nothing behind it.`,
    endPoint === undefined ? 'proxy_url' : 'end_point',
  )
}

function ownTarget(given: RelayProvider): RelayTarget {
  const { id, baseUrl, apiKey, sendsApiKeyHeader, proxyUrl, guarded, breaker } = given
  const url = `${baseUrl.replace(/\/+$/, '')}/chat/completions`
  return {
    provider: id,
    url,
    host: new URL(url).host,
    route: guarded ? { kind: 'kept' } : { kind: 'trusted', ...(proxyUrl === undefined ? {} : { proxyUrl }) },
    key: { ours: true, value: apiKey ?? '' },
    ...(breaker ? { breaker } : {}),
    headers: keyHeaders(apiKey ?? '', sendsApiKeyHeader),
  }
}

/** Our service with the caller's key; our own proxy stays ours, and where the caller names one the guard dials it. */
function foreignTarget(provider: RelayProvider, key: string, proxyUrl: string | undefined): RelayTarget {
  const target = ownTarget(provider)
  return {
    ...target,
    key: { ours: false, value: key },
    headers: keyHeaders(key, provider.sendsApiKeyHeader),
    ...(proxyUrl === undefined ? {} : { route: { kind: 'named', proxyUrl } }),
  }
}

function namedTarget(choice: TargetChoice, endPoint: string): RelayTarget {
  const { asked, providers } = choice
  const url = listed(choice, 'end_point', endPoint)
  const proxyUrl = proxyOf(choice)
  const known = providers.find(({ baseUrl }) => new URL(baseUrl).origin === url.origin)
  return {
    provider: url.host,
    url: url.href,
    host: url.host,
    route: { kind: 'named', ...(proxyUrl === undefined ? {} : { proxyUrl }) },
    key: { ours: false, value: asked.ownKey ?? '' },
    headers: keyHeaders(asked.ownKey ?? '', known?.sendsApiKeyHeader ?? false),
  }
}

function proxyOf(choice: TargetChoice): string | undefined {
  const { proxyUrl } = choice.asked
  return proxyUrl === undefined ? undefined : listed(choice, 'proxy_url', proxyUrl).href
}

/** Says the same of an address that is not listed and of one that may not be listed. */
function listed({ named }: TargetChoice, header: string, text: string): URL {
  const url = parsed(named, text)
  if (url && named.isListed(url)) return url
  throw new RelayRefusal(
    403,
    'permission_error',
    'endpoint_not_allowed',
    `The address in ${header} is not one that this relay may use. Whoever manages Parley lists hosts in RELAY_ALLOWED_ENDPOINTS.`,
    { param: header },
  )
}

function parsed(named: NamedAddresses, text: string): URL | undefined {
  try {
    return named.parse(text)
  } catch {
    // What was wrong with it is nothing for whoever sent it.
    return undefined
  }
}

function keyHeaders(key: string, sendsApiKeyHeader: boolean): Readonly<Record<string, string>> {
  if (key === '') return {}
  return { authorization: `Bearer ${key}`, ...(sendsApiKeyHeader ? { 'api-key': key } : {}) }
}
