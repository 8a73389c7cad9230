import type { World } from './world.ts'

/** Ends streams that have lived too long, as Slack does. */
export interface Expiry {
  /** Goes by the workspace's clock; called before anything looks at a stream. */
  expire(): void
  /** Lets a page see the expiry when it comes, without anybody asking. */
  later(afterMs: number): void
  close(): void
}

export function createExpiry(world: World, streamMaxMs: number): Expiry {
  const timers = new Set<NodeJS.Timeout>()
  const expire = () => {
    for (const { channelId, ts, stream, blocks } of world.openStreams()) {
      if (!stream || world.now() < stream.startedAtMs + streamMaxMs) continue
      world.record({ kind: 'stream-ended', channelId, ts, how: 'expired', blocks })
    }
  }
  const later = (afterMs: number) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      expire()
    }, afterMs).unref()
    timers.add(timer)
  }
  for (const { stream } of world.openStreams()) {
    later(Math.max(0, (stream?.startedAtMs ?? 0) + streamMaxMs - world.now()))
  }
  return {
    expire,
    later,
    close() {
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
