import { expect, it } from 'vitest'
import { createLeadership } from './leadership.ts'
import { onEveryEngine } from './testing/databases.ts'

onEveryEngine('leadership', open => {
  it('goes to exactly one of twenty, who keeps it while renewing', async () => {
    const { database } = await open()
    const candidates = Array.from({ length: 20 }, () => createLeadership(database))
    const run = () => Promise.all(candidates.map(candidate => candidate.hold('gateway', 60_000)))
    const first = await run()
    expect(first.filter(Boolean)).toHaveLength(1)
    expect(await run()).toEqual(first)
  })

  it('goes to exactly one other when its holder stopped renewing', async () => {
    const { database } = await open()
    const gone = createLeadership(database)
    expect(await gone.hold('gateway', 1)).toBe(true)
    const candidates = Array.from({ length: 20 }, () => createLeadership(database))
    const won = async () =>
      (await Promise.all(candidates.map(candidate => candidate.hold('gateway', 60_000)))).filter(Boolean)
        .length
    await expect.poll(won).toBe(1)
    expect(await gone.hold('gateway', 60_000)).toBe(false)
  })

  it('is let go by its holder alone, for one role', async () => {
    const { database } = await open()
    const [ada, grace] = [createLeadership(database), createLeadership(database)]
    await ada.hold('gateway', 60_000)
    await ada.hold('chores', 60_000)
    await grace.release('gateway')
    expect(await grace.hold('gateway', 60_000)).toBe(false)
    await ada.release('gateway')
    expect(await grace.hold('gateway', 60_000)).toBe(true)
    expect(await grace.hold('chores', 60_000)).toBe(false)
  })
})
