import { DiscordAPIError, REST } from '@discordjs/rest'
import { CloseCodes, type SessionInfo, WebSocketManager, WebSocketShardEvents } from '@discordjs/ws'
import {
  type APIChannel,
  type APIInteraction,
  GatewayDispatchEvents,
  GatewayIntentBits,
} from 'discord-api-types/v10'
import type { Clock } from '../../core/clock.ts'
import type { Leadership } from '../../core/leadership.ts'
import type { Log } from '../../core/log.ts'
import { type AudienceNews, readAudienceNews } from './audience-events.ts'
import type { RawMessage } from './parse.ts'

/** What the gateway tells, in Discord's own shapes: its cache drops events of threads it has not met. */
export interface GatewayListener {
  /** A session began afresh: what was said before it may have been missed. */
  ready(guildIds: readonly string[]): void
  message(raw: RawMessage): void
  edited(raw: RawMessage): void
  deleted(ids: readonly string[], channelId: string, guildId: string | undefined): void
  interaction(raw: APIInteraction): void
  channel(raw: RawChannel, guildId: string | undefined): void
  audience(news: AudienceNews): void
}

export interface GatewayStatus {
  readonly connected: boolean
  readonly everConnected: boolean
  /** Another process holds it. */
  readonly standsBy?: boolean
  readonly error?: string
}

export interface Gateway {
  start(): void
  status(): GatewayStatus
  stop(): Promise<void>
}

export interface GatewayOptions {
  readonly token: string
  readonly apiUrl: string
  readonly clock: Clock
  readonly log: Log
  readonly leadership: Leadership
  /** The gateway is held this long after the last renewal. */
  readonly leaseMs: number
  readonly listener: GatewayListener
}

/** A guild that has not told of its channels by then is not waited for. */
const guildsWithinMs = 15_000

/** Every session of a bot receives every event, so one process at a time holds the gateway. */
const role = 'discord-gateway'

/** Close codes after which trying again cannot help, by what an admin has to do. */
const fatal: ReadonlyMap<number, string> = new Map([
  [4004, 'Discord refused DISCORD_TOKEN: copy the bot’s token anew.'],
  [4013, 'Discord refused the intents that Parley asks for.'],
  [
    4014,
    'Discord refused an intent: switch on “Message Content Intent” for the bot in the developer portal.',
  ],
])

/** Owns the gateway while this process leads, and stands by while another one does. */
export function createGateway({
  token,
  apiUrl,
  clock,
  log,
  leadership,
  leaseMs,
  listener,
}: GatewayOptions): Gateway {
  let client: WebSocketManager | undefined
  let state: GatewayStatus = { connected: false, everConnected: false }
  const over = new AbortController()
  let lead = Promise.resolve()

  const open = () => {
    const opened = createClient(apiUrl, token)
    attach(opened, listener, log, waitForGuilds(clock, over.signal), {
      up: () => (state = { connected: true, everConnected: true }),
      down: code => {
        const error = fatal.get(code)
        state = { connected: false, everConnected: state.everConnected, ...(error ? { error } : {}) }
        if (error) log.error({ platform: 'discord', status: code }, error)
      },
    })
    opened.connect().catch((thrown: unknown) => {
      const error = explainConnecting(thrown)
      state = { ...state, connected: false, error }
      log.error({ platform: 'discord', error: thrown }, error)
    })
    return opened
  }

  async function leadOrStandBy(): Promise<void> {
    while (!over.signal.aborted) {
      const leading = await leadership.hold(role, leaseMs).catch((thrown: unknown) => {
        log.warn({ platform: 'discord', error: thrown }, 'leadership could not be renewed')
        return client !== undefined
      })
      if (leading && !client) {
        state = { connected: false, everConnected: state.everConnected }
        client = open()
      }
      if (!leading && client) await close()
      if (!leading) state = { connected: false, everConnected: true, standsBy: true }
      await clock.sleep(leaseMs / 3, over.signal)
    }
  }

  async function close(): Promise<void> {
    const closing = client
    client = undefined
    await closing?.destroy({ code: CloseCodes.Normal, reason: 'Parley leaves' })
  }

  return {
    start() {
      lead = leadOrStandBy()
    },
    status: () => state,
    async stop() {
      over.abort()
      await lead
      await close()
      await leadership
        .release(role)
        .catch((thrown: unknown) => log.warn({ error: thrown }, 'leadership was not released'))
    },
  }
}

/** The layer below discord.js, which beside it would keep every message and member, and is read twice as long. */
function createClient(apiUrl: string, token: string): WebSocketManager {
  let session: SessionInfo | null = null
  return new WebSocketManager({
    token,
    intents:
      GatewayIntentBits.Guilds |
      GatewayIntentBits.GuildMessages |
      GatewayIntentBits.DirectMessages |
      GatewayIntentBits.MessageContent,
    rest: new REST({ version: '10', api: apiUrl }).setToken(token),
    shardCount: 1,
    // One session here, and leadership sees to it that there is no other to wait for.
    buildIdentifyThrottler: () => Promise.resolve({ waitForIdentify: () => Promise.resolve() }),
    // What it would use else is shared by every client of a process.
    retrieveSessionInfo: () => session,
    updateSessionInfo(_shardId, info) {
      session = info
    },
  })
}

