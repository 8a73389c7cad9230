import { once } from 'node:events'
import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { createPracticeModel, type PracticeModel, type PracticeModelOptions } from './practice-model.ts'

export interface ServedPracticeModel {
  /** With `/v1`, as an OpenAI client wants it. */
  readonly baseUrl: string
  readonly model: PracticeModel
  /** Cuts what is still open and frees the port. */
  close(): Promise<void>
}

/** The practice model on a port of this machine; a free one unless told. */
export async function servePracticeModel(
  options: PracticeModelOptions & { readonly port?: number } = {},
): Promise<ServedPracticeModel> {
  const model = createPracticeModel(options)
  const server = createAdaptorServer({ fetch: model.app.fetch }) as Server
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    model,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
