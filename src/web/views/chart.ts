import { html } from 'hono/html'
import { shareBar } from './bar.ts'
import type { Html } from './html.ts'

export interface ChartPoint {
  /** As the axis names it. */
  readonly label: string
  readonly value: number
  /** The value as a person says it. */
  readonly text: string
  /** Not over yet: drawn paler. */
  readonly unfinished?: boolean
}

export interface ColumnChart {
  readonly title: string
  /** What the drawing tells, in one sentence, to whoever cannot see it. */
  readonly summary: string
  readonly points: readonly ChartPoint[]
  /** A value of the scale as a person says it. */
  readonly say: (value: number) => string
}

const height = 100

/** Columns over time. It stretches to the width it is given; its words are text of the page. */
export function columnChart({ title, summary, points, say }: ColumnChart): Html {
  const top = niceTop(Math.max(0, ...points.map(({ value }) => value)))
  const step = 10
  const width = Math.max(1, points.length) * step
  const lines = [0, height / 2, height].map(y => html`<line x1="0" x2="${width}" y1="${y}" y2="${y}"/>`)
  const columns = points.map((point, index) => column(point, index * step, step, top))
  return html`<figure class="chart"><figcaption><h2>${title}</h2></figcaption>
<div class="chart-plot"><div class="chart-y" aria-hidden="true"><span>${say(top)}</span><span>${say(top / 2)}</span><span>${say(0)}</span></div>
<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${summary}">${lines}${columns}</svg>
<div class="chart-x" aria-hidden="true">${axis(points).map(label => html`<span>${label}</span>`)}</div></div></figure>`
}

function column({ label, value, text, unfinished }: ChartPoint, x: number, step: number, top: number) {
  // What is more than nothing is seen.
  const tall = value <= 0 ? 0 : Math.max(1, (value / top) * height)
  const y = Math.round((height - tall) * 100) / 100
  return html`<g><title>${label}: ${text}</title><rect class="reach" x="${x}" width="${step}" height="${height}"/><rect${unfinished ? html` class="part"` : ''} x="${x + 1.5}" y="${y}" width="${step - 3}" height="${Math.round(tall * 100) / 100}"/></g>`
}

/** First, middle and last; all of a few. */
function axis(points: readonly ChartPoint[]): readonly string[] {
  const labels = points.map(({ label }) => label)
  if (labels.length <= 3) return labels
  const wanted = [0, Math.floor((labels.length - 1) / 2), labels.length - 1]
  return labels.filter((_, index) => wanted.includes(index))
}

/** The next of 1, 2, 4 and their tenfolds that holds this and halves well; never 0. */
export function niceTop(most: number): number {
  if (most <= 0) return 1
  const unit = 10 ** Math.floor(Math.log10(most))
  return ([1, 2, 4, 6, 8].find(times => times * unit >= most) ?? 10) * unit
}

export interface BarRow {
  readonly name: string | Html
  readonly value: number
  readonly text: string | Html
  readonly href?: string
}

/** What came first, second, third: names with their numbers, and each one's share of the first as a bar. */
export function barList(rows: readonly BarRow[]): Html {
  const most = Math.max(0, ...rows.map(({ value }) => value))
  return html`<ol class="plain bars">${rows.map(
    ({ name, value, text, href }) =>
      html`<li><div class="bar-name"><span>${href === undefined ? name : html`<a href="${href}">${name}</a>`}</span><span>${text}</span></div>${shareBar(value, most)}</li>`,
  )}</ol>`
}
