import { html } from 'hono/html'
import type { Html } from './html.ts'

export interface Column<Row> {
  /** Names the column in addresses. */
  readonly key: string
  readonly label: string
  readonly numeric?: boolean
  /** What can be done with the row; its head is not seen. */
  readonly acts?: boolean
  /** Its head is a link that sorts by it. */
  readonly sorts?: boolean
  readonly cell: (row: Row) => string | Html
}

export interface Sorting {
  readonly by: string
  readonly descending: boolean
  /** The address of the page when it is sorted like this. */
  readonly address: (by: string, descending: boolean) => string
}

export interface DataTable<Row> {
  /** What it lists, for who cannot see the heading over it. */
  readonly caption: string
  /** The first column names its row. */
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly sorting?: Sorting
}

/** A table that can be sorted by links; in a narrow window its rows become small cards. */
export function dataTable<Row>({ caption, columns, rows, sorting }: DataTable<Row>): Html {
  return html`<table class="table stacks"><caption class="unseen">${caption}</caption>
<thead><tr>${columns.map(column => head(column, sorting))}</tr></thead>
<tbody>${rows.map(row => html`<tr>${columns.map((column, index) => cell(column, row, index === 0))}</tr>`)}</tbody></table>`
}

function head<Row>({ key, label, numeric, sorts, acts }: Column<Row>, sorting: Sorting | undefined) {
  if (acts) return html`<th scope="col"><span class="unseen">${label}</span></th>`
  const kind = numeric ? html` class="n"` : ''
  if (!sorts || !sorting) return html`<th scope="col"${kind}>${label}</th>`
  const current = sorting.by === key
  // What is sorted already turns around; numbers begin with the most, names with the first.
  const descending = current ? !sorting.descending : numeric === true
  const state = current ? html` aria-sort="${sorting.descending ? 'descending' : 'ascending'}"` : ''
  return html`<th scope="col"${kind}${state}><a href="${sorting.address(key, descending)}">${label}</a></th>`
}

function cell<Row>({ label, numeric, acts, cell: shown }: Column<Row>, row: Row, naming: boolean) {
  if (acts) return html`<td class="acts">${shown(row)}</td>`
  if (naming) return html`<th scope="row">${shown(row)}</th>`
  return html`<td${numeric ? html` class="n"` : ''} data-label="${label}">${shown(row)}</td>`
}
