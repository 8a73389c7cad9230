import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const file = join(import.meta.dirname, '../docs/performance.md')

/** Puts a section where it stood, or at the end, and leaves every other as it is. */
export function writeSection(name: string, text: string): void {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`]
  const page = existsSync(file) ? readFileSync(file, 'utf8') : '# How fast Parley is\n'
  const section = `${begin}\n${text.trim()}\n${end}\n`
  const from = page.indexOf(begin)
  const to = page.indexOf(end)
  if (from === -1 || to === -1) writeFileSync(file, `${page.trimEnd()}\n\n${section}`)
  else writeFileSync(file, page.slice(0, from) + section + page.slice(to + end.length + 1))
}
