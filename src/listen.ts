import { once } from 'node:events'
import type { Server } from 'node:http'
import { createAdaptorServer, type WebSocketServerLike } from '@hono/node-server'
import type { WebSocketServer } from 'ws'
import type { Config } from './config.ts'
import { ParleyError } from './core/errors.ts'
import { createSocketServer } from './web/socket.ts'

/** A peer that does not close its side by then is cut off. */
const closeWithinMs = 1_000

/** What answers requests; `env` is the server's own view of them. */
export interface Answering {
  readonly fetch: (request: Request, env?: object) => Response | Promise<Response>
}

export interface Listening {
  readonly url: string
  /** Answers from now on; who came before waits until then. */
  serve(app: Answering): void
  /** Takes no new connection, and ends those that are left. Again, it waits for the first time. */
  close(): Promise<void>
}

/** Opens the address. Rejects with one sentence that names the variable when it cannot be had. */
export async function listen({ host, port }: Pick<Config, 'host' | 'port'>): Promise<Listening> {
  const { promise: serving, resolve: serve } = Promise.withResolvers<Answering>()
  const sockets = createSocketServer()
  const server = createAdaptorServer({
    fetch: async (request, env) => (await serving).fetch(request, env),
    websocket: { server: sockets as WebSocketServer & WebSocketServerLike },
  }) as Server
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw refusedAddress(host, port, cause)
  }
  const address = server.address()
  const actual = typeof address === 'object' && address ? address.port : port
  let closed: Promise<void> | undefined
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    serve,
    close() {
      closed ??= closeServer(server, sockets)
      return closed
    },
  }
}

async function closeServer(server: Server, sockets: WebSocketServer): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  // They are no connections of the server any more. 1001: this end is going away, come again.
  for (const socket of sockets.clients) {
    socket.close(1001)
    setTimeout(() => socket.terminate(), closeWithinMs).unref()
  }
  await closed
}

function refusedAddress(host: string, port: number, cause: unknown): ParleyError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (code === 'EADDRINUSE') {
    return new ParleyError(
      'conflict',
      `Port ${port} is in use: stop what listens there, or set PORT to another.`,
      { cause },
    )
  }
  if (code === 'EACCES') {
    return new ParleyError(
      'invalid',
      `Port ${port} may not be used by this user: set PORT to one above 1023.`,
      { cause },
    )
  }
  return new ParleyError('invalid', `HOST ${host} is not an address of this machine (${code}).`, { cause })
}
