import { randomUUID } from 'node:crypto'
import type { Context } from 'hono'
import type { Hono } from 'hono'
import { createEgress, type Egress } from './adapters/egress/egress.ts'
import { createCipher } from './adapters/jose/cipher.ts'
import { checkModel } from './adapters/openai/check-model.ts'
import { createModelRouter, type ModelRouter } from './adapters/openai/router.ts'
import { createUpstreams, type Upstreams } from './adapters/openai/upstreams.ts'
import { systemClock } from './clock.ts'
import type { Config } from './config.ts'
import type { Connections } from './connections.ts'
import type { Cipher } from './core/cipher.ts'
import { type ErrorCode, ParleyError } from './core/errors.ts'
import type { Log } from './core/log.ts'
import { environmentProviderId } from './core/provider.ts'
import { createProviderDesk, type ProviderDesk } from './core/provider-desk.ts'
import type { Store } from './core/store.ts'
import { readSecretKeys } from './secret-key.ts'
import { providerRoutes } from './web/admin/providers.ts'
import type { WebEnv } from './web/context.ts'

/** Model services as this process asks them, and as those who manage change them. */
export interface ProviderParts {
  readonly model: ModelRouter
  readonly desk: ProviderDesk
  readonly egress: Egress
  readonly cipher: Cipher
  /** `/admin/providers`. */
  pages(address: (c: Context<WebEnv>) => string | undefined): Hono<WebEnv>
  close(): Promise<void>
}

export function openProviders(
  config: Pick<Config, 'accounts' | 'dataDir' | 'relayEndpoints'>,
  { links: { model }, store, log }: { readonly links: Connections; readonly store: Store; readonly log: Log },
): ProviderParts {
  const egress = createEgress({ allow: config.relayEndpoints })
  const cipher = createCipher(readSecretKeys(config.accounts.secretKeys, config.dataDir))
  const host = new URL(model.baseUrl).host
  const { name: modelName, practice, ...service } = model
  const name = practice ? 'practice' : host
  const upstreams = createUpstreams({
    environment: { ...service, name, model: modelName, practice },
    providers: store.providers,
    cipher,
    dispatcher: egress.dispatcher,
    clock: systemClock,
    random: Math.random,
    log,
  })
  const router = createModelRouter(upstreams, {
    practice,
    name: practice ? 'the practice model' : `${modelName} at ${host}`,
  })
  const desk = openDesk(store, cipher, egress)
  const environment = {
    id: environmentProviderId,
    name,
    baseUrl: model.baseUrl,
    models: [modelName],
    enabled: true,
    sendsApiKeyHeader: false,
    practice,
  }
  return {
    model: router,
    desk,
    egress,
    cipher,
    pages: address =>
      providerRoutes({
        store,
        desk,
        environment,
        health: () => router.health(),
        probe: id => probe(upstreams, id, modelName),
        address,
      }),
    close: () => egress.close(),
  }
}

/** The same desk beside a running Parley. */
export function openDesk(store: Store, cipher: Cipher, egress: Pick<Egress, 'check'>): ProviderDesk {
  return createProviderDesk({
    store,
    cipher,
    newId: randomUUID,
    nowMs: () => systemClock.nowMs(),
    checkUrl: url => egress.check(url),
  })
}

/** Whoever takes any model may be fine without the one that is asked for here. */
async function probe(upstreams: Upstreams, id: string, usualModel: string): Promise<ErrorCode | undefined> {
  const upstream = await upstreams.find(id)
  if (!upstream) throw new ParleyError('not_found', 'There is no such provider.')
  const [named] = upstream.provider.models
  const verdict = await checkModel({ ...upstream.service, model: named ?? usualModel, strict: true })
  if (verdict.ok || (named === undefined && verdict.error.code === 'model_not_found')) {
    upstream.breaker.succeeded()
    return undefined
  }
  upstream.breaker.failed(verdict.error)
  return verdict.error.code
}
