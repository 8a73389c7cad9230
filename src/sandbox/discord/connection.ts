import type { WebSocket } from 'ws'
import { parley } from '../cast.ts'
import { isJson } from './form.ts'
import type { Json } from './form.ts'
import { intents, knownIntents } from './intents.ts'
import { toFullGuild, toMember, toUser } from './payload.ts'
import type { Session, Sessions } from './session.ts'
import type { World } from './world.ts'

export interface GatewayOptions {
  readonly token: string
  readonly heartbeatMs: number
  /** Intents the application may ask for; others close the socket with 4014. */
  readonly allowedIntents: number
}

const { guildId, applicationId, userId: botId } = parley.discord

const op = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  presence: 3,
  voice: 4,
  resume: 6,
  invalidSession: 9,
  requestMembers: 8,
  hello: 10,
  heartbeatAck: 11,
} as const

/** Speaks the gateway's protocol on one socket, from HELLO until it closes. */
export function converse(
  socket: WebSocket,
  resumeUrl: string,
  world: World,
  sessions: Sessions,
  options: GatewayOptions,
): void {
  let session: Session | undefined
  const send = (code: number, d: unknown) => socket.send(JSON.stringify({ op: code, d, s: null, t: null }))

  const identify = (data: Json) => {
    if (session) return socket.close(4005, 'Already authenticated.')
    if (bare(data['token']) !== options.token) return socket.close(4004, 'Authentication failed.')
    const asked = Number(data['intents'])
    if (!Number.isInteger(asked) || (asked & ~knownIntents) !== 0)
      return socket.close(4013, 'Invalid intent(s).')
    if ((asked & ~options.allowedIntents) !== 0) return socket.close(4014, 'Disallowed intent(s).')
    session = sessions.open(socket, asked)
    session.dispatch('READY', readyOf(session.id, resumeUrl, data))
    if ((asked & intents.guilds) !== 0) session.dispatch('GUILD_CREATE', toFullGuild(world))
  }

  const resume = (data: Json) => {
    if (bare(data['token']) !== options.token) return socket.close(4004, 'Authentication failed.')
    session = sessions.resume(String(data['session_id']), Number(data['seq']), socket)
    if (!session) return send(op.invalidSession, false)
    return session.dispatch('RESUMED', { _trace: ['sandbox'] })
  }

  socket.on('message', raw => {
    const frame = parseFrame(Buffer.isBuffer(raw) ? raw.toString() : '')
    if (!frame) return socket.close(4002, 'Decode error.')
    const data = isJson(frame['d']) ? frame['d'] : {}
    switch (frame['op']) {
      case op.heartbeat:
        return send(op.heartbeatAck, null)
      case op.identify:
        return identify(data)
      case op.resume:
        return resume(data)
      case op.requestMembers:
        return session
          ? session.dispatch('GUILD_MEMBERS_CHUNK', membersOf(world, data))
          : unauthenticated(socket)
      case op.presence:
      case op.voice:
        return session ? undefined : unauthenticated(socket)
      default:
        return socket.close(4001, 'Unknown opcode.')
    }
  })
  send(op.hello, { heartbeat_interval: options.heartbeatMs, _trace: ['sandbox'] })
}

function unauthenticated(socket: WebSocket) {
  socket.close(4003, 'Not authenticated.')
}

/** Some clients send the token as their REST calls do, with its scheme. */
function bare(token: unknown): string {
  return String(token).replace(/^Bot /, '')
}

function parseFrame(raw: string): Json | undefined {
  try {
    const frame: unknown = JSON.parse(raw)
    return isJson(frame) ? frame : undefined
  } catch {
    return undefined
  }
}

function readyOf(sessionId: string, resumeUrl: string, { shard }: Json): Json {
  return {
    v: 10,
    user: { ...toUser(botId), verified: true, mfa_enabled: false },
    guilds: [{ id: guildId, unavailable: true }],
    session_id: sessionId,
    session_type: 'normal',
    resume_gateway_url: resumeUrl,
    ...(Array.isArray(shard) && { shard }),
    application: { id: applicationId, flags: 1 << 19 },
    private_channels: [],
    relationships: [],
    user_settings: {},
    _trace: ['sandbox'],
  }
}

function membersOf(world: World, data: Json): Json {
  const members = [...world.state.members.keys()].map(id => toMember(world, id))
  const nonce = data['nonce'] === undefined ? {} : { nonce: data['nonce'] }
  return { guild_id: guildId, members, chunk_index: 0, chunk_count: 1, not_found: [], ...nonce }
}
