/** An OpenAI-compatible service that answers. The first one comes from the environment; others are kept. */
export interface Provider {
  readonly id: string
  readonly name: string
  readonly baseUrl: string
  /** Models it serves; none for whatever is asked of it. */
  readonly models: readonly string[]
  /** Tried in this order, smallest first. */
  readonly order: number
  readonly enabled: boolean
  /** The key goes as `api-key` too, besides `Authorization`. */
  readonly sendsApiKeyHeader: boolean
  /** A local service may need none. */
  readonly hasKey: boolean
}

export interface Providers {
  /** In their order. */
  list(): Promise<readonly Provider[]>
  /** The key in the clear, for the call alone. */
  key(id: string): Promise<string | undefined>
  /** A key that is left out stays; `null` takes it away. Kept encrypted. */
  save(provider: Omit<Provider, 'hasKey'> & { readonly key?: string | null }): Promise<void>
  remove(id: string): Promise<void>
}

/** How a provider did lately, on this process. */
export interface ProviderHealth {
  readonly providerId: string
  readonly state: 'good' | 'failing' | 'unknown'
  readonly failedAtMs?: number
  readonly error?: string
}
