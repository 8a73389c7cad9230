import type { Context } from 'hono'
import { type UsageAspect, type UsageFilter, usageAspects } from '../../core/usage-report.ts'
import type { Workspace } from '../../core/workspace.ts'
import type { WebEnv } from '../context.ts'
import { dayIn, dayStartMs } from '../views/day-start.ts'
import { within } from './admin.ts'

export const usageMeasures = ['requests', 'tokens', 'cost'] as const
export type UsageMeasure = (typeof usageMeasures)[number]

export const usageSorts = ['name', 'requests', 'calls', 'input', 'output', 'cost'] as const
export type UsageSort = (typeof usageSorts)[number]

/** What the address of the page of usage asks for; what it does not say or says wrongly is as usual. */
export interface UsageQuery {
  /** First and last day, as 2026-11-21. */
  readonly from: string
  readonly to: string
  readonly measure: UsageMeasure
  readonly by: UsageAspect
  readonly only?: { readonly aspect: UsageAspect; readonly key: string }
  readonly sort?: UsageSort
  readonly descending: boolean
  /** Lines of the table that come before those that are shown. */
  readonly after: number
  readonly filter: UsageFilter
}

const dayMs = 86_400_000
const usualDays = 30

export function readQuery(
  c: Context<WebEnv>,
  zone: string,
  workspace: Workspace | undefined,
  nowMs: number,
): UsageQuery {
  const today = dayIn(nowMs, zone)
  const to = dayOf(c.req.query('to')) ?? today
  const from = earlier(dayOf(c.req.query('from')) ?? addDays(to, 1 - usualDays), to)
  const sort = usageSorts.find(one => one === c.req.query('sort'))
  const only = onlyOf(c.req.query('only'))
  return {
    from,
    to,
    measure: usageMeasures.find(one => one === c.req.query('measure')) ?? 'requests',
    by: usageAspects.find(one => one === c.req.query('by')) ?? 'person',
    ...(only ? { only } : {}),
    ...(sort ? { sort } : {}),
    descending: c.req.query('order') !== 'up',
    after: Math.max(0, Math.trunc(Number(c.req.query('after')) || 0)),
    filter: {
      ...(workspace ? { workspace } : {}),
      ...(only ? { only } : {}),
      fromMs: dayStartMs(from, zone),
      toMs: dayStartMs(to, zone, 1),
    },
  }
}

/** An address of the same page with some of it asked differently; `undefined` takes a part away. */
export function usagePath(
  c: Context<WebEnv>,
  query: UsageQuery,
  change: Readonly<
    Partial<Record<'by' | 'measure' | 'only' | 'sort' | 'order' | 'after', string | undefined>>
  >,
  path = '/admin/usage',
): string {
  const { from, to, measure, by, only, sort, descending } = query
  const asked = {
    from,
    to,
    measure,
    by,
    only: only && `${only.aspect}:${only.key}`,
    sort,
    order: sort && !descending ? 'up' : undefined,
    ...change,
  }
  const said = Object.entries(asked).flatMap(([name, value]): readonly [string, string][] =>
    value === undefined ? [] : [[name, value]],
  )
  return within(c, path, Object.fromEntries(said))
}

/** Every day from the first to the last, both included. */
export function daysOf({ from, to }: Pick<UsageQuery, 'from' | 'to'>): readonly string[] {
  const count = Math.round((Date.parse(to) - Date.parse(from)) / dayMs) + 1
  return Array.from({ length: count }, (_, index) => addDays(from, index))
}

function onlyOf(text: string | undefined): UsageQuery['only'] {
  const at = text?.indexOf(':') ?? -1
  const aspect = usageAspects.find(one => one === text?.slice(0, at))
  return text === undefined || !aspect ? undefined : { aspect, key: text.slice(at + 1) }
}

/** Longer spans are cut: they would have more columns than a screen has room for. */
const mostDays = 400

function earlier(from: string, to: string): string {
  const first = addDays(to, 1 - mostDays)
  return from > to ? to : from < first ? first : from
}

function dayOf(text: string | undefined): string | undefined {
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  const atMs = Date.parse(text)
  return Number.isNaN(atMs) || new Date(atMs).toISOString().slice(0, 10) !== text ? undefined : text
}

function addDays(day: string, count: number): string {
  return new Date(Date.parse(day) + count * dayMs).toISOString().slice(0, 10)
}
