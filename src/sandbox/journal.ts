import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * What a stand-in platform remembers across a kill of the process it lives in: a real Slack would still
 * hold its messages, so the sandbox must too. Each entry is one JSON line, written before `append` returns.
 */
export interface Journal<Entry> {
  /** The entries of earlier runs, oldest first. */
  read(): readonly Entry[]
  append(entry: Entry): void
  /** Replaces everything by `entries`, atomically. */
  rewrite(entries: readonly Entry[]): void
}

/** A journal in a file. A last line cut short by a kill is dropped; any other broken line throws. */
export function fileJournal<Entry>(path: string): Journal<Entry> {
  mkdirSync(dirname(path), { recursive: true })
  const read = () => {
    if (!existsSync(path)) return []
    const lines = readFileSync(path, 'utf8').split('\n')
    lines.pop()
    return lines.map(line => JSON.parse(line) as Entry)
  }
  const rewrite = (entries: readonly Entry[]) => {
    writeFileSync(`${path}.new`, entries.map(entry => `${JSON.stringify(entry)}\n`).join(''))
    renameSync(`${path}.new`, path)
  }
  rewrite(read())
  return { read, rewrite, append: entry => appendFileSync(path, `${JSON.stringify(entry)}\n`) }
}

/** A journal that forgets with the process, for tests that never restart. */
export function memoryJournal<Entry>(): Journal<Entry> {
  let kept: Entry[] = []
  return {
    read: () => [...kept],
    append: entry => void kept.push(entry),
    rewrite: entries => void (kept = [...entries]),
  }
}
