import { afterEach } from 'vitest'
import { keyContext, type KeptProvider } from '../../../core/provider.ts'
import { collectEvents } from '../../../core/testing/scripted-model.ts'
import { createEgress } from '../../egress/egress.ts'
import { createCipher } from '../../jose/cipher.ts'
import { createLog } from '../../pino/log.ts'
import { createModelRouter, type ModelRouter } from '../router.ts'
import { createUpstreams } from '../upstreams.ts'
import { request } from './model-service.ts'

export const planted = 'sk-planted-grace-9876543210'
export const cipher = createCipher(['the secret key of these tests, long enough'])

const fresh = () => ({ nowMs: 0, lines: [] as string[], kept: [] as KeptProvider[], broken: false })

/** What each test of the file finds new: the time, which stands still unless it is moved, the log, and who is kept. */
export function useProviders(allow: readonly string[] = ['127.0.0.1']) {
  const stage = fresh()
  const egress = createEgress({ allow })
  afterEach(() => void Object.assign(stage, fresh()))
  const log = createLog({
    level: 'debug',
    pretty: false,
    secrets: [],
    write: line => void stage.lines.push(line),
  })
  return {
    stage,
    log,
    /** A router over a first service and those that are kept. */
    openRouter: (environmentUrl: string, { practice = false } = {}): ModelRouter => {
      const upstreams = createUpstreams({
        environment: {
          baseUrl: environmentUrl,
          apiKey: 'sk-environment',
          name: 'first',
          model: 'parley-practice',
          practice,
        },
        providers: {
          list: () => (stage.broken ? Promise.reject(new Error('no database')) : Promise.resolve(stage.kept)),
        },
        cipher,
        dispatcher: egress.dispatcher,
        clock: { nowMs: () => stage.nowMs, sleep: () => Promise.resolve() },
        random: () => 0,
        log,
      })
      return createModelRouter(upstreams, { name: 'first', practice })
    },
    keep: (id: string, baseUrl: string, change: Partial<KeptProvider> = {}): KeptProvider => {
      const provider: KeptProvider = {
        id,
        name: id,
        baseUrl,
        models: [],
        enabled: true,
        sendsApiKeyHeader: false,
        sealedKey: cipher.seal(planted, keyContext({ id })),
        ...change,
      }
      stage.kept.push(provider)
      return provider
    },
    ask: (router: ModelRouter, model = 'parley-practice') =>
      collectEvents(router.stream({ ...request, model }, new AbortController().signal)),
  }
}
