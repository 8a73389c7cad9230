import type { ServerResponse } from 'node:http'

/** A client that takes nothing for this long holds a model's answer for nobody. */
const stalledMs = 5 * 60_000

/** The way back to a client, straight onto its connection. */
export interface Outlet {
  /** Something was written: what goes wrong from now on goes wrong in mid-stream. */
  readonly begun: boolean
  readonly left: boolean
  head(status: number, headers: Readonly<Record<string, string>>): void
  /** `false`: wait for `onDrain`. */
  write(bytes: Buffer): boolean
  end(): void
  /** Cuts the connection, which no client takes for an end. */
  cut(): void
  /** Called when there is room again. */
  onDrain(listener: () => void): void
  /** Called once, when the client leaves before the end; at once if it has left. */
  onLeft(listener: () => void): void
}

export function createOutlet(outgoing: ServerResponse): Outlet {
  const drained: (() => void)[] = []
  let leaving: (() => void) | undefined
  let left = outgoing.destroyed
  let stall: NodeJS.Timeout | undefined
  outgoing.on('drain', () => {
    clearTimeout(stall)
    for (const listener of drained) listener()
  })
  outgoing.once('close', () => {
    clearTimeout(stall)
    if (outgoing.writableFinished) return
    left = true
    leaving?.()
  })
  return {
    get begun() {
      return outgoing.headersSent
    },
    get left() {
      return left
    },
    head: (status, headers) => void outgoing.writeHead(status, headers),
    write(bytes) {
      if (outgoing.write(bytes)) return true
      clearTimeout(stall)
      stall = setTimeout(() => outgoing.destroy(), stalledMs)
      stall.unref()
      return false
    },
    end: () => void outgoing.end(),
    cut: () => void outgoing.destroy(),
    onDrain: listener => void drained.push(listener),
    onLeft(listener) {
      leaving = listener
      if (left) listener()
    },
  }
}
