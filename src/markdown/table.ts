import type { Align, Inline, Table } from './document.ts'
import { plainText } from './inline.ts'
import { displayWidth } from './width.ts'

/** A narrow window of either platform shows about this many columns of code without folding lines. */
const maxColumns = 80
const maxRows = 500

/**
 * The table's lines for a monospaced font, or nothing when it is too wide for one, or when a cell holds an
 * address that plain text would lose.
 */
export function alignedTable(table: Table): readonly string[] | undefined {
  if (table.rows.length > maxRows || [table.header, ...table.rows].some(row => row.some(hasAddress)))
    return undefined
  const cells = [table.header, ...table.rows].map(row =>
    row.map(cell => plainText(cell).replace(/\s+/g, ' ')),
  )
  const sizes = cells.map(row => row.map(displayWidth))
  const widths = table.header.map((_, column) => Math.max(3, ...sizes.map(row => row[column] ?? 0)))
  if (widths.reduce((sum, width) => sum + width + 3, -3) > maxColumns) return undefined
  const lines = cells.map((row, line) =>
    widths
      .map((width, column) =>
        padded(row[column] ?? '', width - (sizes[line]?.[column] ?? 0), table.align[column]),
      )
      .join(' | ')
      .trimEnd(),
  )
  const rule = widths.map(width => '-'.repeat(width)).join('-+-')
  return [lines[0] ?? '', rule, ...lines.slice(1)]
}

function hasAddress(cell: readonly Inline[]): boolean {
  return cell.some(
    node => node.kind === 'link' || node.kind === 'image' || ('content' in node && hasAddress(node.content)),
  )
}

function padded(text: string, missing: number, align: Align | undefined): string {
  const before = align === 'right' ? missing : align === 'center' ? Math.floor(missing / 2) : 0
  return ' '.repeat(before) + text + ' '.repeat(missing - before)
}
