import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach } from 'vitest'
import type { LanguageModel, ModelEvent, ModelRequest } from '../../../core/model.ts'
import { collectEvents } from '../../../core/testing/scripted-model.ts'
import type { PracticeModel } from '../../../sandbox/model/practice-model.ts'
import { type ServedPracticeModel, servePracticeModel } from '../../../sandbox/model/serve.ts'
import { createOpenAiModel, type OpenAiModelOptions } from '../model.ts'

export const key = 'sk-ada-0123456789-secret'

export const request: ModelRequest = {
  model: 'parley-practice',
  messages: [{ role: 'user', content: 'Ada asks what changed.' }],
  maxTokens: 500,
}

/** The practice model on loopback, new for each test of the file, and the adapter that asks it. */
export interface ModelService {
  readonly practice: PracticeModel
  /** The pauses the adapter made, which took no time. */
  readonly slept: readonly number[]
  /** The bodies of what was asked. */
  readonly bodies: readonly Readonly<Record<string, unknown>>[]
  model(options?: Partial<OpenAiModelOptions>): LanguageModel
  ask(options?: Partial<OpenAiModelOptions>, asked?: Partial<ModelRequest>): Promise<readonly ModelEvent[]>
  /** A service that behaves as `listener` does; its base URL. */
  serve(listener: RequestListener): Promise<string>
}

export function useModelService(): ModelService {
  let served: ServedPracticeModel
  let slept: number[] = []
  let servers: Server[] = []
  beforeEach(async () => {
    served = await servePracticeModel({ wordDelayMs: 0 })
    slept = []
  })
  afterEach(async () => {
    await served.close()
    for (const server of servers) {
      server.close()
      server.closeAllConnections()
    }
    servers = []
  })
  const model = (options: Partial<OpenAiModelOptions> = {}) =>
    createOpenAiModel({
      apiKey: key,
      baseUrl: served.baseUrl,
      clock: { nowMs: () => 0, sleep: async ms => void slept.push(ms) },
      random: () => 0,
      ...options,
    })
  return {
    get practice() {
      return served.model
    },
    get slept() {
      return slept
    },
    get bodies() {
      return served.model.requests.map(({ body }) => body as Record<string, unknown>)
    },
    model,
    ask: (options, asked) =>
      collectEvents(model(options).stream({ ...request, ...asked }, new AbortController().signal)),
    async serve(listener) {
      const server = createServer(listener).listen(0, '127.0.0.1')
      servers.push(server)
      await once(server, 'listening')
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
    },
  }
}

/** The kind of each event, and of a failure its code. */
export function kinds(events: readonly ModelEvent[]): readonly string[] {
  return events.map(event => (event.type === 'failed' ? event.error.code : event.type))
}

export function said(events: readonly ModelEvent[]): string | undefined {
  const last = events.at(-1)
  return last?.type === 'text' ? undefined : last?.response.choices[0]?.content
}
