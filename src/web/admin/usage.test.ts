import { expect, it } from 'vitest'
import { onEveryEngine, type TestDatabase } from '../../adapters/postgres/testing/databases.ts'
import { acme, openQuotaHouse, support } from '../testing/quota-house.ts'

const path = '/admin/usage?workspace=slack%3AT1'
const dayMs = 86_400_000

async function busy(database: TestDatabase) {
  const house = openQuotaHouse(database)
  await house.nameAcme()
  const owner = await house.owner()
  const [ada, grace] = [await house.meet(house.cast.ada), await house.meet(house.cast.grace)]
  await house.store.prices.set({
    model: 'gpt-5-mini',
    inputMicros: 1_000_000,
    outputMicros: 5_000_000,
    sinceMs: 0,
  })
  for (let asked = 0; asked < 3; asked++) await house.use(ada)
  await house.use(grace, { agoMs: dayMs, model: 'new-model', thread: { ...support, channelId: 'C2' } })
  await house.use(grace, { agoMs: 40 * dayMs, model: 'old-model' })
  return { ...house, owner }
}

/** The rows of the table, as their reader sees them. */
function rowsIn(text: string): readonly string[] {
  const table = /<section class="card" id="table">.*?<\/section>/s.exec(text)?.[0] ?? ''
  return [...table.matchAll(/<tr>(?!<th scope="col")(.*?)<\/tr>/gs)].map(([, row = '']) =>
    row
      .replace(/<\/t[hd]>/g, ' | ')
      .replace(/<[^>]+>/g, '')
      .replace(/\s+/g, ' ')
      .replace(/ \| $/, ''),
  )
}

onEveryEngine('the page of usage', open => {
  it('tells where it went, by whom and with what; what is not known is not nothing', async () => {
    const { visit, owner } = await busy(await open())
    const { text } = await visit(owner, path)
    expect(rowsIn(text)).toEqual([
      'Ada | 3 | 3 | 3,000 | 600 | $0.006',
      'Grace | 1 | 1 | 1,000 | 200 | unknown',
    ])
    expect(text).toContain('4 from 23 Oct to 21 Nov'.replace('23 Oct', 'Oct 23').replace('21 Nov', 'Nov 21'))
    for (const words of [
      '#support',
      '#eng',
      'gpt-5-mini',
      'new-model',
      'and 1 call of unknown price',
      'Set prices',
    ])
      expect(text).toContain(words)
    expect(text).not.toContain('old-model')
    expect(rowsIn((await visit(owner, `${path}&by=model`)).text)).toEqual([
      'gpt-5-mini | 3 | 3 | 3,000 | 600 | $0.006',
      'new-model | 1 | 1 | 1,000 | 200 | unknown',
    ])
    expect(
      rowsIn((await visit(owner, `${path}&by=day`)).text).map(row => row.split(' | ').slice(0, 2)),
    ).toEqual([
      ['Nov 20', '1'],
      ['Nov 21', '3'],
    ])
  })

  it('is sorted and narrowed by links, and takes any nonsense in its address as nothing said', async () => {
    const { visit, owner } = await busy(await open())
    const named = async (more: string) =>
      rowsIn((await visit(owner, `${path}&${more}`)).text).map(row => row.split(' | ')[0])
    expect(await named('sort=name')).toEqual(['Grace', 'Ada'])
    expect(await named('sort=name&order=up')).toEqual(['Ada', 'Grace'])
    expect(await named('sort=input&order=up')).toEqual(['Grace', 'Ada'])
    expect(await named('only=model:new-model')).toEqual(['Grace'])
    expect(await named('only=channel:slack:T1:C1')).toEqual(['Ada'])
    expect(await named('only=day:2026-11-20')).toEqual(['Grace'])
    expect(await named('from=2026-10-01&to=2026-10-31&by=model')).toEqual(['old-model'])
    expect(await named('from=2026-13-99&to=x&by=size&measure=%3Cb%3E&sort=1&after=-1&only=q')).toEqual([
      'Ada',
      'Grace',
    ])
    expect((await visit(owner, `${path}&from=2026-01-01&to=2026-01-02`)).text).toContain(
      'Nothing was used then',
    )
  })

  it('goes page by page', async () => {
    const { visit, owner, meet, use, cast } = await busy(await open())
    for (let number = 0; number < 53; number++)
      await use(await meet({ ...cast.ada, userId: `U${number}`, name: `Person ${number}` }))
    const first = (await visit(owner, path)).text
    const next = /<a class="btn" href="([^"]+)" rel="next"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const second = (await visit(owner, next)).text
    expect([rowsIn(first).length, rowsIn(second).length]).toEqual([50, 5])
    expect(new Set([...rowsIn(first), ...rowsIn(second)].map(row => row.split(' | ')[0])).size).toBe(55)
  })

  it('is a stream of CSV too, with the same days and the same narrowing', async () => {
    const { visit, owner } = await busy(await open())
    const csv = await visit(owner, '/admin/usage.csv?workspace=slack%3AT1&only=model:new-model')
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(csv.headers.get('content-disposition')).toBe(
      'attachment; filename="usage-2026-10-23-2026-11-21.csv"',
    )
    const lines = csv.text.trim().split('\r\n')
    expect(lines).toHaveLength(2)
    expect(lines[1]).toContain('2026-11-20T14:00:00.000Z,slack,T1,C2,Grace,')
    expect(lines[1]).toMatch(/,1,1000,0,200,,$/)
  })

  it('is for auditors, of the workspace that is theirs alone', async () => {
    const { visit, store, auditor, member } = await busy(await open())
    const [all, ada, grace] = [await auditor(), await member('ada'), await member('grace')]
    await store.workspaceRoles.set(ada.id, acme, 'auditor')
    await store.workspaceRoles.set(grace.id, { platform: 'discord', workspaceId: 'G1' }, 'auditor')
    const statuses = async (at: string) => {
      const answers = []
      for (const who of [undefined, all, ada, grace, await member(`linus${at.length}`)])
        answers.push((await visit(who, at)).status)
      return answers
    }
    expect(await statuses(path)).toEqual([303, 200, 200, 403, 403])
    expect(await statuses('/admin/usage.csv?workspace=slack%3AT1')).toEqual([303, 200, 200, 403, 403])
    expect((await visit(grace, '/admin/usage')).text).not.toContain('Ada')
    expect((await visit(grace, '/admin/usage.csv')).text.trim().split('\r\n')).toHaveLength(1)
  })
})

