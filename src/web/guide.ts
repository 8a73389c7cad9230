import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { raw } from 'hono/html'
import MarkdownIt from 'markdown-it'
import { page } from './page.ts'

/** The guides of docs/ that Parley shows itself, so that they can be read where it runs. */
const guides = ['connect-slack', 'connect-discord', 'real-model'] as const

const docs = join(import.meta.dirname, '../../docs')

/** A guide as a page; undefined when there is none of this name. */
export function guidePage(name: string) {
  const known = guides.find(guide => guide === name)
  if (!known) return undefined
  const text = readFileSync(join(docs, `${known}.md`), 'utf8')
  const title = /^# (.+)$/m.exec(text)?.[1] ?? 'Parley'
  // The guides name files of the repository beside them, which are not served.
  const html = new MarkdownIt({ html: false }).render(text.replaceAll(/\]\(\.\.?\/[^)]*\)/g, ']()'))
  return page(title, raw(html.replaceAll(/<a href="">(.*?)<\/a>/g, '$1')))
}
