/** Work on one channel, one piece at a time. */
export interface Lanes {
  /**
   * Runs `work` when nothing else of its lane runs. What waits goes by when it happened, not by when it came: with
   * several sockets open, a person's second message may come before the first. A failure is its caller's alone.
   */
  run<Result>(lane: string, atTs: number, work: () => Promise<Result>): Promise<Result>
}

interface Waiting {
  readonly atTs: number
  readonly go: () => Promise<void>
}

export function createLanes(): Lanes {
  const lanes = new Map<string, Waiting[]>()

  async function drain(lane: string, waiting: Waiting[]): Promise<void> {
    for (;;) {
      const next = waiting.toSorted((a, b) => a.atTs - b.atTs)[0]
      if (!next) break
      waiting.splice(waiting.indexOf(next), 1)
      await next.go()
    }
    lanes.delete(lane)
  }

  return {
    run: (lane, atTs, work) =>
      new Promise((resolve, reject) => {
        const go = async () => {
          try {
            resolve(await work())
          } catch (thrown) {
            reject(thrown)
          }
        }
        const entry: Waiting = { atTs, go }
        const busy = lanes.get(lane)
        if (busy) return void busy.push(entry)
        const waiting = [entry]
        lanes.set(lane, waiting)
        void drain(lane, waiting)
      }),
  }
}
