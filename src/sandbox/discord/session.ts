import { randomBytes } from 'node:crypto'
import type { WebSocket } from 'ws'
import { intents } from './intents.ts'
import type { Json } from './form.ts'
import type { DispatchEvent } from './world.ts'

/** Events kept for a session that lost its socket; older ones make it impossible to resume. */
const keptEvents = 2000

/** Hears what each session is told, and whether it has a socket to read it from now. */
export type OnTold = (session: { readonly id: string; readonly isOpen: boolean }, t: string, d: Json) => void

/** One identified bot. It outlives its socket for a while, and keeps what it missed. */
export interface Session {
  readonly id: string
  dispatch(t: string, d: Json): void
}

export interface Sessions {
  open(socket: WebSocket, intents: number): Session
  /** Continues a session after the event `seq`, replaying what came since; undefined when it is gone. */
  resume(id: string, seq: number, socket: WebSocket): Session | undefined
  /** Tells every session that asked for such events. */
  readonly publish: (event: DispatchEvent) => void
  /** Tells every session, whatever it asked for: for events that a test wrote by hand. */
  publishRaw(t: string, d: Json): void
  /** From now on no session that exists can be resumed. */
  readonly invalidate: () => void
  /** Tells every session that Discord itself is about to close its socket with this code. */
  readonly hangUp: (code: number) => void
  /** Asks every bot to come back on a new socket (op 7). */
  readonly askToReconnect: () => void
  /** How many sessions have an open socket now. */
  connected(): number
  /** How many sessions were ever identified. */
  identified(): number
}

interface Kept extends Session {
  readonly asked: number
  socket: WebSocket | undefined
  sent: { readonly s: number; readonly frame: string }[]
  lastSeq: number
  lostMs: number
  resumable: boolean
  /** The code with which Discord closes the present socket; what the client echoes says nothing. */
  hungUp: number | undefined
}

function createSession(asked: number, onTold: OnTold): Kept {
  const session: Kept = {
    id: randomBytes(16).toString('hex'),
    asked,
    socket: undefined,
    sent: [],
    lastSeq: 0,
    lostMs: 0,
    resumable: true,
    hungUp: undefined,
    dispatch(t, d) {
      session.lastSeq += 1
      const s = session.lastSeq
      const frame = JSON.stringify({ op: 0, t, s, d })
      session.sent.push({ s, frame })
      if (session.sent.length > keptEvents) session.sent.shift()
      if (isOpen(session)) session.socket?.send(frame)
      onTold({ id: session.id, isOpen: isOpen(session) }, t, d)
    },
  }
  return session
}

export function createSessions(now: () => number, resumeWindowMs: number, onTold: OnTold): Sessions {
  const sessions = new Map<string, Kept>()
  let identified = 0

  const forget = (id: string) => void sessions.delete(id)
  const prune = () => {
    for (const session of sessions.values())
      if (!session.socket && now() - session.lostMs > resumeWindowMs) forget(session.id)
  }

  const attach = (session: Kept, socket: WebSocket) => {
    session.socket?.close(4000, 'Replaced by a newer connection.')
    session.socket = socket
    session.hungUp = undefined
    socket.on('close', code => {
      if (session.socket !== socket) return
      session.socket = undefined
      session.lostMs = now()
      const over = session.hungUp === undefined ? saysGoodbye(code) : isFatal(session.hungUp)
      if (over || !session.resumable) forget(session.id)
    })
  }

  return {
    open(socket, asked) {
      identified += 1
      const session = createSession(asked, onTold)
      sessions.set(session.id, session)
      attach(session, socket)
      return session
    },
    resume(id, seq, socket) {
      prune()
      const session = sessions.get(id)
      if (!session?.resumable) return undefined
      const missed = session.sent.filter(({ s }) => s > seq)
      if (seq > session.lastSeq || missed.length !== session.lastSeq - seq) return undefined
      attach(session, socket)
      for (const { frame } of missed) socket.send(frame)
      return session
    },
    publish(event) {
      prune()
      sessions.forEach(session => tell(session, event))
    },
    publishRaw: (t, d) => sessions.forEach(session => session.dispatch(t, d)),
    invalidate() {
      for (const session of sessions.values()) {
        session.resumable = false
        if (!session.socket) forget(session.id)
      }
    },
    hangUp: code => sessions.forEach(session => void (session.hungUp = code)),
    askToReconnect: () =>
      sessions.forEach(session => session.socket?.send(JSON.stringify({ op: 7, d: null, s: null, t: null }))),
    connected: () => [...sessions.values()].filter(isOpen).length,
    identified: () => identified,
  }
}

/** Tells a session what its intents let it hear. */
function tell(session: Kept, { t, d, intent, secretContent }: DispatchEvent) {
  if (intent !== 0 && (session.asked & intent) === 0) return
  const hidden = secretContent === true && (session.asked & intents.messageContent) === 0
  session.dispatch(t, hidden ? { ...d, content: '', embeds: [], attachments: [], components: [] } : d)
}

function isOpen({ socket }: Kept): boolean {
  return socket !== undefined && socket.readyState === socket.OPEN
}

/** A client that closes with 1000 or 1001 ends its session; with any other code it may resume. */
function saysGoodbye(code: number): boolean {
  return code === 1000 || code === 1001
}

/** Documented: after these there is nothing to come back to. */
function isFatal(code: number): boolean {
  return code === 4004 || (code >= 4010 && code <= 4014)
}
