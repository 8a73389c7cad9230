import { Routes, type RESTPostAPIChannelThreadsJSONBody } from 'discord.js'
import type { Dialogue } from '../../core/dialogue.ts'
import type { RenderingTarget } from '../../core/platform.ts'
import { isDiscordCode, toPlatformError } from './errors.ts'
import { maxThreadNameLength } from './limits.ts'
import type { DiscordRest } from './rest.ts'

/** Where an answer is posted, and as a reply to what. */
export interface AnswerPlace {
  readonly channelId: string
  /** Set where no thread can be had: the answer then stands in the channel, as a reply. */
  readonly replyTo?: string
}

/** 160004: the message has a thread already, from an attempt whose outcome was not seen. */
const threadExists = 160_004

/**
 * 50001, 50013: not allowed. 50024: not in this kind of channel. 160006: too many threads. 10008: the message is
 * gone. In all of them the answer stands in the channel itself, unless somebody else opened the thread.
 */
const noThreadHere = [50_001, 50_013, 50_024, 160_006, 10_008] as const

/** 10003: there is no such channel. 50001: none that Parley may see. */
const notThere = [10_003, 50_001] as const

/** A day without a word archives the thread; a new message opens it again. */
const archiveAfterMinutes = 1_440

/** Where this Dialogue is answered; opens its thread the first time. Idempotent. */
export async function answerPlace(
  rest: DiscordRest,
  target: Pick<RenderingTarget, 'dialogue' | 'askedRef' | 'saveDelivery'>,
): Promise<AnswerPlace> {
  const { dialogue } = target
  const known = knownPlace(dialogue, target.askedRef)
  if (known) return known
  const made = await openThread(rest, dialogue)
  await target.saveDelivery({ thread: made ? 'made' : 'denied' })
  return made ? { channelId: dialogue.thread.threadId } : inPlace(dialogue, target.askedRef)
}

function knownPlace(dialogue: Dialogue, askedRef: string): AnswerPlace | undefined {
  const { thread, delivery } = dialogue
  if (dialogue.direct) return { channelId: thread.channelId }
  // The channel itself is the Dialogue's: nothing is opened in it.
  if (thread.threadId === thread.channelId) return inPlace(dialogue, askedRef)
  if (delivery['origin'] === 'thread' || delivery['thread'] === 'made') return { channelId: thread.threadId }
  return delivery['thread'] === 'denied' ? inPlace(dialogue, askedRef) : undefined
}

function inPlace({ thread }: Dialogue, askedRef: string): AnswerPlace {
  const replyTo = /^\d+$/.test(askedRef) ? askedRef : thread.threadId
  return { channelId: thread.channelId, replyTo }
}

async function openThread(rest: DiscordRest, { thread, title }: Dialogue): Promise<boolean> {
  const body: RESTPostAPIChannelThreadsJSONBody = {
    name: Array.from(title).slice(0, maxThreadNameLength).join('') || 'Parley',
    auto_archive_duration: archiveAfterMinutes,
  }
  try {
    await rest.raw.post(Routes.threads(thread.channelId, thread.threadId), { body })
    return true
  } catch (thrown) {
    if (isDiscordCode(thrown, threadExists)) return true
    if (isDiscordCode(thrown, ...noThreadHere)) return isThere(rest, thread.threadId)
    throw toPlatformError(thrown)
  }
}

async function isThere(rest: DiscordRest, threadId: string): Promise<boolean> {
  try {
    await rest.raw.get(Routes.channel(threadId))
    return true
  } catch (thrown) {
    if (isDiscordCode(thrown, ...notThere)) return false
    throw toPlatformError(thrown)
  }
}
