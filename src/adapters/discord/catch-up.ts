import { type APIMessage, ChannelType, Routes } from 'discord.js'
import { behindSince } from '../../core/heard.ts'
import type { Inbound } from '../../core/inbound.ts'
import type { Log } from '../../core/log.ts'
import { historyPage, snowflakeAt, snowflakeMs } from './limits.ts'
import { toPlatformError } from './errors.ts'
import { parseMessage } from './parse.ts'
import type { DiscordRest } from './rest.ts'
import { type ChannelMap, type KnownChannel, toKnown } from './whereabouts.ts'

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
  readonly take: (inbound: Inbound) => Promise<void>
}

/** What was said longer ago than this is not answered late. */
const oldestMs = 24 * 60 * 60 * 1000

/** Events may be stored in another order than they happened; what overlaps is recognised as known. */
const overlapMs = 60_000

/** Per channel: enough for a day of talk, and bounded. */
const maxMessages = 500

/**
 * Reads what was said while no session was open and takes it as if it had just arrived, channel by channel and
 * oldest first. Messages known already are recognised by the inbox. Edits and deletions made meanwhile are not
 * told by Discord afterwards and stay unknown.
 */
export async function catchUp(deps: CatchUpDependencies, guildIds: readonly string[]): Promise<void> {
  const lastMs = await deps.lastReceivedMs()
  if (lastMs === undefined) return
  const sinceMs = Math.max(lastMs - overlapMs, deps.nowMs() - oldestMs)
  // Whatever is taken from here on would say that all before it was heard, should this process not come to the end.
  await deps.take(behindSince('discord', lastMs, deps.nowMs()))
  for (const guildId of guildIds) await learnThreads(deps, guildId)
  let count = 0
  for (const channel of await candidates(deps, sinceMs))
    count += await readChannel(deps, channel, snowflakeAt(sinceMs))
  if (count > 0) deps.log.info({ platform: 'discord', count }, 'caught up with what was said while away')
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

async function readChannel(deps: CatchUpDependencies, channel: KnownChannel, since: string): Promise<number> {
  let after = since
  let count = 0
  while (count < maxMessages) {
    const page = await pageAfter(deps, channel, after)
    for (const message of page) {
      await deps.take(
        parseMessage(message, await deps.channels.locate(channel.id, channel.guildId), deps.botId),
      )
      after = message.id
    }
    count += page.length
    if (page.length < historyPage) break
  }
  return count
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
    const { code } = toPlatformError(thrown)
    if (code !== 'platform_refused' && code !== 'platform_auth') throw thrown
    log.info(
      { platform: 'discord', channelId: channel.id, error: thrown },
      'a channel could not be read to catch up',
    )
    return []
  }
}
