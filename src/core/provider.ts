import type { ErrorCode } from './errors.ts'

/** An OpenAI-compatible service that answers. The first one comes from the environment; others are kept. */
export interface Provider {
  readonly id: string
  readonly name: string
  readonly baseUrl: string
  /** Models it serves; none for whatever is asked of it. */
  readonly models: readonly string[]
  readonly enabled: boolean
  /** The key goes as `api-key` too, besides `Authorization`. */
  readonly sendsApiKeyHeader: boolean
}

/** As it is kept: its key sealed, for `keyContext`. A local service may need none. */
export interface KeptProvider extends Provider {
  readonly sealedKey?: string
}

export interface Providers {
  /** In the order in which they are tried. */
  list(): Promise<readonly KeptProvider[]>
  find(id: string): Promise<KeptProvider | undefined>
  /** Takes the place of the one with this id, or is tried last. */
  save(provider: KeptProvider): Promise<void>
  /** These first, in this order. */
  order(ids: readonly string[]): Promise<void>
  remove(id: string): Promise<void>
  /** In a transaction: waits until nobody else changes any. */
  lock(): Promise<void>
}

/** The id of the one that the environment names. */
export const environmentProviderId = 'environment'

/** What a provider's key is sealed for. */
export function keyContext({ id }: Pick<Provider, 'id'>): string {
  return `provider ${id}`
}

/** A provider that could not answer, and why the next one was asked. */
export interface FailedAttempt {
  readonly provider: string
  readonly error: ErrorCode
}

/** How a provider did lately, on this process. */
export interface ProviderHealth {
  readonly providerId: string
  readonly state: 'good' | 'failing' | 'unknown'
  /** The last time that it failed, and how. */
  readonly failedAtMs?: number
  readonly error?: ErrorCode
  /** Others are asked before it until then. */
  readonly restsUntilMs?: number
}
