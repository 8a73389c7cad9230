import type { SSEStreamingApi } from 'hono/streaming'
import type { Player } from '../player.ts'
import { patchOf } from './patch.ts'
import { isIn, type Trail } from './trail.ts'
import { viewOf } from './view.ts'
import type { Sight, View } from './wire.ts'

export interface FeedOptions {
  readonly player: Player
  readonly trail: Trail
  readonly sight: Sight
  readonly version: string
}

/** Changes that come together are told together: 20 frames a second are enough to read along. */
const gatherMs = 50

/** Connections come and go, and a status runs out, without a change being announced. */
const lookEveryMs = 1_000

/** A silent connection may be cut on its way. */
const beatEveryMs = 15_000

/** Tells one page everything, then what changes, until it goes away. */
export async function feed(stream: SSEStreamingApi, options: FeedOptions): Promise<void> {
  const { player, trail, sight, version } = options
  let shown: View = viewOf(player, trail, sight, version)
  const elsewhere = new Set<string>()
  let due: NodeJS.Timeout | undefined
  const tell = (event: 'view' | 'patch', data: unknown) =>
    stream.writeSSE({ event, data: JSON.stringify(data) }).catch(() => stream.abort())
  const look = () => {
    due = undefined
    const now = viewOf(player, trail, sight, version)
    const patch = patchOf(shown, now, [...elsewhere])
    elsewhere.clear()
    shown = now
    if (patch) void tell('patch', patch)
  }
  const soon = () => {
    due ??= setTimeout(look, gatherMs)
  }
  const unhear = [
    player.onChange(({ channelId }) => {
      if (channelId !== sight.channelId) elsewhere.add(channelId)
      soon()
    }),
    trail.onPush(({ place }) => void (isIn(place, sight) && soon())),
  ]
  const looking = setInterval(look, lookEveryMs)
  const beating = setInterval(() => void stream.write(': here\n\n'), beatEveryMs)
  const gone = new Promise<void>(resolve => stream.onAbort(resolve))
  await tell('view', shown)
  await gone
  for (const stop of unhear) stop()
  clearInterval(looking)
  clearInterval(beating)
  clearTimeout(due)
}
