import { upgradeWebSocket } from '@hono/node-server'
import { Hono } from 'hono'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Clock } from '../core/clock.ts'
import { ParleyError } from '../core/errors.ts'
import { type ConnectionDependencies, openConnection, type Wire } from './connection.ts'
import type { WebEnv } from './context.ts'
import { originOf, type Origins } from './origin.ts'

export interface SocketDependencies extends ConnectionDependencies {
  readonly origins: Origins
}

/** Larger than the longest message, smaller than what would hurt. */
const maxPayloadBytes = 512 * 1024
/** A peer that answers no ping in this time is gone, whatever its socket says. */
const pingEveryMs = 25_000

/** Takes upgrades of the server that it is given to; see `listen`. */
export function createSocketServer(): WebSocketServer {
  return new WebSocketServer({ noServer: true, maxPayload: maxPayloadBytes })
}

/** `/ws`. A page of a foreign origin is refused at the upgrade; who has no session is let in to be told so. */
export function createSocket(deps: SocketDependencies): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  app.get(
    '/ws',
    async (c, next) => {
      if (originOf(c, deps.origins) === 'foreign')
        throw new ParleyError('forbidden', 'This origin may not connect.')
      if (c.req.header('upgrade')?.toLowerCase() !== 'websocket')
        return c.body(null, 426, { upgrade: 'websocket', connection: 'upgrade' })
      return next()
    },
    upgradeWebSocket(
      c => {
        const session: WebEnv['Variables']['signedIn'] = c.get('signedIn')
        const language: WebEnv['Variables']['language'] = c.get('language')
        let connection: ReturnType<typeof openConnection> | undefined
        return {
          onOpen(_, { raw }) {
            if (!isWebSocket(raw)) return
            keepAwake(raw, deps.clock)
            connection = openConnection(deps, wireOf(raw), { session, language })
          },
          onMessage({ data }) {
            if (typeof data === 'string') connection?.receive(data)
          },
          onClose: () => connection?.over(),
          onError: () => connection?.over(),
        }
      },
      { onError: error => deps.log.error({ component: 'web', error }, 'a socket failed') },
    ),
  )
  return app
}

/** The server above makes no others. */
function isWebSocket(raw: unknown): raw is WebSocket {
  return typeof raw === 'object' && raw !== null && 'terminate' in raw && 'ping' in raw
}

function wireOf(socket: WebSocket): Wire {
  return {
    // Called back when it is handed to the kernel: a reader who is slow holds up its own sender, and nobody else.
    send: text =>
      new Promise(resolve => {
        if (socket.readyState !== socket.OPEN) resolve()
        else socket.send(text, () => resolve())
      }),
    close: (code, reason) => socket.close(code, reason),
  }
}

function keepAwake(socket: WebSocket, clock: Clock): void {
  const over = new AbortController()
  let heard = true
  socket.on('pong', () => (heard = true))
  socket.on('close', () => over.abort())
  const ping = async () => {
    while (!over.signal.aborted) {
      await clock.sleep(pingEveryMs, over.signal)
      if (over.signal.aborted) return
      if (!heard) return socket.terminate()
      heard = false
      socket.ping()
    }
  }
  void ping()
}
