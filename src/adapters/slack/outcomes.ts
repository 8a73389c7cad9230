import type { Log } from '../../core/log.ts'
import type { Part, PartLedger } from '../../core/part.ts'
import type { SlackApi } from './client.ts'
import { SlackCallError } from './errors.ts'
import type { Installation } from './installation.ts'
import { historyPage } from './limits.ts'
import { partEvent } from './part-calls.ts'

/**
 * What to do when the outcome of a call is not known, because the process died, Slack broke in the middle or its
 * answer got lost:
 *
 * | call | key | lookup | window | last resort |
 * |---|---|---|---|---|
 * | chat.postMessage | the Part's key, as the message's metadata | our messages in the thread since the Part was planned: the one with the key is it | as long as Slack keeps the thread | none found, or history may not be read: post again |
 * | chat.startStream | none: it takes no metadata | the same: one of ours without any key is it, because every message of ours gets its Part's key at the latest when its stream is stopped | until it is stopped | the same |
 * | chat.appendStream | the message's ts | none: the stream is stopped and the whole text put in its place | always | – |
 * | chat.stopStream | the message's ts | none: stop again without text; "not streaming" means done; then the whole text | always | – |
 * | chat.update | the message's ts | none: the same again | always | – |
 * | chat.delete | the message's ts | none: "not found" means done | always | – |
 *
 * A call that Slack carries out only after the lookup would show a message twice: whoever posted again sweeps the
 * thread before it ends, and deletes messages of ours that no Part has.
 */
export interface Lookup {
  readonly slack: SlackApi
  readonly log: Log
  readonly installation: Installation
  readonly channelId: string
  /** Without it, the channel itself is looked through. */
  readonly threadTs?: string
}

/** What a lookup has to know of a message, from either method that lists them. */
interface PostedMessage {
  readonly ts?: string
  readonly user?: string
  readonly bot_id?: string
  readonly metadata?: { readonly event_type?: string; readonly event_payload?: object }
}

/** Slack's clock and ours may differ by this much; a lookup starts earlier by it. */
const clockSlackMs = 60_000

/** Pages of a lookup: what stands in one thread since a question was answered. */
const maxPages = 5

/**
 * The message of this Part whose posting has an unknown outcome; undefined when there is none, or none to be seen. A
 * stream of another answer may have no key yet either: those are `others`.
 */
export async function findPosted(
  lookup: Lookup,
  part: Part,
  { recorded, others }: { readonly recorded: ReadonlySet<string>; readonly others: PartLedger['others'] },
): Promise<string | undefined> {
  const ours = await ownMessages(lookup, part.plannedAtMs)
  const keyed = ours.find(message => keyOf(message) === part.key)
  if (keyed || !part.streaming) return keyed?.ts
  const keyless = ours.filter(message => isOrphan(message, recorded)).flatMap(({ ts }) => ts ?? [])
  const owned = await others(keyless)
  return keyless.find(ts => !owned.has(ts))
}

/** Messages of this answer that no Part has: posted by a call whose outcome was taken to be nothing. */
export async function findStrays(lookup: Lookup, parts: readonly Part[]): Promise<readonly string[]> {
  if (parts.length === 0) return []
  const recorded = new Set(parts.flatMap(part => (part.state === 'posted' && part.ref ? [part.ref] : [])))
  const given = new Set(parts.filter(part => part.state === 'removed').map(part => part.key))
  const ours = await ownMessages(lookup, Math.min(...parts.map(part => part.plannedAtMs)))
  return ours
    .filter(message => given.has(keyOf(message) ?? '') || isOrphan(message, recorded))
    .flatMap(message => message.ts ?? [])
    .filter(ts => !recorded.has(ts))
}

function isOrphan(message: PostedMessage, recorded: ReadonlySet<string>): boolean {
  return keyOf(message) === undefined && message.ts !== undefined && !recorded.has(message.ts)
}

function keyOf({ metadata }: PostedMessage): string | undefined {
  if (metadata?.event_type !== partEvent) return undefined
  const payload: { readonly [name: string]: unknown } = { ...metadata.event_payload }
  return typeof payload['key'] === 'string' ? payload['key'] : undefined
}

/** Our own messages there since then, oldest first. A place that may not be read counts as empty: the last resort. */
async function ownMessages(lookup: Lookup, sinceMs: number): Promise<readonly PostedMessage[]> {
  const { installation, log } = lookup
  const oldest = String(Math.max(0, sinceMs - clockSlackMs) / 1000)
  const found: PostedMessage[] = []
  try {
    let cursor = ''
    for (let page = 0; page < maxPages; page++) {
      const answer = await readPage(lookup, oldest, cursor)
      found.push(...(answer.messages ?? []))
      cursor = answer.response_metadata?.next_cursor ?? ''
      if (cursor === '') break
    }
  } catch (thrown) {
    if (
      !(thrown instanceof SlackCallError) ||
      thrown.outcome !== 'refused' ||
      thrown.code === 'platform_auth'
    ) {
      throw thrown
    }
    log.warn(
      { channelId: lookup.channelId, code: thrown.code, error: thrown },
      'a thread may not be read: an answer whose posting got lost is posted again',
    )
    return []
  }
  const ours = found.filter(
    ({ user, bot_id: botId }) =>
      user === installation.botUserId || (botId !== undefined && botId === installation.botId),
  )
  // The thread's root leads every page; one of ours is the anchor of a command.
  return ours.filter(({ ts }) => ts !== undefined && ts !== lookup.threadTs && Number(ts) >= Number(oldest))
}

async function readPage(
  { slack, channelId, threadTs }: Lookup,
  oldest: string,
  cursor: string,
): Promise<{ readonly messages?: PostedMessage[]; readonly response_metadata?: { next_cursor?: string } }> {
  const bounds = {
    channel: channelId,
    oldest,
    limit: historyPage,
    include_all_metadata: true,
    ...(cursor === '' ? {} : { cursor }),
  }
  if (threadTs === undefined) {
    return slack.call('conversations.history', web => web.conversations.history(bounds))
  }
  return slack.call('conversations.replies', web => web.conversations.replies({ ...bounds, ts: threadTs }))
}
