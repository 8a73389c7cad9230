import type { Block, Code, Document, Inline, List, Table } from './document.ts'
import { alignedTable } from './table.ts'

/** What differs between platforms; the walk over the blocks is the same for all. */
export interface Style {
  /** Formats one or more lines of running text; the first begins a line. */
  readonly inline: (content: readonly Inline[]) => string
  readonly heading: (level: number, content: readonly Inline[], nested: boolean) => string
  readonly code: (code: Code) => string
  readonly rule: string
  readonly bullet: string
  /** Columns by which what belongs to an item is moved in, from the width of its marker. */
  readonly indent: (markerWidth: number) => number
  /** False where a code block is only read at the beginning of a line. */
  readonly indentsCode: boolean
}

interface Line {
  readonly text: string
  /** Stays at the beginning of its line, whatever list it is in. */
  readonly fixed: boolean
}

/** Renders block by block: what a block looks like depends on nothing that comes after it. */
export function renderDocument(document: Document, style: Style): string {
  return renderBlocks(document.blocks, style, false)
    .map(line => line.text)
    .join('\n')
    .trimEnd()
}

function renderBlocks(blocks: readonly Block[], style: Style, nested: boolean): readonly Line[] {
  const lines: Line[] = []
  for (const block of blocks) {
    const more = renderBlock(block, style, nested)
    if (more.length === 0) continue
    if (lines.length > 0 && !(nested && block.kind === 'list')) lines.push({ text: '', fixed: false })
    for (const line of more) lines.push(line)
  }
  return lines
}

function renderBlock(block: Block, style: Style, nested: boolean): readonly Line[] {
  switch (block.kind) {
    case 'heading':
      return toLines(style.heading(block.level, block.content, nested))
    case 'paragraph':
      return toLines(style.inline(block.content))
    case 'list':
      return renderList(block, style)
    case 'quote':
      return renderBlocks(block.blocks, style, false).map(line => ({
        text: `> ${line.text}`.trimEnd(),
        fixed: line.fixed,
      }))
    case 'code':
      return toLines(style.code(block), !style.indentsCode)
    case 'table':
      return renderTable(block, style)
    case 'rule':
      return toLines(style.rule)
    case 'literal':
      return block.text
        .split('\n')
        .flatMap(text => toLines(style.inline([{ kind: 'text', text: text.trim() }])))
  }
}

function toLines(text: string, fixed = false): readonly Line[] {
  return text === '' ? [] : text.split('\n').map(line => ({ text: line, fixed }))
}

function renderList(list: List, style: Style): readonly Line[] {
  const lines: Line[] = []
  let number = list.start
  for (const item of list.items) {
    const marker = list.ordered ? `${number++}. ` : `${style.bullet} `
    const box = item.done === undefined ? '' : item.done ? '☑ ' : '☐ '
    const margin = ' '.repeat(style.indent(marker.length))
    const [first, ...rest] = renderBlocks(item.blocks, style, true)
    if (first === undefined || first.fixed) lines.push({ text: (marker + box).trimEnd(), fixed: false })
    if (first !== undefined)
      lines.push(first.fixed ? first : { text: marker + box + first.text, fixed: false })
    for (const line of rest) {
      lines.push(line.fixed || line.text === '' ? line : { text: margin + line.text, fixed: false })
    }
  }
  return lines
}

function renderTable(table: Table, style: Style): readonly Line[] {
  const aligned = alignedTable(table)
  if (aligned !== undefined) {
    return toLines(
      style.code({ kind: 'code', language: '', text: aligned.join('\n'), closed: true }),
      !style.indentsCode,
    )
  }
  return table.rows.flatMap((row, index) => {
    const cells = row
      .map((cell, column) => toField(table.header[column] ?? [], cell))
      .filter(field => field.length > 0)
    const content = cells.flatMap((field, at) =>
      at === 0 ? field : [{ kind: 'break', hard: true } as const, ...field],
    )
    const item = { blocks: [{ kind: 'paragraph', content }] } as const
    const one: List = { kind: 'list', ordered: false, start: index, tight: true, items: [item] }
    return cells.length === 0 ? [] : renderList(one, style)
  })
}

function toField(header: readonly Inline[], cell: readonly Inline[]): readonly Inline[] {
  if (cell.length === 0) return []
  if (header.length === 0) return cell
  return [
    { kind: 'strong', content: [...header, { kind: 'text', text: ':' }] },
    { kind: 'text', text: ' ' },
    ...cell,
  ]
}
