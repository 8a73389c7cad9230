import { type APIMessage, ChannelType, Routes } from 'discord.js'
import { isFinalRefusal } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import type { Late } from './intake.ts'
import { historyPage, snowflakeAt, snowflakeMs } from './limits.ts'
import { toPlatformError } from './errors.ts'
import { parseMessage } from './parse.ts'
import type { DiscordRest } from './rest.ts'
import { type ChannelMap, type KnownChannel, threadTypes, toKnown } from './whereabouts.ts'

export interface CatchUpDependencies {
  readonly rest: DiscordRest
  readonly channels: ChannelMap
  readonly log: Log
  readonly botId: string
  readonly nowMs: () => number
  /** When anything of Discord was last stored. */
  readonly lastReceivedMs: () => Promise<number | undefined>
  /** Channels of direct messages: Discord lists none of them to a bot. */
  readonly directChannels: () => Promise<readonly string[]>
}

/** What was said longer ago than this is not answered late. */
const oldestMs = 24 * 60 * 60 * 1000

/** Events may be stored in another order than they happened; what overlaps is recognised as known. */
const overlapMs = 60_000

/** Per channel: enough for a day of talk, and bounded. */
const maxMessages = 500

/** Discord limits each channel by itself, and a bot to 50 requests a second in all: far from that even when it is quick. */
const channelsAtOnce = 5

/**
 * Reads what was said while no session was open and takes it as if it had just arrived, in each channel oldest first.
 * Messages known already are recognised by the inbox. Edits and deletions made meanwhile are not told by Discord
 * afterwards and stay unknown. To be called until it resolves: what it read by then it does not read again.
 */
export function catchingUp(
  deps: CatchUpDependencies,
  guildIds: readonly string[],
): (late: Late) => Promise<void> {
  const reached = new Map<string, string>()
  let sinceMs: number | undefined
  return async late => {
    sinceMs ??= await deps.lastReceivedMs()
    // At the very first start nothing was missed.
    await late.since(sinceMs ?? deps.nowMs())
    if (sinceMs === undefined) return
    const fromMs = Math.max(sinceMs - overlapMs, deps.nowMs() - oldestMs)
    for (const guildId of guildIds) await learnThreads(deps, guildId)
    const known = await candidates(deps, fromMs)
    const reading = { from: snowflakeAt(fromMs), reached, take: late.take }
    // The first message of a thread stands in its channel.
    await readAll(
      deps,
      known.filter(({ type }) => !threadTypes.has(type)),
      reading,
    )
    await readAll(
      deps,
      known.filter(({ type }) => threadTypes.has(type)),
      reading,
    )
    const count = reached.size
    if (count > 0)
      deps.log.info({ platform: 'discord', count }, 'caught up with channels that spoke meanwhile')
  }
}

interface Reading {
  readonly from: string
  /** The last message taken in each channel. */
  readonly reached: Map<string, string>
  readonly take: Late['take']
}

/** Several at once; one that fails keeps none of the others from being read. */
async function readAll(
  deps: CatchUpDependencies,
  channels: readonly KnownChannel[],
  reading: Reading,
): Promise<void> {
  const left = channels.values()
  const failures: unknown[] = []
  const readOn = async () => {
    for (const channel of left)
      await readChannel(deps, channel, reading).catch((thrown: unknown) => failures.push(thrown))
  }
  await Promise.all(Array.from({ length: channelsAtOnce }, readOn))
  if (failures.length > 0) throw failures[0]
}

async function learnThreads({ rest, channels }: CatchUpDependencies, guildId: string): Promise<void> {
  const active = await rest.get<{ readonly threads: readonly (Parameters<typeof toKnown>[0] & object)[] }>(
    Routes.guildActiveThreads(guildId),
  )
  for (const thread of active.threads) channels.learn(toKnown(thread, guildId))
}

async function candidates(
  { channels, directChannels }: CatchUpDependencies,
  sinceMs: number,
): Promise<readonly KnownChannel[]> {
  const direct = (await directChannels()).map((id): KnownChannel => ({ id, type: ChannelType.DM }))
  const busy = channels
    .known()
    .filter(channel => channel.guildId !== undefined)
    .filter(({ lastMessageId }) => lastMessageId !== undefined && snowflakeMs(lastMessageId) >= sinceMs)
  return [...busy, ...direct]
}

async function readChannel(
  deps: CatchUpDependencies,
  channel: KnownChannel,
  { from, reached, take }: Reading,
): Promise<void> {
  for (let count = 0; count < maxMessages; ) {
    const page = await pageAfter(deps, channel, reached.get(channel.id) ?? from)
    const where = await deps.channels.locate(channel.id, channel.guildId)
    for (const message of page) {
      await take(parseMessage(message, where, deps.botId))
      reached.set(channel.id, message.id)
    }
    count += page.length
    if (page.length < historyPage) return
  }
}

/** Oldest first. A channel that may not be read any more has nothing to tell; one that cannot right now is read again. */
async function pageAfter(
  { rest, log }: CatchUpDependencies,
  channel: KnownChannel,
  after: string,
): Promise<readonly APIMessage[]> {
  try {
    const page = await rest.messages(channel.id, { after, limit: historyPage })
    return page.toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
  } catch (thrown) {
    if (!isFinalRefusal(toPlatformError(thrown))) throw thrown
    log.info(
      { platform: 'discord', channelId: channel.id, error: thrown },
      'a channel could not be read to catch up',
    )
    return []
  }
}
