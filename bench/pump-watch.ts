import { nowMs } from './turn-clock.ts'
import type { BenchModel } from './turn-model.ts'
import type { Asked, Seat } from './turn-round.ts'

const everyMs = 250

export interface Watched {
  /** How old the oldest word was that was not to be seen yet, of every answer under way, four times a second. */
  readonly staleMs: readonly number[]
  /** Changes of the visible text while the model spoke, of each answer. */
  readonly updates: readonly number[]
}

/** Looks at the threads as people do, while the model speaks. */
export function watchStaleness({ platforms, platform }: Seat, model: BenchModel, asked: readonly Asked[]) {
  const staleMs: number[] = []
  const lengths = new Map<number, number>()
  const updates = new Map<number, number>(asked.map(({ turn }) => [turn, 0]))

  const look = ({ turn, channelId, threadId }: Asked): void => {
    const exchange = model.exchanges.get(turn)
    if (!exchange || exchange.endedAtMs !== undefined) return
    const visible = visibleLength(channelId, threadId)
    if (visible > (lengths.get(turn) ?? 0)) updates.set(turn, (updates.get(turn) ?? 0) + 1)
    lengths.set(turn, visible)
    let said = 0
    const waiting = exchange.words.find(word => (said += word.length) > visible + 1)
    staleMs.push(waiting ? nowMs() - waiting.atMs : 0)
  }
  const visibleLength = (channelId: string, threadId: string) => {
    if (!hasThread(channelId, threadId)) return 0
    return platforms[platform].player
      .messages(channelId, threadId)
      .filter(({ author, status }) => author.name === 'Parley' && status === undefined)
      .reduce((length, { text }) => length + text.length, 0)
  }
  const hasThread = (channelId: string, threadId: string) =>
    platform === 'slack' ||
    platforms.discord.player.messages(channelId).some(({ id, replies }) => id === threadId && replies)

  const timer = setInterval(() => {
    for (const one of asked) look(one)
  }, everyMs)
  return {
    stop(): Watched {
      clearInterval(timer)
      return { staleMs, updates: [...updates.values()] }
    },
  }
}
