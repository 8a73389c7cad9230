import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { Hono } from 'hono'
import { createFaults, type Faults } from '../faults.ts'
import { type Journal, memoryJournal } from '../journal.ts'
import type { Player } from '../player.ts'
import type { Fields } from './args.ts'
import type { Attempt } from './attempt.ts'
import { createDelivery } from './delivery.ts'
import type { Envelope, SlackEntry } from './entry.ts'
import { createEvents, type MentionOrder } from './events.ts'
import { hookRoutes } from './hook-routes.ts'
import { createHooks } from './hooks.ts'
import { createInteractions, type SlashCommand } from './interactions.ts'
import { createLimits, unlimited } from './limits.ts'
import { createMembership, type Membership } from './membership.ts'
import type { StoredMessage } from './message.ts'
import { createSlackPlayer } from './slack-player.ts'
import { createSockets } from './sockets.ts'
import { createStreams } from './streams.ts'
import { createTalk } from './talk.ts'
import { type PracticeTokens, practiceTokens } from './tokens.ts'
import { createWebApi, type SlackCall } from './web-api.ts'
import { createWorld, type World } from './world.ts'

export interface SlackOptions {
  readonly journal?: Journal<SlackEntry>
  readonly faults?: Faults
  readonly now?: () => number
  readonly tokens?: PracticeTokens
  /** Rate limits by tier; the limits on sizes hold in any case. */
  readonly limits?: 'documented' | 'off'
  readonly mentionOrder?: MentionOrder
  readonly commands?: readonly SlashCommand[]
  readonly pingMs?: number
  /** After how long an event that was not acknowledged is sent again: at once, after a minute, after five. */
  readonly retryDelaysMs?: readonly number[]
  readonly ackTimeoutMs?: number
  readonly streamMaxMs?: number
  /** When set, deliver by signed POST to this URL in place of Socket Mode, without a challenge first. */
  readonly eventsUrl?: string
  /** Where the stand-in is reached, for response_urls; learned from the first call when absent. */
  readonly origin?: string
}

export interface SlackStandIn extends Membership {
  /** The routes under `/api/` and `/slack/response/`, to be mounted at the root of a server. */
  readonly app: Hono
  /** Takes the WebSocket upgrades of `/slack/socket/…`; false for any other path. */
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): boolean
  readonly player: Player
  readonly faults: Faults
  readonly calls: readonly SlackCall[]
  readonly deliveries: readonly Attempt[]
  /** Resolves to whether the URL answered Slack's challenge; only then is it used. Undefined: Socket Mode. */
  setEventsUrl(url?: string): Promise<boolean>
  setOrigin(origin: string): void
  setMentionOrder(order: MentionOrder): void
  /** What is stored, metadata included: a channel's roots, or one thread with its root first. */
  history(channelId: string, threadTs?: string): readonly StoredMessage[]
  /** The App Home last published for this person. */
  home(personId: string): Fields | undefined
  /** A person presses a button on their App Home; throws when it shows none of this action_id. */
  pressHome(personId: string, actionId: string): void
  /** Delivers any payload as it is. */
  deliver(envelope: Omit<Envelope, 'id'>): void
  /** What Slack sends before it recycles a connection. */
  warnConnections(reason?: 'warning' | 'refresh_requested'): void
  close(): Promise<void>
}

/** As Parley's manifest registers it. */
const defaultCommands: readonly SlashCommand[] = [
  {
    name: 'parley',
    description: 'Ask Parley, or see what it can do',
    hint: 'ask [question] | link | unlink | help',
  },
]

/** Around the five minutes after which the real Slack was seen to close a stream, whatever its traffic. */
const defaultStreamMaxMs = 5 * 60_000

/** Calls older than this many are forgotten, so that a sandbox left open for days stays small. */
const keptCalls = 10_000

/** A workspace with the cast in it, which the real Slack libraries take for Slack. */
export function createSlack(options: SlackOptions = {}): SlackStandIn {
  const faults = options.faults ?? createFaults()
  const parts = assemble(options)
  const { world, sockets, delivery, events, talk, streams } = parts
  const limits = options.limits === 'off' ? unlimited : createLimits(() => world.now())
  const calls: SlackCall[] = []
  const seen = (call: SlackCall) => {
    calls.push(call)
    if (calls.length > keptCalls) calls.shift()
  }
  const tokens = options.tokens ?? practiceTokens
  const app = new Hono()
  app.use(async (c, next) => {
    parts.origin.learn(new URL(c.req.url).origin)
    await next()
  })
  app.route('/', createWebApi({ workspace: { world, talk, streams, sockets }, faults, limits, tokens, seen }))
  app.route('/', hookRoutes(parts.hooks))
  return {
    app,
    upgrade: (req, socket, head) => sockets.upgrade(req, socket, head),
    player: createSlackPlayer(parts),
    faults,
    calls,
    deliveries: delivery.attempts,
    setEventsUrl: url => delivery.setEventsUrl(url),
    setOrigin: origin => parts.origin.set(origin),
    setMentionOrder: order => events.setMentionOrder(order),
    history(channelId, threadTs) {
      streams.expire()
      return storedIn(world, channelId, threadTs)
    },
    home: personId => world.findHome(personId),
    pressHome: (personId, actionId) => parts.interactions.pressHome(personId, actionId),
    deliver: envelope => delivery.deliver(envelope),
    ...createMembership(world, events),
    warnConnections: (reason = 'warning') => sockets.warn(reason),
    async close() {
      delivery.close()
      streams.close()
      sockets.close()
    },
  }
}

/** Everything behind the stand-in, each part on the ones before it. */
function assemble(options: SlackOptions) {
  const world = createWorld(options.journal ?? memoryJournal(), options.now ?? Date.now)
  const sockets = createSockets(options.pingMs)
  const delivery = createDelivery({
    world,
    sockets,
    signingSecret: (options.tokens ?? practiceTokens).signingSecret,
    ackTimeoutMs: options.ackTimeoutMs ?? 3000,
    retryDelaysMs: options.retryDelaysMs ?? [0, 60_000, 300_000],
    eventsUrl: options.eventsUrl,
  })
  const events = createEvents(world, delivery, options.mentionOrder ?? 'message-first')
  const talk = createTalk(world, events)
  const streamMaxMs = options.streamMaxMs ?? defaultStreamMaxMs
  const streams = createStreams({ world, talk, events, streamMaxMs })
  const hooks = createHooks(world, talk)
  const origin = createOrigin(options.origin)
  const commands = options.commands ?? defaultCommands
  const interactions = createInteractions({ world, talk, hooks, delivery, commands, origin: origin.get })
  return { world, sockets, delivery, events, talk, streams, hooks, origin, commands, interactions }
}

/** Where the stand-in is reached: as it was told, or else as its first caller reached it. */
function createOrigin(told: string | undefined) {
  let origin = told
  return {
    get: () => origin ?? 'http://127.0.0.1',
    set: (to: string) => void (origin = to),
    learn: (from: string) => void (origin ??= from),
  }
}

function storedIn(world: World, channelId: string, threadTs: string | undefined): readonly StoredMessage[] {
  return world
    .messages(channelId)
    .filter(({ onlyFor }) => onlyFor === undefined)
    .filter(message =>
      threadTs === undefined
        ? message.threadTs === undefined
        : message.ts === threadTs || message.threadTs === threadTs,
    )
}
