import type { TrailEntry } from '../src/core/trail.ts'

/** A step of a turn and when it was reached. */
export interface Reached {
  readonly step: TrailEntry['step']
  readonly turnId: string
  readonly atMs: number
  readonly waitMs?: number
}

/** What a contestant tells of itself when it is asked. */
export interface Report {
  /** After collecting garbage. */
  readonly heapMb: number
  readonly rssMb: number
  /** Of both, user and system. */
  readonly cpuMs: number
  readonly reached: readonly Reached[]
  /** Statements by their text. */
  readonly statements: Readonly<Record<string, number>>
  readonly rows: number
  readonly sentBytes: number
  readonly receivedBytes: number
}

export const nothingSaid = { reached: [], statements: {}, rows: 0, sentBytes: 0, receivedBytes: 0 }

/** Tells the bench that started this process where it listens, and what it asks for. Ends with it. */
export function answerBench(
  url: string,
  more: () => Omit<Report, 'heapMb' | 'rssMb' | 'cpuMs'> = () => nothingSaid,
): void {
  process.on('message', () => {
    globalThis.gc?.()
    const { heapUsed, external, rss } = process.memoryUsage()
    const { user, system } = process.cpuUsage()
    const report: Report = {
      heapMb: (heapUsed + external) / 2 ** 20,
      rssMb: rss / 2 ** 20,
      cpuMs: (user + system) / 1_000,
      ...more(),
    }
    process.send?.(report)
  })
  process.once('disconnect', () => process.exit(0))
  process.send?.({ url })
}