interface GuildWait {
  begin(guildIds: readonly string[], told: () => void): void
  arrived(guildId: string): void
  giveUp(): void
}

/** Tells once every guild of a new session has told of its channels, which come one by one behind it. */
function waitForGuilds(clock: Clock, signal: AbortSignal): GuildWait {
  let waiting: { readonly guildIds: Set<string>; readonly told: () => void } | undefined
  const tellOnce = () => {
    const { told } = waiting ?? {}
    waiting = undefined
    told?.()
  }
  return {
    begin(guildIds, told) {
      const mine = { guildIds: new Set(guildIds), told }
      waiting = mine
      if (mine.guildIds.size === 0) return tellOnce()
      void clock.sleep(guildsWithinMs, signal).then(() => {
        if (waiting === mine && !signal.aborted) tellOnce()
      })
    },
    arrived(guildId) {
      if (waiting?.guildIds.delete(guildId) && waiting.guildIds.size === 0) tellOnce()
    },
    giveUp() {
      waiting = undefined
    },
  }
}

interface Packet {
  readonly t: string | null | undefined
  readonly d: unknown
}

function attach(
  client: WebSocketManager,
  listener: GatewayListener,
  log: Log,
  wait: GuildWait,
  state: { up(): void; down(code: number): void },
): void {
  client.on(WebSocketShardEvents.Dispatch, ({ data }) => {
    dispatch(data, listener)
    if (data.t === GatewayDispatchEvents.GuildCreate || data.t === GatewayDispatchEvents.GuildDelete)
      wait.arrived(data.d.id)
  })
  client.on(WebSocketShardEvents.Ready, ({ data }) => {
    const guildIds = data.guilds.map(({ id }) => id)
    wait.begin(guildIds, () => {
      state.up()
      log.info({ platform: 'discord', count: guildIds.length }, 'connected to Discord')
      listener.ready(guildIds)
    })
  })
  client.on(WebSocketShardEvents.Resumed, () => state.up())
  client.on(WebSocketShardEvents.Closed, ({ code }) => {
    wait.giveUp()
    state.down(code)
  })
  client.on(WebSocketShardEvents.Error, ({ error }) =>
    log.warn({ platform: 'discord', error }, 'the gateway’s connection failed'),
  )
}

function dispatch({ t, d }: Packet, listener: GatewayListener): void {
  for (const news of readAudienceNews(t ?? '', d)) listener.audience(news)
  switch (t ?? '') {
    case GatewayDispatchEvents.MessageCreate:
      return listener.message(d as RawMessage)
    case GatewayDispatchEvents.MessageUpdate:
      return listener.edited(d as RawMessage)
    case GatewayDispatchEvents.MessageDelete: {
      const gone = d as { readonly id: string; readonly channel_id: string; readonly guild_id?: string }
      return listener.deleted([gone.id], gone.channel_id, gone.guild_id)
    }
    case GatewayDispatchEvents.MessageDeleteBulk: {
      const gone = d as {
        readonly ids: readonly string[]
        readonly channel_id: string
        readonly guild_id?: string
      }
      return listener.deleted(gone.ids, gone.channel_id, gone.guild_id)
    }
    case GatewayDispatchEvents.InteractionCreate:
      return listener.interaction(d as APIInteraction)
    case GatewayDispatchEvents.GuildCreate:
      return learnGuild(d as RawGuild, listener)
    case GatewayDispatchEvents.ChannelCreate:
    case GatewayDispatchEvents.ThreadCreate:
    case GatewayDispatchEvents.ThreadUpdate: {
      const channel = d as RawChannel & { readonly guild_id?: string }
      return listener.channel(channel, channel.guild_id)
    }
    default:
  }
}

type RawChannel = Pick<APIChannel, 'id' | 'type'>

interface RawGuild {
  readonly id: string
  readonly channels?: readonly RawChannel[]
  readonly threads?: readonly RawChannel[]
}

function learnGuild(guild: RawGuild, listener: GatewayListener): void {
  for (const channel of [...(guild.channels ?? []), ...(guild.threads ?? [])])
    listener.channel(channel, guild.id)
}

function explainConnecting(thrown: unknown): string {
  if (thrown instanceof DiscordAPIError && thrown.status === 401) return fatal.get(4004) ?? ''
  if (thrown instanceof Error && thrown.message.includes('disallowed intents')) return fatal.get(4014) ?? ''
  return 'Discord could not be reached: check DISCORD_API_URL and the network.'
}
