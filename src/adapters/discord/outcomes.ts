import { type APIMessage, MessageType } from 'discord.js'
import type { Clock } from '../../core/clock.ts'
import type { Part, PartLedger } from '../../core/part.ts'
import { historyPage, nonceWindowMs, snowflakeAt } from './limits.ts'
import type { DiscordRest } from './rest.ts'
import type { AnswerPlace } from './thread-place.ts'

/**
 * What to do when the outcome of a call is not known, because the process died or the answer got lost:
 *
 * | call | key | lookup | window | last resort |
 * |---|---|---|---|---|
 * | post a message | the Part's key as enforced nonce | post again: Discord gives the first one | 2 min | our own messages in the channel since the Part was planned: adopt the one that no Part has, else post |
 * | edit a message | its id | none needed: the same edit again | always | – |
 * | delete a message | its id | none needed: 10008 means done | always | – |
 * | open a thread | the message's id | none needed: 160004 means done | always | – |
 * | answer an interaction | its token | none: the person sees that it failed | 3 s | the person asks again |
 */
export type PostAgain =
  | { readonly how: 'same nonce' }
  | { readonly how: 'adopt'; readonly ref: string }
  | { readonly how: 'anew' }

/** A clock of ours and Discord's may differ by this much; the lookup starts earlier by it. */
const clockSlackMs = 10_000

interface Lookup {
  readonly rest: DiscordRest
  readonly clock: Clock
  readonly botId: string
}

/** Decides for a Part whose post has an unknown outcome. */
export async function afterUnknownPost(
  lookup: Lookup,
  place: AnswerPlace,
  part: Part,
  ledger: PartLedger,
): Promise<PostAgain> {
  if (lookup.clock.nowMs() - part.plannedAtMs < nonceWindowMs) return { how: 'same nonce' }
  const ref = await findUnrecordedPost(lookup, place, part, ledger)
  return ref === undefined ? { how: 'anew' } : { how: 'adopt', ref }
}

/** The notice that opens a thread counts as ours too, and is not something said. */
function isSaid({ type }: APIMessage): boolean {
  return type === MessageType.Default || type === MessageType.Reply
}

/**
 * Our oldest message in the channel since this Part was planned that no Part has. One Turn of a Dialogue runs at a
 * time, so it can only be this one, and what stands there of other Messages has its Part; where several Dialogues share a channel, the reply it is tells them apart.
 */
export async function findUnrecordedPost(
  { rest, botId }: Lookup,
  place: AnswerPlace,
  part: Part,
  ledger: PartLedger,
): Promise<string | undefined> {
  const since = snowflakeAt(part.plannedAtMs - clockSlackMs)
  const found = await rest.messages(place.channelId, { after: since, limit: historyPage })
  const ours = found
    .filter(message => message.author.id === botId && isSaid(message))
    .filter(message => !place.replyTo || message.message_reference?.message_id === place.replyTo)
    .map(message => message.id)
    .toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))
  const own = new Set((await ledger.list()).flatMap(known => known.ref ?? []))
  const others = await ledger.others(ours)
  return ours.find(id => !own.has(id) && !others.has(id))
}
