import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const file = join(import.meta.dirname, '../docs/performance.md')

const begin = `# How fast Parley is

Each \`npm run bench:NAME -- --write\` wrote its section of this page. The figures were taken on a machine of two cores
that database, stand-ins and bench share with whatever else runs there, and that was busy. On a busy machine all of it
is slow alike, so what says most is a ratio to something that ran beside it in the same run.
`

/** Puts a section where people read it, in place of what it said before. */
export function writeSection(name: string, title: string, text: string): void {
  const page = existsSync(file) ? readFileSync(file, 'utf8') : begin
  const [from, to] = [`<!-- ${name} -->\n`, `<!-- end of ${name} -->\n`]
  const section = `${from}\n## ${title}\n\n${text.trim()}\n\n${to}`
  const start = page.indexOf(from)
  const end = page.indexOf(to)
  const whole =
    start < 0 || end < start
      ? `${page.trimEnd()}\n\n${section}`
      : page.slice(0, start) + section + page.slice(end + to.length)
  writeFileSync(file, whole)
}

export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, at) => (at === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n')
}
