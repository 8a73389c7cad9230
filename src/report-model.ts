import { checkModel } from './adapters/openai/check-model.ts'
import type { Connections } from './connections.ts'
import type { Log } from './core/log.ts'

/** A wrong key, address or model name is told at the start, not at the first question; Parley runs all the same. */
export async function reportModel({ model }: Connections, log: Log): Promise<void> {
  if (model.practice) return
  const verdict = await checkModel({
    baseUrl: model.baseUrl,
    model: model.name,
    ...(model.apiKey === undefined ? {} : { apiKey: model.apiKey }),
    ...(model.proxyUrl === undefined ? {} : { proxyUrl: model.proxyUrl }),
  })
  if (!verdict.ok)
    log.error({ component: 'model', code: verdict.error.code, error: verdict.error }, verdict.error.message)
}