onEveryEngine('the page of prices', open => {
  it('marks what is unknown, and lets those who manage the installation say it', async () => {
    const { visit, store, owner, auditor, member } = await busy(await open())
    const page = await visit(owner, '/admin/prices')
    expect(page.text).toContain('Used, but of unknown price')
    expect(page.text).toContain('new-model')
    const typed = { model: 'new-model', input: '$1.25', cached: '0.125', output: '10' }
    const wrong = await visit(owner, '/admin/prices', { ...typed, output: 'much', input: '' })
    expect([wrong.status, wrong.text.includes('value="much"')]).toEqual([422, true])
    const ada = await member('ada')
    await store.workspaceRoles.set(ada.id, acme, 'admin')
    expect((await visit(ada, '/admin/prices')).status).toBe(200)
    for (const who of [await auditor(), ada, await member('linus')])
      expect((await visit(who, '/admin/prices', typed)).status).toBe(403)
    expect((await visit(owner, '/admin/prices', typed)).status).toBe(303)
    const unknown = (await visit(owner, '/admin/prices')).text.match(/Set price of [\w-]+/g)
    expect(unknown).toEqual(['Set price of old-model'])
    expect(await store.audits.list({ action: 'price_changed' }, { limit: 9 })).toMatchObject([
      {
        actorId: owner.id,
        subject: 'new-model',
        detail: { before: null, after: 'input 1250000, cached 125000, output 10000000' },
      },
    ])
    await visit(owner, '/admin/prices', { ...typed, cached: '', output: '12' })
    const history = (await visit(owner, '/admin/prices?history=new-model')).text
    expect(history).toContain('Prices of new-model')
    expect(history).toContain('$12')
  })
})
