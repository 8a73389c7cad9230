import { type APIUser, Routes } from 'discord.js'
import type { AudienceChange, AudienceSource } from '../../core/audience.ts'
import type { Clock } from '../../core/clock.ts'
import type { Inbound } from '../../core/inbound.ts'
import type { Received } from '../../core/inbox.ts'
import type { Leadership } from '../../core/leadership.ts'
import type { Log } from '../../core/log.ts'
import type { ChatPlatform } from '../../core/platform.ts'
import type { Trail } from '../../core/trail.ts'
import { createDiscordAudience } from './audience.ts'
import { type AudienceNews, personOf } from './audience-events.ts'
import { catchingUp } from './catch-up.ts'
import { registerCommands } from './commands.ts'
import { createGateway, type Gateway, type GatewayListener, type GatewayStatus } from './gateway.ts'
import { administers, lookUpNames, mayModerate, orNothing, readThread } from './history.ts'
import { createIntake, type Intake } from './intake.ts'
import { handleInteraction } from './interactions.ts'
import { tell } from './tell.ts'
import { editEveryMs } from './limits.ts'
import { placeOf, parseDelete, parseEdit, parseMessage } from './parse.ts'
import { messageUrl } from './message-url.ts'
import { createPump } from './pump.ts'
import { relay } from './relay.ts'
import { openRendering } from './render.ts'
import { createRest, type DiscordRest } from './rest.ts'
import { createRoles } from './roles.ts'
import { type ChannelMap, createChannelMap, toKnown } from './whereabouts.ts'

export interface DiscordOptions {
  readonly token: string
  readonly apiUrl: string
  readonly clock: Clock
  readonly log: Log
  readonly trail: Trail
  readonly leadership: Leadership
  /** How long the gateway goes unheard when the process that holds it is killed. */
  readonly leaseMs: number
  /** Stores an event durably; rejects when it could not. */
  readonly receive: (inbound: Inbound) => Promise<Received>
  readonly lastReceivedMs: () => Promise<number | undefined>
  readonly directChannels: () => Promise<readonly string[]>
  /** Told of who came, left or changed; tried again until it resolves. */
  readonly audienceChanged?: (change: AudienceChange) => Promise<void>
  /** Between two edits in one channel; Discord's pace unless told. */
  readonly editEveryMs?: number
  /** How long after it was made a call may still be carried out, whoever waits for it; 12 s unless told. */
  readonly carriedOutWithinMs?: number
}

export interface DiscordAdapter {
  readonly chat: ChatPlatform
  readonly audience: AudienceSource
  /** Connects, and keeps trying: a Discord that is away or refuses us takes nothing else down. */
  start(): void
  status(): GatewayStatus
  stop(): Promise<void>
}

const callTimeoutMs = 10_000
const usualLatenessMs = callTimeoutMs + 2_000
const retryStartMs = 5_000

export function createDiscordAdapter(options: DiscordOptions): DiscordAdapter {
  const { clock, log } = options
  const rest = createRest({ apiUrl: options.apiUrl, token: options.token, timeoutMs: callTimeoutMs })
  const channels = createChannelMap(rest)
  const over = new AbortController()
  const intake = createIntake({ clock, log, receive: options.receive })
  let gateway: Gateway | undefined
  let starting = Promise.resolve()
  let startError: string | undefined

  async function begin(): Promise<void> {
    while (!over.signal.aborted && !gateway) {
      try {
        const me = await rest.get<APIUser>(Routes.user())
        await registerCommands(rest, me.id)
        const listener = listen({ ...options, rest, channels, intake, botId: me.id })
        gateway = createGateway({ ...options, listener })
        gateway.start()
      } catch (thrown) {
        startError = 'Discord could not be reached, or refused DISCORD_TOKEN.'
        log.error({ platform: 'discord', error: thrown }, startError)
        await clock.sleep(retryStartMs, over.signal)
      }
    }
  }

  return {
    chat: createChat(options, rest),
    audience: createDiscordAudience(rest),
    start() {
      starting = begin()
    },
    status: () =>
      gateway?.status() ?? {
        connected: false,
        everConnected: false,
        ...(startError ? { error: startError } : {}),
      },
    async stop() {
      over.abort()
      await starting
      await gateway?.stop()
      await intake.stop()
    },
  }
}

