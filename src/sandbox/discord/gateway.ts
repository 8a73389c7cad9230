import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { converse } from './connection.ts'
import type { GatewayOptions } from './connection.ts'
import { gatewayUrl } from './guild-routes.ts'
import { createSessions } from './session.ts'
import type { OnTold, Sessions } from './session.ts'
import type { World } from './world.ts'

export const gatewayPath = '/discord/gateway'

export interface Gateway {
  readonly sessions: Sessions
  /** Takes the socket when the request asks for the gateway; false leaves it to others. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean
  /** Closes every socket politely, with this code. */
  readonly closeAll: (code: number) => void
  /** Cuts every socket, as a bad network would. */
  readonly drop: () => void
  close(): Promise<void>
}

export function createGateway(
  world: World,
  options: GatewayOptions & { readonly resumeWindowMs: number; readonly onTold: OnTold },
): Gateway {
  const server = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 })
  const sessions = createSessions(world.now, options.resumeWindowMs, options.onTold)
  world.onEmit(sessions.publish)
  const drop = () => server.clients.forEach(socket => socket.terminate())
  return {
    sessions,
    drop,
    upgrade(request, socket, head) {
      const url = new URL(request.url ?? '/', 'http://sandbox')
      if (url.pathname.replace(/\/$/, '') !== gatewayPath) return false
      server.handleUpgrade(request, socket, head, client => {
        // A bot cut off in the middle of a frame is no news here: its session waits to be resumed.
        client.on('error', () => client.terminate())
        if (url.searchParams.get('v') !== '10') return client.close(4012, 'Invalid API version.')
        const host = request.headers.host ?? '127.0.0.1'
        return converse(client, gatewayUrl(`http://${host}`), world, sessions, options)
      })
      return true
    },
    closeAll(code) {
      sessions.hangUp(code)
      server.clients.forEach(socket => socket.close(code))
    },
    async close() {
      drop()
      await new Promise<void>((resolve, reject) => server.close(error => (error ? reject(error) : resolve())))
    },
  }
}
