import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Hono } from 'hono'
import { createFaults } from '../faults.ts'
import type { Faults } from '../faults.ts'
import { memoryJournal } from '../journal.ts'
import type { Journal } from '../journal.ts'
import { createBuckets } from './buckets.ts'
import { channelRoutes } from './channel-routes.ts'
import type { DiscordEntry, StoredMessage } from './entry.ts'
import type { Json } from './form.ts'
import { createGateway } from './gateway.ts'
import { guildRoutes } from './guild-routes.ts'
import { intents, knownIntents } from './intents.ts'
import { interactionRoutes } from './interaction-routes.ts'
import { createInteractions } from './interactions.ts'
import { createMembership, type Membership } from './membership.ts'
import { messageRoutes } from './message-routes.ts'
import { toChannel } from './payload.ts'
import { defaultPermissions } from './permissions.ts'
import { createPlayer } from './player.ts'
import type { DiscordPlayer } from './player.ts'
import { createRest } from './rest.ts'
import type { OnTold } from './session.ts'
import type { DiscordCall } from './rest.ts'
import { threadMemberRoutes } from './thread-member-routes.ts'
import { createWorld, getChannel } from './world.ts'

/** In the shape of a real bot token: the bot's id, a time and a signature, all made up. */
export const practiceToken = 'MzAwMDAwMDAwMDAwMDAwMDAx.GpRaCt.practice-token-of-the-sandbox_opens-nothing'

export interface DiscordOptions {
  readonly journal?: Journal<DiscordEntry>
  readonly faults?: Faults
  readonly now?: () => number
  readonly token?: string
  /** Rate limits; limits of size always hold. */
  readonly limits?: 'documented' | 'off'
  readonly heartbeatMs?: number
  /** How long a session without a socket can still be resumed. */
  readonly resumeWindowMs?: number
  /** How long a nonce sent with enforce_nonce names one message only. */
  readonly nonceWindowMs?: number
  /** Intents the application may ask for; others close the gateway with 4014. */
  readonly allowedIntents?: number
  /** What Parley's role may do. */
  readonly permissions?: bigint
  readonly onTold?: OnTold
}

/** A Discord to practise on: its REST API, its gateway, and the people in it. */
export interface DiscordStandIn extends Membership {
  /** REST below /api/v10, and uploaded files; to be mounted at /discord. */
  readonly app: Hono
  /** Takes the socket of a request for /discord/gateway; false leaves it to others. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean
  readonly player: DiscordPlayer
  readonly faults: Faults
  readonly calls: readonly DiscordCall[]
  /** What a channel or thread holds, oldest first, ephemeral answers included. */
  history(channelId: string): readonly StoredMessage[]
  /** Closes every gateway socket with this code. */
  closeGateway(code: number): void
  /** Asks every bot to reconnect and resume (op 7), as Discord does before it restarts a gateway. */
  askToReconnect(): void
  /** The next attempt to resume is told to identify anew. */
  invalidateSessions(): void
  /** Sends every session an event just as it is. */
  sendRaw(event: { readonly t: string; readonly d: Json }): void
  /** Takes the right to create threads in this channel from Parley, or gives it back. */
  denyThreads(channelId: string, deny: boolean): void
  close(): Promise<void>
}

export function createDiscord(options: DiscordOptions = {}): DiscordStandIn {
  const now = options.now ?? Date.now
  const faults = options.faults ?? createFaults()
  const token = options.token ?? practiceToken
  const closing = new AbortController()
  const world = createWorld(options.journal ?? memoryJournal(), now, {
    permissions: options.permissions ?? defaultPermissions,
    nonceWindowMs: options.nonceWindowMs ?? 5 * 60_000,
  })
  const gateway = createGateway(world, {
    token,
    heartbeatMs: options.heartbeatMs ?? 41_250,
    allowedIntents: options.allowedIntents ?? knownIntents,
    resumeWindowMs: options.resumeWindowMs ?? 3 * 60_000,
    onTold: options.onTold ?? (() => {}),
  })
  const interactions = createInteractions(world)
  const buckets = options.limits === 'off' ? undefined : createBuckets(now)
  const { app, calls } = createRest({ token, faults, buckets, now, closed: closing.signal }, [
    ...guildRoutes(world, () => Math.max(0, 1000 - gateway.sessions.identified())),
    ...messageRoutes(world),
    ...channelRoutes(world),
    ...threadMemberRoutes(world),
    ...interactionRoutes(world),
  ])
  app.get('/attachments/:channel/:file/:name', context => {
    const file = world.state.files.get(context.req.param('file'))
    if (!file) return context.notFound()
    return context.body(Buffer.from(file.base64, 'base64'), 200, { 'Content-Type': file.contentType })
  })
  return {
    app,
    calls,
    faults,
    upgrade: gateway.upgrade,
    player: createPlayer(world, gateway, interactions),
    ...createMembership(world),
    history: channelId => [...(world.state.messages.get(channelId)?.values() ?? [])],
    closeGateway: gateway.closeAll,
    askToReconnect: gateway.sessions.askToReconnect,
    invalidateSessions: gateway.sessions.invalidate,
    sendRaw: ({ t, d }) => gateway.sessions.publishRaw(t, d),
    denyThreads(channelId, deny) {
      world.record({ type: 'threads-denied', channelId, deny })
      const d = toChannel(world, getChannel(world, channelId))
      world.emit({ t: 'CHANNEL_UPDATE', d, intent: intents.guilds })
    },
    async close() {
      closing.abort()
      interactions.close()
      await gateway.close()
    },
  }
}
