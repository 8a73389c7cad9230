import { appendFileSync, mkdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Entry, Happening } from './evidence.ts'

export interface History {
  readonly entries: readonly Entry[]
  /** Kept, and written to its file, at once; `atMs` is now unless it was told by who was there. */
  add(happening: Happening, atMs?: number): void
}

/** A clock that all processes of the machine share, and that nothing sets. */
export function steadyMs(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000
}

export function createHistory(path: string): History {
  mkdirSync(dirname(path), { recursive: true })
  rmSync(path, { force: true })
  const entries: Entry[] = []
  return {
    entries,
    add(happening, atMs = steadyMs()) {
      const entry = { atMs, ...happening }
      entries.push(entry)
      appendFileSync(path, `${JSON.stringify(entry)}\n`)
    },
  }
}
