import { extname } from 'node:path'
import type { Context } from 'hono'
import { ParleyError } from '../core/errors.ts'
import {
  dialogueAsJson,
  dialogueAsMarkdown,
  exportAsJson,
  exportAsMarkdown,
  type ExportedDialogue,
  type Exports,
  type ExportWords,
} from '../core/export.ts'
import type { History } from '../core/history.ts'
import type { Viewer } from '../core/member.ts'
import type { WebEnv } from './context.ts'

export interface DownloadDependencies {
  readonly store: { readonly exports: Exports }
  readonly history: Pick<History, 'find'>
  readonly nowMs: () => number
}

const types: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
}

export type DownloadFormat = 'json' | 'md'

/** Everything of one person as a file that is made while it is read. */
export function downloadMine(
  c: Context<WebEnv>,
  { store, nowMs }: DownloadDependencies,
  viewer: Viewer,
  format: DownloadFormat,
): Response {
  const pieces =
    format === 'json'
      ? exportAsJson(store.exports, viewer, nowMs())
      : exportAsMarkdown(store.exports, viewer, nowMs(), wordsOf(c))
  return download(c, `parley.${format}`, pieces)
}

/** One Dialogue that the Viewer may read. Throws `not_found`: broken glass is for reading, not for taking away. */
export async function downloadDialogue(
  c: Context<WebEnv>,
  deps: DownloadDependencies,
  viewer: Viewer,
  { id, format }: { readonly id: string; readonly format: DownloadFormat },
): Promise<Response> {
  const { exports } = deps.store
  const dialogue = await readable(deps, viewer, id)
  const pieces =
    format === 'json'
      ? dialogueAsJson(exports, viewer, dialogue)
      : dialogueAsMarkdown(exports, viewer, dialogue, wordsOf(c))
  return download(c, `dialogue.${format}`, pieces)
}

async function readable(
  { store, history }: DownloadDependencies,
  viewer: Viewer,
  id: string,
): Promise<ExportedDialogue> {
  const entry = await history.find(viewer, id)
  if (!entry || entry.access === 'glass') throw new ParleyError('not_found', 'There is no such dialogue.')
  const mine = await store.exports.dialogue(viewer, id)
  return {
    id,
    platform: entry.thread.platform,
    title: entry.title,
    createdAt: new Date(entry.usedAtMs).toISOString(),
    usedAt: new Date(entry.usedAtMs).toISOString(),
    ...mine,
    scope: 'whole',
  }
}

function wordsOf(c: Context<WebEnv>): ExportWords {
  const words = c.get('words').sharing
  return {
    heading: words.exportHeading,
    accounts: words.exportAccounts,
    usage: words.exportUsage,
    mineOnly: words.exportMineOnly,
    redacted: words.removed,
    earlier: words.exportEarlier,
  }
}

/** A file, by the end of its name. Nothing is made before the reader takes it, and nothing more once they leave. */
export function download(c: Context, name: string, pieces: AsyncGenerator<string>): Response {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await pieces.return(undefined)
    },
  })
  return c.body(body, 200, {
    'content-type': types[extname(name)] ?? 'application/octet-stream',
    'content-disposition': `attachment; filename="${name}"`,
    'cache-control': 'no-store',
  })
}
