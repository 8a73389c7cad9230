import type { Dispatcher } from 'undici'
import type { Cipher } from '../../core/cipher.ts'
import type { Clock } from '../../core/clock.ts'
import type { Log } from '../../core/log.ts'
import {
  environmentProviderId,
  keyContext,
  type KeptProvider,
  type Provider,
  type Providers,
} from '../../core/provider.ts'
import { type Breaker, createBreaker } from './breaker.ts'
import type { ServiceOptions } from './client.ts'
import { createOpenAiModel, type OpenAiModel } from './model.ts'

/** What is kept may be this old: a change of a page holds everywhere within it. */
const freshMs = 2_000

/** A provider, ready to be asked. */
export interface Upstream {
  readonly provider: Provider & { readonly isEnvironment: boolean }
  /** Answers for models that it does not name. */
  readonly takesAny: boolean
  /** How it is reached, its key in the clear: for the call alone. */
  readonly service: ServiceOptions
  readonly model: OpenAiModel
  /** To be told of what else is asked of it. */
  readonly breaker: Breaker
}

export interface Upstreams {
  /** Those that are enabled, the environment's first, the others in their order. */
  list(): Promise<readonly Upstream[]>
  /** One that is kept, enabled or not, as it is now; for trying it out. */
  find(id: string): Promise<Upstream | undefined>
}

export interface UpstreamOptions {
  readonly environment: ServiceOptions & {
    readonly name: string
    readonly model: string
    readonly practice: boolean
  }
  readonly providers: Pick<Providers, 'list'>
  readonly cipher: Cipher
  /** The guarded way to addresses that people name. */
  readonly dispatcher: Dispatcher
  readonly clock: Clock
  readonly random: () => number
  readonly log: Log
}

export function createUpstreams(options: UpstreamOptions): Upstreams {
  const { providers, clock, log } = options
  const first = environmentUpstream(options)
  const ready = new Map<string, { readonly as: string; readonly upstream: Upstream }>()
  let kept: readonly Upstream[] = []
  let readAtMs = -Infinity
  let reading: Promise<void> | undefined

  async function read(): Promise<void> {
    try {
      kept = (await providers.list()).map(toUpstream)
      for (const id of ready.keys()) if (!kept.some(({ provider }) => provider.id === id)) ready.delete(id)
    } catch (error) {
      log.warn(
        { component: 'model', error },
        'the providers could not be read; the last ones known are asked',
      )
    }
    readAtMs = clock.nowMs()
  }

  const refresh = (maxAgeMs: number) => {
    if (clock.nowMs() - readAtMs < maxAgeMs) return Promise.resolve()
    reading ??= read().finally(() => (reading = undefined))
    return reading
  }

  const toUpstream = (provider: KeptProvider): Upstream => {
    const { name, enabled, ...same } = provider
    const as = JSON.stringify(same)
    const known = ready.get(provider.id)
    // A new name or a pause changes nothing of how it does.
    if (known?.as === as)
      return { ...known.upstream, provider: { ...known.upstream.provider, name, enabled } }
    const upstream = keptUpstream(provider, options)
    ready.set(provider.id, { as, upstream })
    return upstream
  }

  return {
    async list() {
      await refresh(freshMs)
      return [first, ...kept.filter(({ provider }) => provider.enabled)]
    },
    async find(id) {
      await refresh(0)
      return [first, ...kept].find(({ provider }) => provider.id === id)
    },
  }
}

function environmentUpstream({ environment, clock, random }: UpstreamOptions): Upstream {
  const { name, model, practice, ...service } = environment
  return {
    provider: {
      id: environmentProviderId,
      name,
      baseUrl: service.baseUrl,
      models: [model],
      enabled: true,
      sendsApiKeyHeader: service.sendsApiKeyHeader ?? false,
      isEnvironment: true,
    },
    takesAny: true,
    service,
    model: createOpenAiModel({ ...service, name, practice, clock, random }),
    breaker: createBreaker(clock),
  }
}

function keptUpstream(
  provider: KeptProvider,
  { cipher, dispatcher, clock, random, log }: UpstreamOptions,
): Upstream {
  const { sealedKey, ...shown } = provider
  const apiKey = sealedKey === undefined ? undefined : cipher.open(sealedKey, keyContext(provider))
  if (sealedKey !== undefined && apiKey === undefined)
    log.error(
      { component: 'model' },
      'the key of a provider was sealed with a SECRET_KEY that is gone: enter it again on its page',
    )
  const service: ServiceOptions = {
    baseUrl: provider.baseUrl,
    dispatcher,
    sendsApiKeyHeader: provider.sendsApiKeyHeader,
    ...(apiKey === undefined ? {} : { apiKey }),
  }
  return {
    provider: { ...shown, isEnvironment: false },
    takesAny: provider.models.length === 0,
    service,
    model: createOpenAiModel({ ...service, name: provider.name, clock, random }),
    breaker: createBreaker(clock),
  }
}
