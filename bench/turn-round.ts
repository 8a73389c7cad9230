import { setTimeout as pause } from 'node:timers/promises'
import { channels, people } from '../src/sandbox/cast.ts'
import { nowMs, questionOf, wordsOf } from './turn-clock.ts'
import type { Contestant } from './turn-contestant.ts'
import type { BenchModel } from './turn-model.ts'
import type { Platforms } from './turn-platforms.ts'

/** One who answers on one platform. */
export interface Seat {
  readonly name: string
  readonly platform: 'slack' | 'discord'
  readonly platforms: Platforms
  readonly contestant: Contestant
  /** What it answers is what the model said; an echo has asked none. */
  readonly asksModel: boolean
}

export interface Asked {
  readonly turn: number
  readonly channelId: string
  readonly threadId: string
  readonly saidAtMs: number
}

/** What a turn took, in milliseconds, as it is seen from outside. */
export interface Taken {
  readonly toModel?: number
  /** From the model's first word. */
  readonly toFirstText?: number
  readonly saidToText: number
  /** From the model's end, or from the question where no model was asked. */
  readonly toLastText: number
}

let turns = 0

/** Asks in a thread of its own; questions are spread over the places that everybody is in. */
export function ask({ platform, platforms }: Seat, threadId?: string): Asked {
  const turn = ++turns
  const player = platforms[platform].player
  const id = (entry: { readonly slackId: string; readonly discordId: string } | undefined) =>
    (platform === 'slack' ? entry?.slackId : entry?.discordId) ?? ''
  const channelId = id(channels[threadId === undefined ? turn % 3 : 0])
  const saidAtMs = nowMs()
  const { messageId } = player.say(
    { channelId, ...(threadId === undefined ? {} : { threadId }) },
    id(people[0]),
    `@Parley ${questionOf(turn)} what do you think of this?`,
  )
  return { turn, channelId, threadId: threadId ?? messageId, saidAtMs }
}

/** Waits until every turn's last word was sent; false when it takes too long. */
export async function untilShown({ platforms }: Seat, asked: readonly Asked[], forMs = 90_000) {
  const until = nowMs() + forMs
  const isShown = ({ turn }: Asked) => platforms.shown.get(turn)?.lastAtMs !== undefined
  while (nowMs() < until) {
    if (asked.every(isShown)) return true
    await pause(10)
  }
  return false
}

export function takenBy({ platforms, asksModel }: Seat, model: BenchModel, asked: readonly Asked[]): Taken[] {
  return asked.flatMap(({ turn, saidAtMs }) => {
    const shown = platforms.shown.get(turn)
    if (shown?.lastAtMs === undefined) return []
    const saidToText = shown.firstAtMs - saidAtMs
    if (!asksModel) return [{ saidToText, toLastText: shown.lastAtMs - saidAtMs }]
    const exchange = model.exchanges.get(turn)
    const first = exchange?.words[0]
    if (!exchange || !first || exchange.endedAtMs === undefined) return []
    return [
      {
        toModel: exchange.requestedAtMs - saidAtMs,
        toFirstText: shown.firstAtMs - first.atMs,
        saidToText,
        toLastText: shown.lastAtMs - exchange.endedAtMs,
      },
    ]
  })
}

/** Turns whose thread does not show exactly what the model said, or the echo. */
export function wrongOf({ platforms, platform }: Seat, asked: readonly Asked[], words: number): string[] {
  return asked.flatMap(({ turn, channelId, threadId }) => {
    // A long answer is several messages, and the blank between two of them is in neither.
    const text = platforms[platform].player
      .messages(channelId, threadId)
      .filter(({ author, status }) => author.name === 'Parley' && status === undefined)
      .map(message => message.text.trim())
      .join(' ')
    return text === wordsOf(turn, words).join('') ? [] : [`${questionOf(turn)} shows “${text}”`]
  })
}
