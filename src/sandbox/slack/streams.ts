import { type Fields, refuse } from './args.ts'
import type { SessionStatus } from './entry.ts'
import type { Events } from './events.ts'
import { createExpiry } from './expiry.ts'
import type { Chunk, StoredMessage } from './message.ts'
import { parleyAccount } from './places.ts'
import { markdownLength, mostMarkdown } from './sizes.ts'
import { plain, type Talk, type Target } from './talk.ts'
import { toWire } from './wire-message.ts'
import type { World } from './world.ts'

/** Messages that grow while they are read, and the agent sessions that Slack ties to them. */
export interface Streams {
  start(target: Required<Target>, chunks: readonly Chunk[], username: string | undefined): StoredMessage
  append(message: StoredMessage, chunks: readonly Chunk[]): void
  finish(message: StoredMessage, end: StreamEnd): StoredMessage
  /** Ends every stream that has lived too long; called before anything looks at one. */
  expire(): void
  /** Slack's own Stop button, which is there while the session is processing or a stream is open. */
  stopByPerson(channelId: string, threadTs: string, personId: string): void
  setSession(channelId: string, threadTs: string, status: SessionStatus, title?: string): void
  close(): void
}

export interface StreamEnd {
  readonly chunks: readonly Chunk[]
  readonly blocks: readonly Fields[]
  readonly metadata?: Fields | undefined
  readonly sessionStatus: SessionStatus
}

export interface StreamsOptions {
  readonly world: World
  readonly talk: Talk
  readonly events: Events
  readonly streamMaxMs: number
}

export function createStreams({ world, talk, events, streamMaxMs }: StreamsOptions): Streams {
  const expiry = createExpiry(world, streamMaxMs)
  const current = (message: StoredMessage) => world.findMessage(message.channelId, message.ts) ?? message
  const setSession = (channelId: string, threadTs: string, status: SessionStatus, title?: string) => {
    const known = world.findSession(channelId, threadTs)
    const name = known?.title ?? title
    world.record({ kind: 'session', session: { channelId, threadTs, status, ...(name && { title: name }) } })
  }
  const write = (message: StoredMessage, chunks: readonly Chunk[]) => {
    if (message.text.length + markdownLength(chunks) > mostMarkdown) refuse('msg_too_long')
    const { channelId, ts } = message
    if (chunks.length > 0) world.record({ kind: 'appended', channelId, ts, chunks })
  }
  return {
    expire: () => expiry.expire(),
    setSession,
    start(target, chunks, username) {
      const threadTs = talk.rootOf(target.channelId, target.threadTs ?? '')
      const stream = { state: 'open' as const, startedAtMs: world.now(), pieces: [], tasks: [] }
      const message = talk.post(target, { ...plain(''), dialect: 'markdown' }, { username, stream })
      write(message, chunks)
      setSession(target.channelId, threadTs, 'processing')
      expiry.later(streamMaxMs)
      return current(message)
    },
    append(message, chunks) {
      requireOpen(message, false)
      write(message, chunks)
    },
    finish(message, { chunks, blocks, metadata, sessionStatus }) {
      requireOpen(message, true)
      const before = toWire(world, message)
      write(message, chunks)
      const { channelId, ts, threadTs } = message
      world.record({
        kind: 'stream-ended',
        channelId,
        ts,
        how: 'completed',
        blocks,
        ...(metadata && { metadata }),
      })
      if (threadTs !== undefined) setSession(channelId, threadTs, sessionStatus)
      events.changed(toWire(world, current(message)), before, channelId)
      return current(message)
    },
    stopByPerson(channelId, threadTs, personId) {
      expiry.expire()
      const open = world
        .openStreams()
        .filter(message => message.channelId === channelId && message.threadTs === threadTs)
      const processing = world.findSession(channelId, threadTs)?.status === 'processing'
      if (!processing && open.length === 0) return
      for (const { ts, blocks } of open) {
        world.record({ kind: 'stream-ended', channelId, ts, how: 'stopped', blocks })
      }
      events.happened({
        type: 'agent_session_stopped',
        channel: channelId,
        user: personId,
        thread_ts: threadTs,
        streaming_message_ts: open.map(({ ts }) => ts),
      })
    },
    close: () => expiry.close(),
  }
}

/**
 * After a native stop no more can be appended; chat.stopStream is let through once, since Slack documents it as a
 * way to move the session on from there. For an app that must bear its refusal too, plan a fault.
 */
function requireOpen({ stream, userId }: StoredMessage, finishing: boolean): void {
  if (userId !== parleyAccount.id) refuse('message_not_owned_by_app')
  if (stream?.state === 'stopped') return finishing ? undefined : refuse('stopped_by_user')
  if (stream?.state !== 'open') refuse('message_not_in_streaming_state')
}
