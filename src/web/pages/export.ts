import { type Context, Hono } from 'hono'
import { ParleyError } from '../../core/errors.ts'
import {
  dialogueAsJson,
  dialogueAsMarkdown,
  exportAsJson,
  exportAsMarkdown,
  type ExportedDialogue,
  type ExportWords,
} from '../../core/export.ts'
import type { WebEnv } from '../context.ts'
import type { KeepingPages } from './keeping-pages.ts'
import { memberOnly, signedInOf } from './member-only.ts'

/** Everything of mine, or one dialogue that I may read, as one file that is made while it is read. */
export function exportRoutes({ store, history, nowMs }: KeepingPages): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  for (const path of ['/export.json', '/export.md', '/chats/:id/export.json', '/chats/:id/export.md'])
    app.use(path, memberOnly)
  app.get('/export.json', c =>
    download(c, 'parley.json', exportAsJson(store.exports, signedInOf(c).viewer, nowMs())),
  )
  app.get('/export.md', c =>
    download(c, 'parley.md', exportAsMarkdown(store.exports, signedInOf(c).viewer, nowMs(), wordsOf(c))),
  )
  const readable = async (c: Context<WebEnv>, id: string): Promise<ExportedDialogue> => {
    const { viewer } = signedInOf(c)
    const entry = await history.find(viewer, id)
    // Broken glass is for reading, not for taking away.
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
  app.get('/chats/:id/export.json', async c => {
    const dialogue = await readable(c, c.req.param('id'))
    return download(c, 'dialogue.json', dialogueAsJson(store.exports, signedInOf(c).viewer, dialogue))
  })
  app.get('/chats/:id/export.md', async c => {
    const dialogue = await readable(c, c.req.param('id'))
    const pieces = dialogueAsMarkdown(store.exports, signedInOf(c).viewer, dialogue, wordsOf(c))
    return download(c, 'dialogue.md', pieces)
  })
  return app
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

/** Nothing is made before the reader takes it, and nothing more once they leave. */
function download(c: Context, name: string, pieces: AsyncGenerator<string>): Response {
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
  const type = name.endsWith('.json') ? 'application/json' : 'text/markdown; charset=utf-8'
  return c.body(body, 200, {
    'content-type': type,
    'content-disposition': `attachment; filename="${name}"`,
    'cache-control': 'no-store',
  })
}
