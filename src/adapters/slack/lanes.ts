/** Where something happened: in one thread of a channel, or in the channel as a whole. */
export interface Lane {
  readonly channel: string
  readonly thread?: string
}

/** Work on channels: in each thread one piece at a time, on a whole channel nothing else of it meanwhile. */
export interface Lanes {
  /**
   * Runs `work` when nothing else runs in its thread, and nothing on its whole channel; work on a whole channel when
   * nothing else of it runs. What waits goes by when it happened, not by when it came: with several sockets open, a
   * person's second message may come before the first. What has no time of its own comes after everything that is
   * there. A failure is its caller's alone.
   */
  run<Result>(lane: Lane, atTs: number | undefined, work: () => Promise<Result>): Promise<Result>
}

interface Piece {
  readonly thread: string | undefined
  readonly atTs: number
  readonly go: () => Promise<void>
}

/** What waits is kept in the order of its time. */
interface Channel {
  readonly waiting: Piece[]
  readonly running: Set<Piece>
}

export function createLanes(): Lanes {
  const channels = new Map<string, Channel>()

  function startWhatMay(id: string, channel: Channel): void {
    const { waiting, running } = channel
    for (const piece of startable(channel)) {
      waiting.splice(waiting.indexOf(piece), 1)
      running.add(piece)
      void piece.go().then(() => {
        running.delete(piece)
        if (waiting.length > 0) startWhatMay(id, channel)
        else if (running.size === 0) channels.delete(id)
      })
    }
  }

  return {
    run: ({ channel: id, thread }, atTs, work) =>
      new Promise((resolve, reject) => {
        const go = async () => {
          try {
            resolve(await work())
          } catch (thrown) {
            reject(thrown)
          }
        }
        const channel = channels.get(id) ?? { waiting: [], running: new Set() }
        channels.set(id, channel)
        enter(channel, { thread, atTs: atTs ?? latest(channel), go })
        startWhatMay(id, channel)
      }),
  }
}

/** Behind whatever happened before it or at the same time. */
function enter({ waiting }: Channel, piece: Piece): void {
  waiting.splice(waiting.findLastIndex(({ atTs }) => atTs <= piece.atTs) + 1, 0, piece)
}

function latest({ waiting, running }: Channel): number {
  return Math.max(waiting.at(-1)?.atTs ?? 0, ...[...running].map(({ atTs }) => atTs))
}

/** All that need not wait for what runs, nor for anything that happened before it and waits itself. */
function startable({ waiting, running }: Channel): readonly Piece[] {
  const taken = new Set([...running].map(({ thread }) => thread))
  const found: Piece[] = []
  for (const piece of waiting) {
    // What is on the whole channel lets nothing past it.
    if (taken.has(undefined)) break
    const { thread } = piece
    if (thread === undefined ? taken.size === 0 : !taken.has(thread)) found.push(piece)
    taken.add(thread)
  }
  return found
}
