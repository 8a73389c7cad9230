import { once } from 'node:events'
import type { Server } from 'node:http'
import { createAdaptorServer, type WebSocketServerLike } from '@hono/node-server'
import type { Env, Hono } from 'hono'
import type { WebSocketServer } from 'ws'
import type { Config } from './config.ts'
import { ParleyError } from './core/errors.ts'
import { createSocketServer } from './web/socket.ts'

/** A peer that does not close its side by then is cut off. */
const closeWithinMs = 1_000

export interface Listening {
  readonly url: string
  /** Takes no new connection, and ends those that are left. */
  close(): Promise<void>
}

/** Serves `app`. Rejects with one sentence that names the variable when the address cannot be had. */
export async function listen<E extends Env>(
  { host, port }: Pick<Config, 'host' | 'port'>,
  app: Hono<E>,
): Promise<Listening> {
  const sockets = createSocketServer()
  const server = createAdaptorServer({
    fetch: app.fetch,
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
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      // They are no connections of the server any more. 1001: this end is going away, come again.
      for (const socket of sockets.clients) {
        socket.close(1001)
        setTimeout(() => socket.terminate(), closeWithinMs).unref()
      }
      await closed
    },
  }
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
