import type { AgentDefinition } from './agent-definition.ts'

export const definitionFields = [
  'name',
  'description',
  'model',
  'instructions',
  'temperature',
  'topP',
  'maxTokens',
  'stop',
  'contextTokens',
  'exchanges',
  'knowledge',
  'questions',
] as const
export type DefinitionField = (typeof definitionFields)[number]

export interface DiffLine {
  readonly kind: 'same' | 'gone' | 'new'
  readonly text: string
}

export interface FieldChange {
  readonly field: DefinitionField
  readonly lines: readonly DiffLine[]
}

/** What became of a definition, field by field, those that stayed left out. */
export function diffDefinitions(before: AgentDefinition, after: AgentDefinition): readonly FieldChange[] {
  return definitionFields.flatMap(field => {
    const [from, to] = [textOf(before, field), textOf(after, field)]
    return from === to ? [] : [{ field, lines: diffLines(linesOf(from), linesOf(to)) }]
  })
}

/** A field as one text; of knowledge each title stands over its text. */
export function textOf(definition: AgentDefinition, field: DefinitionField): string {
  if (field === 'knowledge')
    return definition.knowledge.map(({ title, text }) => `# ${title}\n${text}`).join('\n\n')
  const value = definition[field]
  if (typeof value === 'object') return value.join('\n')
  return String(value ?? '')
}

/** Longer texts are told as one replaced by the other: comparing takes memory by the square. */
const maxLines = 1_000

/** The shortest way from one text to the other, line by line. */
export function diffLines(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  const line = (kind: DiffLine['kind']) => (text: string) => ({ kind, text })
  if (before.length > maxLines || after.length > maxLines)
    return [...before.map(line('gone')), ...after.map(line('new'))]
  const common = commonLengths(before, after)
  const lines: DiffLine[] = []
  let [from, to] = [0, 0]
  while (from < before.length && to < after.length) {
    const [old = '', now = ''] = [before[from], after[to]]
    if (old === now) {
      lines.push({ kind: 'same', text: old })
      from += 1
      to += 1
    } else if ((common[from + 1]?.[to] ?? 0) >= (common[from]?.[to + 1] ?? 0)) {
      lines.push({ kind: 'gone', text: old })
      from += 1
    } else {
      lines.push({ kind: 'new', text: now })
      to += 1
    }
  }
  return [...lines, ...before.slice(from).map(line('gone')), ...after.slice(to).map(line('new'))]
}

/** How many lines the two have in common from each pair of lines on. */
function commonLengths(before: readonly string[], after: readonly string[]): readonly Uint16Array[] {
  const rows = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1))
  for (let from = before.length - 1; from >= 0; from -= 1) {
    const [row, next] = [rows[from], rows[from + 1]]
    if (!row || !next) continue
    for (let to = after.length - 1; to >= 0; to -= 1) {
      row[to] =
        before[from] === after[to] ? (next[to + 1] ?? 0) + 1 : Math.max(next[to] ?? 0, row[to + 1] ?? 0)
    }
  }
  return rows
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.split('\n')
}
