import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** `npm run docs:data-model`: writes docs/data-model.md from schema.sql. With `--check` it only says whether that is due. */

const root = resolve(import.meta.dirname, '..')
const target = join(root, 'docs/data-model.md')

interface Table {
  readonly name: string
  readonly columns: readonly { readonly name: string; readonly type: string; readonly optional: boolean }[]
  readonly primaryKey: readonly string[]
  readonly references: readonly { readonly columns: readonly string[]; readonly table: string }[]
}

/** What belongs together; a table that stands in no group is shown in the last one. */
const groups: readonly { readonly title: string; readonly tables: RegExp }[] = [
  {
    title: 'Dialogues, messages and turns',
    tables:
      /^(identities|dialogues|messages|message_versions|branches|turns|turn_messages|parts|summaries|model_calls|live_answers|decisions)$/,
  },
  {
    title: 'Members and how they sign in',
    tables:
      /^(members|avatars|sessions|refresh_tokens|mail_tokens|logins|sign_in_attempts|link_codes|notices|api_keys|rate_limits)$/,
  },
  {
    title: 'Who reads what',
    tables: /^(audience_|dialogue_|places|publications|break_glasses|erase|retention_rules)/,
  },
  {
    title: 'What is managed',
    tables:
      /^(quota|reservations|usages|prices|agent|providers|polic|workspace_|installation_|audits|relayed|idempot|company)/,
  },
  { title: 'How it is run', tables: /./ },
]

/** The tables of a schema as `npm run db:dump` writes it: one column or constraint a line. */
function tablesIn(schema: string): readonly Table[] {
  return [...schema.matchAll(/^create table (\w+) \(\n([\s\S]*?)\n\);$/gm)].map(
    ([, name = '', body = '']) => {
      const lines = body.split('\n').map(line => line.trim().replace(/,$/, ''))
      const constraints = lines.filter(line => line.startsWith('constraint '))
      const list = (text: string | undefined) =>
        text?.split(',').map(part => part.trim().replaceAll('"', '')) ?? []
      return {
        name,
        columns: lines
          .filter(line => !line.startsWith('constraint '))
          .map(line => {
            const [column = '', ...rest] = line.split(' ')
            const type = rest.join(' ').replace(/ (not null|default|generated).*$/, '')
            return { name: column.replaceAll('"', ''), type, optional: !line.includes(' not null') }
          }),
        primaryKey: list(/PRIMARY KEY \(([^)]*)\)/.exec(constraints.join('\n'))?.[1]),
        references: constraints.flatMap(line => {
          const found = /FOREIGN KEY \(([^)]*)\) REFERENCES (\w+)\(/.exec(line)
          return found ? [{ columns: list(found[1]), table: found[2] ?? '' }] : []
        }),
      }
    },
  )
}

function diagram(tables: readonly Table[]): string {
  const shown = new Set(tables.map(({ name }) => name))
  const entities = tables.map(({ name, columns, primaryKey, references }) => {
    const keys = new Set(references.flatMap(reference => reference.columns))
    const rows = columns.map(column => {
      const marks = [primaryKey.includes(column.name) ? 'PK' : '', keys.has(column.name) ? 'FK' : ''].filter(
        Boolean,
      )
      const type = column.type
        .replace(/ with time zone/, 'tz')
        .replaceAll(/[^\w]+/g, '_')
        .replace(/_$/, '')
      return `    ${type} ${column.name}${marks.length > 0 ? ` ${marks.join(', ')}` : ''}${column.optional ? ' "may be null"' : ''}`
    })
    return `  ${name} {\n${rows.join('\n')}\n  }`
  })
  const lines = tables.flatMap(({ name, columns, references }) =>
    references
      .filter(({ table }) => shown.has(table))
      .map(reference => {
        const optional = columns.some(column => reference.columns.includes(column.name) && column.optional)
        return `  ${reference.table} ${optional ? '|o' : '||'}--o{ ${name} : "${reference.columns.join(', ')}"`
      }),
  )
  return ['```mermaid', 'erDiagram', ...lines, ...entities, '```'].join('\n')
}

function page(schema: string): string {
  const left = new Map(tablesIn(schema).map(table => [table.name, table]))
  const sections = groups.flatMap(({ title, tables }) => {
    const own = [...left.values()].filter(({ name }) => tables.test(name))
    for (const { name } of own) left.delete(name)
    return own.length === 0 ? [] : [`## ${title}\n\n${diagram(own)}`]
  })
  return [
    '# The data model',
    'Made from schema.sql by `npm run docs:data-model`. A line from one table to another is a foreign key, named by its columns; lines between the pictures are left out.',
    ...sections,
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n')
}

const made = page(readFileSync(join(root, 'schema.sql'), 'utf8'))
if (!process.argv.includes('--check')) writeFileSync(target, made)
else if (readFileSync(target, 'utf8') !== made) {
  process.stderr.write('docs/data-model.md is not what schema.sql says: run npm run docs:data-model.\n')
  process.exitCode = 1
}
