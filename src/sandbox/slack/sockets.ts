import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { parley } from '../cast.ts'
import { type Fields, isFields } from './args.ts'

/** The app's open Socket Mode connections. */
export interface Sockets {
  /** A path that may be connected to once; what apps.connections.open gives away. */
  issuePath(): string
  /** Takes over an upgrade whose path is ours, answering it or refusing it; false when it is not ours. */
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): boolean
  count(): number
  /** Sends to one open socket, each in its turn; false when none is open. */
  send(frame: Fields): boolean
  onOpen(listener: () => void): void
  onAck(listener: (envelopeId: string, response: Fields | undefined) => void): void
  /** What Slack sends before it recycles a connection; the client is to come back by itself. */
  warn(reason: 'warning' | 'refresh_requested'): void
  drop(): void
  close(): void
}

const prefix = '/slack/socket/'
/** "An app may have at most 10 open connections." */
const mostSockets = 10
/** A hello with no ping after it for 30 s makes Slack's own client reconnect. */
const defaultPingMs = 10_000

export function createSockets(pingMs: number = defaultPingMs): Sockets {
  const server = new WebSocketServer({ noServer: true })
  const issued = new Set<string>()
  let open: WebSocket[] = []
  const openListeners: (() => void)[] = []
  const ackListeners: ((envelopeId: string, response: Fields | undefined) => void)[] = []
  const pinging = setInterval(() => {
    for (const socket of open) socket.ping()
  }, pingMs).unref()

  const receive = (text: string) => {
    const { envelope_id: id, payload } = parseFrame(text)
    if (typeof id !== 'string') return
    for (const listener of ackListeners) listener(id, isFields(payload) ? payload : undefined)
  }
  const accept = (socket: WebSocket) => {
    if (open.length >= mostSockets) {
      socket.send(JSON.stringify({ type: 'disconnect', reason: 'too_many_websockets' }))
      return socket.close(1008)
    }
    open.push(socket)
    socket.on('message', data => receive((data as Buffer).toString()))
    // A broken connection is followed by 'close', which is all there is to know.
    socket.on('error', () => socket.terminate())
    socket.on('close', () => void (open = open.filter(other => other !== socket)))
    socket.send(JSON.stringify(hello(open.length)))
    for (const listener of openListeners) listener()
  }
  return {
    issuePath() {
      const id = randomUUID()
      issued.add(id)
      return prefix + id
    },
    upgrade(req, socket, head) {
      const path = new URL(req.url ?? '/', 'http://slack').pathname
      if (!path.startsWith(prefix)) return false
      if (issued.delete(path.slice(prefix.length))) server.handleUpgrade(req, socket, head, accept)
      else socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n')
      return true
    },
    count: () => open.length,
    send(frame) {
      const socket = open.shift()
      if (!socket) return false
      open.push(socket)
      socket.send(JSON.stringify(frame))
      return true
    },
    onOpen: listener => void openListeners.push(listener),
    onAck: listener => void ackListeners.push(listener),
    warn(reason) {
      for (const socket of open)
        socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'sandbox' } }))
    },
    drop() {
      for (const socket of open) socket.terminate()
    },
    close() {
      clearInterval(pinging)
      for (const socket of open) socket.close(1001)
      server.close()
    },
  }
}

const hello = (connections: number) => ({
  type: 'hello',
  num_connections: connections,
  connection_info: { app_id: parley.slack.appId },
  debug_info: { host: 'sandbox', build_number: 1, approximate_connection_time: 18_060 },
})

function parseFrame(text: string): Fields {
  try {
    const frame = JSON.parse(text) as unknown
    return isFields(frame) ? frame : {}
  } catch {
    return {}
  }
}
