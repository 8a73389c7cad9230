import type { Clock } from './clock.ts'
import { receiveCommand } from './command.ts'
import type { Decision, Outcome } from './decision.ts'
import { receiveVisit } from './home.ts'
import type { Inbound, InboundIgnored } from './inbound.ts'
import type { LinkMaking } from './linking.ts'
import type { Log } from './log.ts'
import { overlook, receiveMessage } from './receive-message.ts'
import { createRecentEvents } from './recent-events.ts'
import { receiveRegenerate } from './regenerate.ts'
import { receiveDelete, receiveEdit } from './revision.ts'
import { receiveStop } from './stopping.ts'
import type { Store, Stores } from './store.ts'
import type { Place, ThreadRef } from './thread.ts'
import type { Trail } from './trail.ts'
import type { AgentsOf } from './wish.ts'

export interface Received {
  readonly decision: Decision
  /** True when this happening was received before: nothing was done. */
  readonly duplicate: boolean
  /** Markdown for the person who typed a command or pressed a button, and for nobody else. */
  readonly reply?: string
  readonly turnId?: string
  /** The thread it was taken as a part of: the channel itself where that is one Dialogue. */
  readonly threadId?: string
}

export interface InboxDependencies {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly trail: Trail
  readonly linking: LinkMaking
  /** Whom people may choose; without it nobody may. */
  readonly agentsOf?: AgentsOf
}

export interface Inbox {
  /**
   * Takes an event: once this resolves it is stored with its Decision and, when it is to be answered, its Turn is
   * enqueued, all in one transaction; only then may the platform be told. However often and wherever one happening
   * is delivered, it is handled once. Rejects when it could not be stored: then nothing happened.
   */
  receive(inbound: Inbound): Promise<Received>
}

/** Events. Slack tells of a mention twice at once, so few are enough. */
const remembered = 1_000

const duplicate: Received = { decision: { outcome: 'ignored', reason: 'duplicate' }, duplicate: true }

export function createInbox({ store, clock, log, trail, linking, agentsOf }: InboxDependencies): Inbox {
  const recent = createRecentEvents(remembered)
  return {
    receive,
  }

  async function take(inbound: Inbound, place: Place): Promise<Received> {
    const event = { key: inbound.key, kind: inbound.kind, place }
    if (recent.has(event)) return duplicate
    const received = await decideOn(inbound, event)
    recent.add(event)
    return received
  }

  async function decideOn(
    inbound: Inbound,
    event: Parameters<Stores['decisions']['claim']>[0],
  ): Promise<Received> {
    if (inbound.kind === 'ignored') return note(event, outcomeOfIgnored(inbound))
    const overlooked = inbound.kind === 'message' ? await overlook(store, inbound) : undefined
    if (overlooked) return note(event, overlooked)
    return store.atomically(async stores => {
      if (!(await stores.decisions.claim(event))) return duplicate
      const { reply, ...outcome } = await handle(stores, inbound, { clock, linking, agentsOf })
      await stores.decisions.record(event, outcome)
      return { ...receivedAs(outcome), ...(reply === undefined ? {} : { reply }) }
    })
  }

  /** Of what needs nothing but its Decision kept. */
  async function note(
    event: Parameters<Stores['decisions']['note']>[0],
    outcome: Outcome,
  ): Promise<Received> {
    return (await store.decisions.note(event, outcome)) ? receivedAs(outcome) : duplicate
  }

  async function receive(inbound: Inbound): Promise<Received> {
    const place = placeOf(inbound)
    const startedAtMs = clock.nowMs()
    const received = await take(inbound, place)
    const { decision, turnId } = received
    const thread = threadOf(inbound)
    trail({
      step: 'inbound.stored',
      detail: received.duplicate
        ? `${inbound.kind} again`
        : `${inbound.kind}: ${decision.outcome}, ${decision.reason}`,
      ...(thread ? { thread } : {}),
      ...(turnId ? { turnId } : {}),
    })
    log.info(
      {
        platform: place.platform,
        workspaceId: place.workspaceId,
        channelId: place.channelId,
        decision: decision.outcome,
        reason: decision.reason,
        durationMs: clock.nowMs() - startedAtMs,
        ...(turnId ? { turnId } : {}),
      },
      inbound.kind === 'ignored' ? 'event received' : `${inbound.kind} received`,
    )
    return received
  }
}

function handle(
  stores: Stores,
  inbound: Exclude<Inbound, InboundIgnored>,
  {
    clock,
    linking,
    agentsOf,
  }: {
    readonly clock: Clock
    readonly linking: LinkMaking
    readonly agentsOf: AgentsOf | undefined
  },
): Promise<Outcome> {
  switch (inbound.kind) {
    case 'message':
      return receiveMessage(stores, inbound)
    case 'edit':
      return receiveEdit(stores, inbound, clock.nowMs())
    case 'delete':
      return receiveDelete(stores, inbound, clock.nowMs())
    case 'command':
      return receiveCommand(stores, inbound, linking, clock.nowMs(), agentsOf)
    case 'stop':
      return receiveStop(stores, inbound)
    case 'visit':
      return receiveVisit(stores, inbound, clock.nowMs())
    case 'regenerate':
      return receiveRegenerate(stores, inbound)
  }
}

function receivedAs({ decision, turnId, threadId }: Omit<Outcome, 'reply'>): Received {
  return {
    decision,
    duplicate: false,
    ...(turnId === undefined ? {} : { turnId }),
    ...(threadId === undefined ? {} : { threadId }),
  }
}

/** What Parley keeps quiet to, whatever it knows of the place: most of what a platform sends. */
function outcomeOfIgnored({ reason, threadId, by }: InboundIgnored): Outcome {
  return {
    decision: { outcome: 'ignored', reason },
    ...(threadId === undefined ? {} : { threadId }),
    ...(by ? { by } : {}),
  }
}

function placeOf(inbound: Inbound): Place {
  const { platform, workspaceId, channelId } =
    'thread' in inbound ? inbound.thread : inbound.kind === 'edit' ? inbound.message.thread : inbound.place
  return { platform, workspaceId, channelId }
}

function threadOf(inbound: Inbound): ThreadRef | undefined {
  if ('thread' in inbound) return inbound.thread
  if (inbound.kind === 'edit') return inbound.message.thread
  return undefined
}
