import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Hono } from 'hono'
import { html, raw } from 'hono/html'
import MarkdownIt from 'markdown-it'
import type { WebEnv } from './context.ts'
import { page } from './frame.ts'

/** The guides of docs/ that Parley shows itself, so that they can be read where it runs. */
const guides = ['connect-slack', 'connect-discord', 'real-model'] as const

const docs = join(import.meta.dirname, '../../docs')

export function guideRoutes(): Hono<WebEnv> {
  return new Hono<WebEnv>().get('/guide/:name', c => {
    const known = guides.find(guide => guide === c.req.param('name'))
    if (!known) return c.notFound()
    const text = readFileSync(join(docs, `${known}.md`), 'utf8')
    const title = /^# (.+)$/m.exec(text)?.[1] ?? 'Parley'
    // The guides name files of the repository beside them, which are not served.
    const rendered = new MarkdownIt({ html: false }).render(text.replaceAll(/\]\(\.\.?\/[^)]*\)/g, ']()'))
    const body = raw(rendered.replaceAll(/<a href="">(.*?)<\/a>/g, '$1'))
    return page(c, { title, body: html`<article class="prose" lang="en">${body}</article>` })
  })
}
