import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { spanBefore, startOf, unitOf } from './search-span.ts'
import { atMs } from './testing/cast.ts'
import { onEveryEngine } from './testing/databases.ts'

const now = unitOf(atMs)
const wanted = [1, 2, 7, 8, 13, 60, 63, 64, 65, 200, 512, 3_000, 20_000, 40_000]
const ends = [now, now + 1, now - 7, Math.floor(now / 64) * 64, Math.floor(now / 4_096) * 4_096 + 1]

it.each(wanted)('a stretch of %i units ends where it should, and is neither empty nor much longer', units => {
  for (const to of ends) {
    const { from, to: end, words } = spanBefore(to, units)
    expect(end).toBe(to)
    expect(from).toBeLessThan(to)
    expect(words !== undefined || from === 0).toBe(true)
    expect(words === undefined ? 0 : to - from).toBeLessThanOrEqual(Math.max(8, units * 8))
  }
})

onEveryEngine('the words of a stretch of time', open => {
  it('find all that was said in it, and nothing that was said before', async () => {
    const { database } = await open()
    for (const to of ends)
      for (const units of wanted) {
        const { from, words } = spanBefore(to, units)
        if (words === undefined) continue
        const times = [from, from + 1, Math.floor((from + to) / 2), to - 1].filter(unit => unit < to)
        const { rows } = await sql<{ within: boolean; before: boolean }>`
          select (
              select bool_and(array_to_tsvector(search_when(at)) @@ ${words}::tsquery)
              from unnest(${times.map(startOf)}::timestamptz[]) as at) as within,
            array_to_tsvector(search_when(${new Date(startOf(from).getTime() - 1)}::timestamptz))
              @@ ${words}::tsquery as before`.execute(database.handle)
        expect({ to, units, ...rows[0] }).toEqual({ to, units, within: true, before: false })
      }
  })
})
