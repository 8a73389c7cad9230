import {
  type APIChannel,
  type APIInteraction,
  Client,
  Events,
  GatewayDispatchEvents,
  GatewayIntentBits,
  Options,
  Partials,
} from 'discord.js'
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
  let client: Client | undefined
  let state: GatewayStatus = { connected: false, everConnected: false }
  const over = new AbortController()
  let lead = Promise.resolve()

  const open = () => {
    const opened = createClient(apiUrl)
    attach(opened, listener, log, {
      up: () => (state = { connected: true, everConnected: true }),
      down: code => {
        const error = code === undefined ? undefined : fatal.get(code)
        state = { connected: false, everConnected: state.everConnected, ...(error ? { error } : {}) }
        if (error) log.error({ platform: 'discord', status: code ?? 0 }, error)
      },
    })
    opened.login(token).catch((thrown: unknown) => {
      const error = explainLogin(thrown)
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
    await closing?.destroy()
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

const forgetThreadsEveryS = 600

function createClient(apiUrl: string): Client {
  return new Client({
    intents: [
      GatewayIntentBits.Guilds,
      GatewayIntentBits.GuildMessages,
      GatewayIntentBits.DirectMessages,
      GatewayIntentBits.MessageContent,
    ],
    partials: [Partials.Channel, Partials.Message],
    // What it hears is read from the packets: each message, and each thread that a question opens, would be kept beside.
    makeCache: Options.cacheWithLimits({ MessageManager: 0, ReactionManager: 0, ThreadMemberManager: 0 }),
    sweepers: { threads: { interval: forgetThreadsEveryS, filter: () => () => true } },
    enforceNonce: true,
    failIfNotExists: false,
    allowedMentions: { parse: [], repliedUser: false },
    rest: { api: apiUrl },
    // One session here, and leadership sees to it that there is no other to wait for.
    ws: { buildIdentifyThrottler: () => Promise.resolve({ waitForIdentify: () => Promise.resolve() }) },
  })
}

interface Packet {
  readonly t: string | null | undefined
  readonly d: unknown
}

function attach(
  client: Client,
  listener: GatewayListener,
  log: Log,
  state: { up(): void; down(code?: number): void },
): void {
  client.on(Events.Raw as never, (packet: Packet) => dispatch(packet, listener))
  client.on(Events.ClientReady, ready => {
    state.up()
    log.info({ platform: 'discord', count: ready.guilds.cache.size }, 'connected to Discord')
    listener.ready([...ready.guilds.cache.keys()])
  })
  client.on(Events.ShardReady, () => {
    if (!client.isReady()) return
    state.up()
    listener.ready([...client.guilds.cache.keys()])
  })
  client.on(Events.ShardResume, () => state.up())
  client.on(Events.ShardReconnecting, () => state.down())
  client.on(Events.ShardDisconnect, event => state.down(event.code))
  client.on(Events.Invalidated, () => state.down())
  client.on(Events.ShardError, error =>
    log.warn({ platform: 'discord', error }, 'the gateway’s connection failed'),
  )
  client.on(Events.Error, error =>
    log.warn({ platform: 'discord', error }, 'the Discord client reported an error'),
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

function explainLogin(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  if (code === 'TokenInvalid') return fatal.get(4004) ?? ''
  if (thrown instanceof Error && thrown.message.includes('disallowed intents')) return fatal.get(4014) ?? ''
  return 'Discord could not be reached: check DISCORD_API_URL and the network.'
}