function createChat(options: DiscordOptions, rest: DiscordRest): ChatPlatform {
  const { clock, log, trail, carriedOutWithinMs = usualLatenessMs } = options
  const pump = createPump({
    clock,
    everyMs: options.editEveryMs ?? editEveryMs,
    waited: (channelId, waitMs) =>
      trail({
        step: 'part.waited',
        platform: 'discord',
        waitMs,
        detail: `${Math.round(waitMs)} ms for channel ${channelId}`,
      }),
    failed: error => log.warn({ platform: 'discord', error }, 'an update was not shown; a later one will be'),
  })
  const rolesOf = createRoles(rest, () => clock.nowMs())
  let me: Promise<APIUser> | undefined
  const botId = async () => {
    me ??= rest.get<APIUser>(Routes.user())
    me.catch(() => (me = undefined))
    return (await me).id
  }
  return {
    platform: 'discord',
    open: async target =>
      openRendering({ rest, pump, clock, log, trail, botId: await botId(), carriedOutWithinMs }, target),
    relay: async target => relay({ rest, pump, clock, log, trail, botId: await botId() }, target),
    readThread: async (dialogue, beforeRef, limit) =>
      readThread(rest, await botId(), dialogue, beforeRef, limit),
    lookUpNames: (_place, userIds, signal) => lookUpNames(rest, userIds, signal),
    messageUrl,
    mayModerate: (person, thread, signal) => mayModerate(rest, person, thread, thread.threadId, signal),
    administers: (person, guildId, signal) => administers(rest, person, guildId, signal),
    tell: (person, markdown) => tell(rest, person, markdown),
    rolesOf,
  }
}

interface Listening extends DiscordOptions {
  readonly rest: DiscordRest
  readonly channels: ChannelMap
  readonly intake: Intake
  readonly botId: string
}

function listen(deps: Listening): GatewayListener {
  const { channels, intake, botId, log, trail } = deps
  return {
    ready: guildIds => intake.run(catchingUp({ ...deps, nowMs: () => deps.clock.nowMs() }, guildIds)),
    message: raw =>
      intake.take(async () => {
        trail({ step: 'inbound.received', platform: 'discord', detail: `message ${raw.id}` })
        return [parseMessage(raw, await channels.locate(raw.channel_id, raw.guild_id), botId)]
      }),
    edited: raw =>
      intake.take(async () => {
        const edit = parseEdit(raw, await channels.locate(raw.channel_id, raw.guild_id), botId)
        return edit ? [edit] : []
      }),
    deleted: (ids, channelId, guildId) =>
      intake.take(async () => {
        const where = await channels.locate(channelId, guildId)
        return ids.map(id => parseDelete(id, where))
      }),
    interaction(raw) {
      trail({ step: 'inbound.received', platform: 'discord', detail: 'interaction' })
      handleInteraction(deps, raw).catch((error: unknown) =>
        log.error({ platform: 'discord', error }, 'an interaction failed'),
      )
    },
    channel: (raw, guildId) => channels.learn(toKnown(raw, guildId)),
    audience: news =>
      intake.take(async () => {
        await deps.audienceChanged?.(await changeOf(deps, news))
        return []
      }),
  }
}

/** Without Parley in a private thread, nobody's membership of it can be asked for. */
async function changeOf({ channels, botId }: Listening, news: AudienceNews): Promise<AudienceChange> {
  if (news.about === 'change') return news.change
  const where = await orNothing(channels.locate(news.threadId, news.guildId))
  // Of a thread that is gone already, nobody can say any more where it was.
  if (!where) return { place: { platform: 'discord', workspaceId: news.guildId } }
  const place = placeOf(where)
  return news.userId === botId ? { place } : { place, person: personOf(news.userId) }
}
