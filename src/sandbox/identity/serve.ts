import { once } from 'node:events'
import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import type { IdentityStandIn } from './stand-in.ts'

export interface ServedIdentity {
  readonly url: string
  close(): Promise<void>
}

/** One stand-in on a free port of this machine, for tests that want nothing else of the sandbox. */
export async function serveIdentity({ app }: IdentityStandIn): Promise<ServedIdentity> {
  const server = createAdaptorServer({ fetch: app.fetch }) as Server
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
