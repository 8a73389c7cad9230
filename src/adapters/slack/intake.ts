import type { AudienceChange } from '../../core/audience.ts'
import type { Clock } from '../../core/clock.ts'
import type { Inbound, InboundIgnored } from '../../core/inbound.ts'
import type { Received } from '../../core/inbox.ts'
import type { Trail } from '../../core/trail.ts'
import type { Installation } from './installation.ts'
import { readAudienceChanges } from './audience-events.ts'
import { createLanes, type Lane } from './lanes.ts'
import { parseEvent } from './parse.ts'
import { parseCommand, parseInteraction } from './parse-action.ts'

/** One thing that Slack delivers, by HTTP or by socket. */
export interface Delivery {
  readonly kind: 'event' | 'command' | 'interaction'
  readonly body: unknown
}

export interface Taken {
  readonly received: Received
  /** Tells the trail that Slack was answered. */
  acknowledged(): void
  /** Shows the reply to the person alone, where answering Slack is not enough to show it. Never rejects. */
  whisper(): Promise<void>
}

export interface Intake {
  /** Resolves when the delivery is stored, and only then may Slack be answered. Rejects when it is not stored. */
  take(delivery: Delivery): Promise<Taken>
}

/** Calls no Slack API: what is delivered must be stored although Slack's own API were down. */
export function createIntake(deps: {
  readonly installation: () => Installation | undefined
  readonly receive: (inbound: Inbound) => Promise<Received>
  /** Resolves when it is kept; rejects when it could not be. */
  readonly audienceChanged: (change: AudienceChange) => Promise<void>
  readonly clock: Clock
  readonly trail: Trail
  readonly whisper: (
    to: { channelId: string; userId: string; threadId?: string },
    reply: string,
  ) => Promise<void>
}): Intake {
  const lanes = createLanes()
  /** Channels that are answered in themselves, or not, as far as is known: there the order of all of it matters. */
  const wholes = new Map<string, boolean>()

  async function take(delivery: Delivery): Promise<Taken> {
    const installation = deps.installation()
    if (!installation) throw new Error('Slack has not said yet whose token this is.')
    const changes = delivery.kind === 'event' ? readAudienceChanges(delivery.body, installation) : undefined
    if (changes) return takeChanges(delivery, changes)
    const inbound = parse(delivery, installation, deps.clock.nowMs())
    const thread = 'thread' in inbound ? { thread: inbound.thread } : {}
    deps.trail({ step: 'inbound.received', detail: detailOf(delivery), ...thread })
    const received = await store(inbound, happenedAt(delivery))
    const turn = received.turnId === undefined ? {} : { turnId: received.turnId }
    return {
      received,
      acknowledged: () => deps.trail({ step: 'inbound.acknowledged', ...thread, ...turn }),
      whisper: () => whisper(inbound, received.reply),
    }
  }

  async function store(inbound: Inbound, atTs: number | undefined): Promise<Received> {
    // Nothing comes of it, in whatever order.
    if (inbound.kind === 'ignored') return deps.receive(inbound)
    const lane = laneOf(inbound, wholes)
    const received = await lanes.run(lane, atTs, () => deps.receive(inbound))
    if (inbound.kind === 'message' && !inbound.inThread && received.threadId !== undefined)
      wholes.set(lane.channel, received.threadId === lane.channel)
    return received
  }

  /** Who reads where is no message: it changes what is known of audiences, and nothing is decided. */
  async function takeChanges(delivery: Delivery, changes: readonly AudienceChange[]): Promise<Taken> {
    deps.trail({ step: 'inbound.received', detail: detailOf(delivery) })
    for (const change of changes) await deps.audienceChanged(change)
    return {
      received: { decision: { outcome: 'ignored', reason: 'unsupported' }, duplicate: false },
      acknowledged: () => deps.trail({ step: 'inbound.acknowledged' }),
      whisper: () => Promise.resolve(),
    }
  }

  async function whisper(inbound: Inbound, reply: string | undefined): Promise<void> {
    if (reply === undefined || (inbound.kind !== 'stop' && inbound.kind !== 'command')) return
    const inThread = inbound.kind === 'stop' || inbound.inThread
    await deps.whisper(
      {
        channelId: inbound.thread.channelId,
        userId: inbound.by.userId,
        ...(inThread ? { threadId: inbound.thread.threadId } : {}),
      },
      reply,
    )
  }

  return { take }
}

function parse({ kind, body }: Delivery, installation: Installation, nowMs: number): Inbound {
  switch (kind) {
    case 'event':
      return parseEvent(body, installation)
    case 'command':
      return parseCommand(body, installation, nowMs)
    case 'interaction':
      return parseInteraction(body, installation)
  }
}

/**
 * What belongs to a thread waits for that thread alone. Until it is known that a channel is not one Dialogue, its
 * messages wait for each other; so does what names no thread: a deletion has to come after the message it deletes.
 */
function laneOf(inbound: Exclude<Inbound, InboundIgnored>, wholes: ReadonlyMap<string, boolean>): Lane {
  const said = inbound.kind === 'edit' ? inbound.message : inbound
  if (!('thread' in said)) return { channel: said.place.channelId }
  const { channelId: channel, threadId: thread } = said.thread
  const apart = ('inThread' in said && said.inThread) || wholes.get(channel) === false
  return apart && thread !== channel ? { channel, thread } : { channel }
}

function detailOf({ kind, body }: Delivery): string {
  const { type } = eventOf(body)
  return kind === 'event' && typeof type === 'string' ? type : kind
}

/** When it happened by Slack's clock. A command or a press has no time of its own. */
function happenedAt({ kind, body }: Delivery): number | undefined {
  const at = kind === 'event' ? Number(eventOf(body)['event_ts']) : Number.NaN
  return Number.isNaN(at) ? undefined : at
}

function eventOf(body: unknown): { readonly [name: string]: unknown } {
  if (typeof body !== 'object' || body === null || !('event' in body)) return {}
  const { event } = body
  return typeof event === 'object' && event !== null ? { ...event } : {}
}
