import { type CompiledQuery, Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { z } from 'zod'
import type { Database } from '../src/adapters/postgres/database.ts'
import { createHistory } from '../src/adapters/postgres/history.ts'
import type { Tables } from '../src/adapters/postgres/tables.ts'
import type { History } from '../src/core/history.ts'
import type { Viewer } from '../src/core/member.ts'
import { openPages, type Pages } from './history-pages.ts'
import type { Figure } from './history-report.ts'
import { planted } from './history-seed.ts'
import { type Quantiles, quantilesOf, timed } from './quantiles.ts'

const clients = 20
const pageLimitMs = 10
const searchLimitMs = 25
const parallelLimitMs = 100
const wholePageLimitMs = 50
const page = { limit: 30 }

interface Measured {
  readonly name: string
  readonly limitMs?: number
  readonly work: (round: number) => Promise<unknown>
}

export interface Scene {
  readonly database: Database
  readonly url: string
  readonly nowMs: number
  /** Reads every channel, and has little of their own. */
  readonly wide: Viewer
  /** Reads five. */
  readonly narrow: Viewer
  /** Reads none, and so no more than what is their own. */
  readonly alone: Viewer
  readonly rounds: number
  readonly deepest: number
  readonly say: (line: string) => void
  readonly keep: (figure: Figure) => void
}

/** Measures everything in turn, again and again; gives what is broken. */
export async function measureHistory(scene: Scene): Promise<readonly string[]> {
  const { database, nowMs, wide, narrow } = scene
  const history = createHistory(database, { nowMs: () => nowMs })
  const cursors = await cursorsOf(history, scene)
  const shown = openPages(database, () => nowMs)
  const works = [
    ...floors(database.handle),
    ...pages(history, wide, narrow, cursors),
    ...searches(history, scene),
    ...(await wholePages(shown, history, wide)),
  ]
  try {
    return [
      ...(await measure(scene, works)),
      ...(await measureTogether(scene, history)),
      ...(await checkPlans(scene, cursors)),
    ]
  } finally {
    await shown.close()
  }
}

type Cursors = Readonly<Record<'start' | 'thousand' | 'hundred thousand', readonly (string | undefined)[]>>

/** Cursors of different places near each depth, found by walking there once. */
async function cursorsOf(history: History, { wide, deepest }: Scene): Promise<Cursors> {
  const reached = new Map<number, string>()
  let cursor: string | undefined
  let depth = 0
  const last = deepest + 1_000
  while (depth < last) {
    const next = await history.list(wide, {}, { limit: 100, ...(cursor === undefined ? {} : { cursor }) })
    depth += next.items.length
    cursor = next.nextCursor
    if (cursor === undefined) throw new Error(`There are only ${depth} dialogues.`)
    reached.set(depth, cursor)
  }
  const near = (from: number) =>
    [...reached].filter(([at]) => at >= from && at < from + 1_000).map(([, key]) => key)
  return { start: [undefined], thousand: near(1_000), 'hundred thousand': near(last - 1_000) }
}

const at = (cursors: readonly (string | undefined)[], round: number) => {
  const cursor = cursors[round % cursors.length]
  return { ...page, ...(cursor === undefined ? {} : { cursor }) }
}

function floors(handle: Kysely<Tables>): readonly Measured[] {
  return [
    { name: 'floor: select 1', work: () => sql`select 1`.execute(handle) },
    {
      name: 'floor: raw keyset page',
      work: round =>
        sql`
        select id, title, used_at from dialogues
        where (used_at, id) < (now() - ${round} * interval '1 day', 'd')
        order by used_at desc, id desc limit 31`.execute(handle),
    },
  ]
}

function pages(history: History, wide: Viewer, narrow: Viewer, cursors: Cursors): readonly Measured[] {
  const depths = Object.entries(cursors).map(([depth, keys]) => ({
    name: `page at ${depth}`,
    limitMs: pageLimitMs,
    work: (round: number) => history.list(wide, {}, at(keys, round)),
  }))
  const narrowed = (name: string, viewer: Viewer, filter: Parameters<History['list']>[1]) => ({
    name: `page, ${name}`,
    limitMs: pageLimitMs,
    work: () => history.list(viewer, filter, page),
  })
  return [
    ...depths,
    narrowed('few channels', narrow, {}),
    narrowed('one channel', wide, { channelId: 'C200' }),
    narrowed('of a year ago', wide, { toMs: Date.now() - 365 * 86_400_000 }),
    narrowed('mine', wide, { mine: true }),
    narrowed('one person', wide, { personId: 'i77' }),
    { name: 'pinned', limitMs: pageLimitMs, work: () => history.pinned(wide) },
  ]
}

function searches(history: History, { wide, narrow, alone }: Scene): readonly Measured[] {
  const queries = [
    ...Object.entries(planted).map(([name, { word }]) => ({ name, query: word })),
    { name: 'two words', query: 'tidal harbour' },
    { name: 'phrase', query: '"tidal harbour"' },
    { name: 'short beginning', query: 'ti' },
    { name: 'one Korean letter', query: '가' },
    { name: 'nothing', query: 'zzzz' },
  ]
  return queries.flatMap(({ name, query }) =>
    (
      [
        ['wide', wide],
        ['narrow', narrow],
        ['alone', alone],
      ] as const
    ).map(([sight, viewer]) => ({
      name: `search, ${name}, ${sight}`,
      limitMs: searchLimitMs,
      work: () => history.search(viewer, query, {}, page),
    })),
  )
}

/** Whole pages of HTML, as a browser asks for them. */
async function wholePages(shown: Pages, history: History, viewer: Viewer): Promise<readonly Measured[]> {
  const [newest] = (await history.list(viewer, {}, page)).items
  if (!newest) throw new Error('There is nothing to show.')
  return ['/chats', '/chats?q=harbour', `/chats/${newest.id}`].map(path => ({
    name: `HTML of ${path.replace(newest.id, ':id')}`,
    limitMs: wholePageLimitMs,
    work: () => shown.read(viewer, path),
  }))
}

async function measure(scene: Scene, works: readonly Measured[]): Promise<readonly string[]> {
  const { rounds } = scene
  const times = new Map(works.map(({ name }) => [name, [] as number[]]))
  for (const { work } of works) for (let round = 0; round < 3; round += 1) await work(round)
  for (let round = 0; round < rounds; round += 1)
    for (const { name, work } of works) times.get(name)?.push(await timed(() => work(round)))
  const floor = quantilesOf(times.get('floor: raw keyset page') ?? [])
  return works.flatMap(({ name, limitMs }) => report(scene, name, times.get(name) ?? [], floor, limitMs))
}

/** Says the figures, with how many times the floor they are; gives what is wrong with them. */
function report(
  { say, keep }: Scene,
  name: string,
  times: readonly number[],
  floor: Quantiles,
  limitMs: number | undefined,
): readonly string[] {
  const quantiles = quantilesOf(times)
  const { median, p95, max } = quantiles
  keep({ name, times: quantiles, floor, ...(limitMs === undefined ? {} : { limitMs }) })
  const figures = [median, p95, max].map(figure => figure.toFixed(2).padStart(9)).join('')
  say(`${name.padEnd(46)}${figures} ms   ×${(median / floor.median).toFixed(1)}`)
  if (limitMs === undefined || p95 <= limitMs) return []
  return [`${name}: p95 ${p95.toFixed(1)} ms, more than ${limitMs}`]
}

/** Twenty at once, each with something else to look for. */
async function measureTogether(scene: Scene, history: History): Promise<readonly string[]> {
  const works = searches(history, scene)
  const times: number[] = []
  const floors: number[] = []
  const atOnce = (work: (client: number, round: number) => Promise<unknown>) =>
    Promise.all(
      Array.from({ length: clients }, async (_, client) => {
        for (let round = 0; round < scene.rounds / 3; round += 1) await work(client, round)
      }),
    )
  await atOnce(async () => floors.push(await timed(() => sql`select 1`.execute(scene.database.handle))))
  await atOnce(async (client, round) => {
    const work = works[(client * 7 + round) % works.length]
    if (work) times.push(await timed(() => work.work(round)))
  })
  const floor = quantilesOf(floors)
  return [
    ...report(scene, `floor: select 1, ${clients} at once`, floors, floor, undefined),
    ...report(scene, `search, ${clients} at once`, times, floor, parallelLimitMs),
  ]
}

const planShape = z.array(z.object({ 'QUERY PLAN': z.array(z.object({ Plan: z.unknown() })) }))

/** Every statement of every measured question, explained. */
async function checkPlans(scene: Scene, cursors: Cursors): Promise<readonly string[]> {
  const { url, nowMs, wide, narrow, say } = scene
  const broken: string[] = []
  const asked: CompiledQuery[] = []
  const pool = new pg.Pool({ connectionString: url, max: 1 })
  const handle = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    log: event => void asked.push(event.query),
  })
  const history = createHistory({ handle }, { nowMs: () => nowMs })
  const works = [...pages(history, wide, narrow, cursors), ...searches(history, scene)]
  let statements = 0
  for (const { name, work } of works) {
    asked.length = 0
    await work(0)
    for (const query of asked.filter(({ sql: text }) => !text.trimStart().startsWith('explain'))) {
      statements += 1
      const { rows } = await pool.query(`explain (format json) ${query.sql}`, [...query.parameters])
      const plan = JSON.stringify(planShape.parse(rows))
      const scanned =
        /"Node Type":"Seq Scan"[^{}]*?"Relation Name":"(messages|dialogues|message_versions|turns)"/.exec(
          plan,
        )
      if (scanned) broken.push(`${name}: reads all of ${scanned[1]}`)
      if (/\boffset\b/i.test(query.sql)) broken.push(`${name}: uses OFFSET`)
    }
  }
  say(`${statements} plans looked at`)
  await handle.destroy()
  return broken
}
