/** Where streams wait until a test, or the sandbox page, lets them go on. */
export interface Holds {
  /** Streams that come to this chunk wait there. */
  hold(beforeChunk: number): void
  /** Lets every waiting stream go on, and holds no more. */
  release(): void
  /** Resolves once a stream waits. */
  whenHeld(): Promise<void>
  /** Waits where this stream is held, by `hold` or by its own `at`; an abort ends the wait. */
  pass(chunk: number, at: number | undefined, left: AbortSignal): Promise<void>
}

export function createHolds(): Holds {
  let everyAt: number | undefined
  let waiting = new Set<() => void>()
  let watchers: (() => void)[] = []
  return {
    hold: beforeChunk => void (everyAt = beforeChunk),
    release() {
      everyAt = undefined
      const released = waiting
      waiting = new Set()
      for (const go of released) go()
    },
    whenHeld: () =>
      new Promise(resolve => {
        if (waiting.size > 0) resolve()
        else watchers.push(resolve)
      }),
    async pass(chunk, at, left) {
      if ((chunk !== everyAt && chunk !== at) || left.aborted) return
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.add(resolve)
      left.addEventListener('abort', () => resolve(), { once: true })
      for (const watcher of watchers) watcher()
      watchers = []
      await promise
      waiting.delete(resolve)
    },
  }
}
