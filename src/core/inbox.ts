import type { Clock } from './clock.ts'
import { receiveCommand } from './command.ts'
import type { Decision, Outcome } from './decision.ts'
import { receiveVisit } from './home.ts'
import type { Inbound } from './inbound.ts'
import type { LinkMaking } from './linking.ts'
import type { Log } from './log.ts'
import { receiveMessage } from './receive-message.ts'
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

const duplicate: Received = { decision: { outcome: 'ignored', reason: 'duplicate' }, duplicate: true }

export function createInbox({ store, clock, log, trail, linking, agentsOf }: InboxDependencies): Inbox {
  return {
    receive,
  }

  async function receive(inbound: Inbound): Promise<Received> {
    const place = placeOf(inbound)
    const startedAtMs = clock.nowMs()
    const received = await store.atomically(async stores => {
      const event = { key: inbound.key, kind: inbound.kind, place }
      if (!(await stores.decisions.claim(event))) return duplicate
      const { reply, ...outcome } = await handle(stores, inbound, { clock, linking, agentsOf })
      await stores.decisions.record(event, outcome)
      return {
        decision: outcome.decision,
        duplicate: false,
        ...(reply === undefined ? {} : { reply }),
        ...(outcome.turnId === undefined ? {} : { turnId: outcome.turnId }),
      }
    })
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
  inbound: Inbound,
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
    case 'ignored':
      return Promise.resolve({
        decision: { outcome: 'ignored', reason: inbound.reason },
        ...(inbound.threadId === undefined ? {} : { threadId: inbound.threadId }),
        ...(inbound.by ? { by: inbound.by } : {}),
      })
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
