import { onTestFinished, vi } from 'vitest'
import type { Clock } from '../../../core/clock.ts'
import type { Dialogue } from '../../../core/dialogue.ts'
import type { DeliveryHint, Inbound } from '../../../core/inbound.ts'
import type { Received } from '../../../core/inbox.ts'
import type { RenderingTarget } from '../../../core/platform.ts'
import { createPartLedger, type MemoryPartLedger } from '../../../core/testing/part-ledger.ts'
import { silentLog } from '../../../core/testing/silent-log.ts'
import type { ThreadRef } from '../../../core/thread.ts'
import type { TrailEntry } from '../../../core/trail.ts'
import type { SeenMessage } from '../../../sandbox/player.ts'
import { type SlackServer, serveSlack } from '../../../sandbox/slack/serve.ts'
import type { SlackOptions as StandInOptions } from '../../../sandbox/slack/slack.ts'
import { practiceTokens } from '../../../sandbox/slack/tokens.ts'
import { createSlackAdapter, type SlackAdapter, type SlackOptions } from '../slack.ts'
import { createFastClock } from './fast-clock.ts'

export const ada = 'U0ADA'
export const grace = 'U0GRACE'
export const support = 'C0SUPPORT'
export const adasDirect = 'D0ADA'
export const parleyId = 'U0PARLEY'

/** A stand-in Slack, the adapter connected to it, and one question asked there. */
export interface Workshop {
  readonly server: SlackServer
  readonly slack: SlackServer['slack']
  readonly clock: Clock
  readonly adapter: SlackAdapter
  readonly trail: readonly TrailEntry[]
  /** The adapter again, as another process would make it. */
  another(options?: Partial<SlackOptions>): Promise<SlackAdapter>
  /** A question in a channel, with a ledger for its answer. */
  ask(question?: Partial<Question>): Asked
}

export interface Question {
  readonly channelId: string
  readonly personId: string
  readonly text: string
}

export interface Asked {
  readonly thread: ThreadRef
  readonly ledger: MemoryPartLedger
  readonly target: RenderingTarget
  /** Parley's messages in the thread, oldest first. */
  readonly seen: () => readonly SeenMessage[]
  readonly texts: () => readonly string[]
  /** What Slack says of the thread: that something is going on there. */
  readonly statuses: () => readonly string[]
}

export interface WorkshopOptions {
  readonly speed?: number
  readonly slack?: StandInOptions
  readonly adapter?: Partial<SlackOptions>
}

/** `speed` times the real one; calls still take their real time, so a high speed makes Slack look slow. */
export async function openWorkshop({ speed = 20, ...options }: WorkshopOptions = {}): Promise<Workshop> {
  const clock = createFastClock(speed)
  const server = await serveSlack({ now: () => clock.nowMs(), ...options.slack })
  onTestFinished(() => server.close())
  const trail: TrailEntry[] = []
  const another = async (more: Partial<SlackOptions> = {}) => {
    const adapter = createSlackAdapter({
      botToken: practiceTokens.bot,
      apiUrl: server.apiUrl,
      clock,
      log: silentLog,
      trail: entry => void trail.push(entry),
      receive: ignoreAll,
      ...more,
    })
    onTestFinished(() => adapter.stop())
    await adapter.start()
    await eventually(() => {
      if (!adapter.status().connected) throw new Error('not connected')
    })
    return adapter
  }
  const adapter = await another(options.adapter)
  return {
    server,
    slack: server.slack,
    clock,
    adapter,
    trail,
    another,
    ask: question => ask(server, clock, question),
  }
}

function ask({ slack }: SlackServer, clock: Clock, question: Partial<Question> = {}): Asked {
  const { channelId = support, personId = ada, text = 'What changed since Tuesday?' } = question
  const { messageId } = slack.player.say({ channelId }, personId, text)
  const thread: ThreadRef = { platform: 'slack', workspaceId: 'T0ACME', channelId, threadId: messageId }
  const ledger = createPartLedger({ messageId: `answer-${messageId}`, nowMs: () => clock.nowMs() })
  const seen = () =>
    slack.player
      .messages(channelId, messageId)
      .filter(message => message.author.id === parleyId && message.status === undefined && !message.onlyFor)
  return {
    thread,
    ledger,
    target: targetOf(thread, ledger, personId),
    seen,
    texts: () => seen().map(message => message.text),
    statuses: () => slack.player.messages(channelId, messageId).flatMap(({ status }) => status ?? []),
  }
}

export function targetOf(
  thread: ThreadRef,
  ledger: MemoryPartLedger,
  personId: string,
  delivery: DeliveryHint = {},
): RenderingTarget {
  const direct = thread.channelId.startsWith('D')
  const dialogue: Dialogue = {
    id: 'dialogue',
    thread,
    direct,
    title: 'A question',
    delivery,
    historyRead: true,
  }
  return {
    turnId: 'turn-1',
    dialogue,
    asker: { id: 'identity', platform: 'slack', realm: 'T0ACME', userId: personId, name: 'Ada' },
    askedRef: thread.threadId,
    parts: ledger,
    takenOver: false,
    saveDelivery: () => Promise.resolve(),
    moveTo: () => Promise.resolve(),
  }
}

export const ignoreAll = (inbound: Inbound): Promise<Received> =>
  Promise.resolve({
    decision: { outcome: 'ignored', reason: inbound.kind === 'ignored' ? inbound.reason : 'not_addressed' },
    duplicate: false,
  })

export const eventually = <Value>(check: () => Value | Promise<Value>, timeout = 8_000): Promise<Value> =>
  vi.waitFor(check, { timeout, interval: 5 })
