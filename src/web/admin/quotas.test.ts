import { expect, it } from 'vitest'
import { onEveryEngine } from '../../adapters/postgres/testing/databases.ts'
import { acme, openQuotaHouse } from '../testing/quota-house.ts'

const path = '/admin/quotas?workspace=slack%3AT1'
const rule = {
  act: 'save',
  key: '',
  scope: 'member',
  subject: '',
  role: '',
  amount: '50',
  unit: 'requests',
  period: 'day',
}

onEveryEngine('the page of limits', open => {
  it('is read by auditors and changed by those who manage, each in their workspace', async () => {
    const house = openQuotaHouse(await open())
    const { visit, store } = house
    const [auditor, ada, grace] = [
      await house.auditor(),
      await house.member('ada'),
      await house.member('grace'),
    ]
    await store.workspaceRoles.set(ada.id, acme, 'admin')
    await store.workspaceRoles.set(grace.id, { platform: 'discord', workspaceId: 'G1' }, 'admin')
    const seen = []
    for (const who of [undefined, auditor, ada, grace, await house.member('linus')])
      seen.push([(await visit(who, path)).status, (await visit(who, path, { act: 'preset' })).status])
    expect(seen).toEqual([
      [303, 303],
      [200, 403],
      [200, 303],
      [403, 403],
      [403, 403],
    ])
    expect(
      (await visit(ada, '/admin/quotas', { ...rule, scope: 'channel' })).headers.get('location'),
    ).toContain('workspace=slack%3AT1')
    expect(await store.quotaRules.list()).toEqual([])
    expect((await visit(auditor, path)).text).not.toMatch(/<form method="post" action="\/admin|edit=new/)
  })

  it('limits everybody to five requests a day by one press, on record with before and after', async () => {
    const house = openQuotaHouse(await open())
    const owner = await house.owner()
    expect((await house.visit(owner, path)).text).toContain('There are no limits yet')
    await house.visit(owner, path, { act: 'preset' })
    const page = await house.visit(owner, path)
    expect(page.text).toContain('5 requests a day each is on')
    expect(page.text).toContain('5 requests a day</td>')
    expect(await house.store.quotaRules.list(acme)).toMatchObject([
      { scope: 'member', subject: '*', unit: 'requests', period: 'day', limit: 5, soft: false },
    ])
    expect(await house.store.audits.list({ action: 'quotas_changed' }, { limit: 9 })).toMatchObject([
      {
        actorId: owner.id,
        subject: 'slack:T1',
        address: '192.0.2.7',
        detail: { before: '', after: 'member *: 5 requests a day' },
      },
    ])
  })

  it('takes limits as people type them, changes them in their place, and removes them', async () => {
    const house = openQuotaHouse(await open())
    const { store, visit } = house
    await house.nameAcme()
    const owner = await house.owner()
    const ada = await house.member('ada')
    const linus = await house.meet(house.cast.linus)
    const typed = [
      { scope: 'workspace', amount: '$600', unit: 'costMicros', period: 'month' },
      {
        scope: 'channel',
        subject: '#support',
        amount: '2 M',
        unit: 'tokens',
        soft: 'on',
        stepDownTo: 'parley',
      },
      { scope: 'member', subject: 'ada@acme.example', amount: '50' },
      { scope: 'member', subject: linus.id, amount: '1' },
      { scope: 'member', role: 'slack:admin', amount: '20' },
    ]
    for (const one of typed) expect((await visit(owner, path, { ...rule, ...one })).status).toBe(303)
    const rules = () => store.quotaRules.list(acme)
    expect(
      (await rules()).map(({ scope, subject, role, limit, soft, stepDownTo }) => [
        scope,
        subject,
        role,
        limit,
        soft,
        stepDownTo,
      ]),
    ).toEqual([
      ['workspace', 'slack:T1', undefined, 600_000_000, false, undefined],
      ['channel', 'C1', undefined, 2_000_000, true, 'parley'],
      ['member', ada.id, undefined, 50, false, undefined],
      ['member', linus.id, undefined, 1, false, undefined],
      ['member', '*', 'slack:admin', 20, false, undefined],
    ])
    const shown = (await visit(owner, path)).text
    for (const words of [
      'Acme',
      '$600 a month',
      '#support',
      '2\u00a0M tokens a day',
      'then Parley answers',
      'Ada',
      'Everybody with the role slack:admin',
    ])
      expect(shown).toContain(words)
    const key = `member|${ada.id}||requests|day`
    const form = (await visit(owner, `${path}&edit=${encodeURIComponent(key)}`)).text
    expect(form).toContain('value="ada"')
    await visit(owner, path, { ...rule, key, subject: 'ada', amount: '60' })
    expect((await rules()).map(({ limit }) => limit)).toEqual([600_000_000, 2_000_000, 60, 1, 20])
    await visit(owner, path, { act: 'remove', key })
    expect((await rules()).map(({ limit }) => limit)).toEqual([600_000_000, 2_000_000, 1, 20])
    const changes = await store.audits.list({ action: 'quotas_changed' }, { limit: 2 })
    const of = (amount: string) => expect.stringContaining(`member ${ada.id}: ${amount} requests a day`)
    expect(changes.map(({ detail }) => detail)).toEqual([
      { before: of('60'), after: expect.not.stringContaining(ada.id) },
      { before: of('50'), after: of('60') },
    ])
  })

  it('keeps what two who manage set at once', async () => {
    const house = openQuotaHouse(await open())
    const owner = await house.owner()
    const periods = ['day', 'month'].flatMap(period => ['requests', 'tokens'].map(unit => ({ period, unit })))
    await Promise.all(periods.map(one => house.visit(owner, path, { ...rule, ...one })))
    expect(await house.store.quotaRules.list(acme)).toHaveLength(4)
  })

  it('shows a form again with what was typed and what was wrong', async () => {
    const house = openQuotaHouse(await open())
    const owner = await house.owner()
    const wrong = await house.visit(owner, path, {
      ...rule,
      subject: 'nobody',
      amount: 'a lot',
      role: 'boss!',
    })
    expect(wrong.status).toBe(422)
    for (const words of [
      'value="nobody"',
      'value="a lot"',
      'value="boss!"',
      'Choose one of those offered.',
      'This cannot be read.',
    ])
      expect(wrong.text).toContain(words)
    await house.visit(owner, path, rule)
    const twice = await house.visit(owner, path, { ...rule, amount: '9' })
    expect([twice.status, (await house.store.quotaRules.list(acme)).length]).toEqual([422, 1])
    expect((await house.visit(owner, path, { ...rule, scope: 'galaxy' })).status).toBe(422)
  })

  it('tells at a glance what is used, held and left, and when it starts anew', async () => {
    const house = openQuotaHouse(await open())
    await house.nameAcme()
    await house.store.settings.changeWorkspace('slack', 'T1', { timeZone: 'Europe/Stockholm' })
    const owner = await house.owner()
    const ada = await house.meet(house.cast.ada)
    await house.visit(owner, path, { act: 'preset' })
    for (let asked = 0; asked < 3; asked++) await house.use(ada)
    await house.hold(ada)
    const { text } = await house.visit(owner, path)
    expect(text).toContain('times in Europe/Stockholm')
    expect(text).toContain('3 used, 1 held')
    expect(text).toMatch(/data-label="Left">1</)
    expect(text).toMatch(/<time datetime="2026-11-21T23:00:00.000Z">in 9h<\/time>/)
    expect(text).toMatch(
      /<svg class="bar3 near"[^>]*><rect class="used" width="60"[^>]*\/><rect class="held" x="60" width="20"/,
    )
    expect(text).toContain('unknown')
  })

  it('lists who asks for more, and grants it once, to be had at once', async () => {
    const house = openQuotaHouse(await open())
    const { store, visit } = house
    const owner = await house.owner()
    const ada = await house.member('ada')
    const account = await house.meet(house.cast.ada)
    await store.members.link(account.id, ada.id, 1)
    await visit(owner, path, { ...rule, amount: '1' })
    await house.use(account)
    await expect(house.use(account)).rejects.toThrow('There was no room.')
    const mine = await visit(ada, '/usage')
    expect(mine.text).toContain('1 request a day')
    expect(mine.text).toContain('none left')
    const limit = 'member|requests|day|here'
    expect((await visit(ada, '/usage', { where: 'slack:T1', limit })).status).toBe(303)
    expect((await visit(ada, '/usage')).text).toContain('Asked for more')
    const asked = (await visit(owner, path)).text
    expect(asked).toContain('asked for more than 1 request a day')
    const request = /name="request" value="([^"]+)"/.exec(asked)?.[1] ?? ''
    const auditor = await house.auditor()
    expect((await visit(auditor, path, { act: 'grant', request, more: '2' })).status).toBe(403)
    expect((await visit(owner, path, { act: 'grant', request, more: 'some' })).status).toBe(422)
    const answers = await Promise.all(
      [1, 2, 3].map(() => visit(owner, path, { act: 'grant', request, more: '2' })),
    )
    expect(
      answers
        .map(({ headers }) => headers.get('location')?.split('notice=')[1])
        .toSorted((a = '', b = '') => a.localeCompare(b)),
    ).toEqual(['moreAnswered', 'moreAnswered', 'moreGranted'])
    await house.use(account)
    await house.use(account)
    await expect(house.use(account)).rejects.toThrow('There was no room.')
    expect((await visit(owner, path)).text).not.toContain('asked for more than')
    expect(await store.audits.list({ action: 'quota_granted' }, { limit: 9 })).toMatchObject([
      { actorId: owner.id, detail: { limitBefore: 1, limitAfter: 3 } },
    ])
  })

  it('lets who manages a workspace grant nothing that is counted everywhere', async () => {
    const house = openQuotaHouse(await open())
    const { store, visit } = house
    const [owner, ada, grace] = [await house.owner(), await house.member('ada'), await house.member('grace')]
    await store.workspaceRoles.set(grace.id, acme, 'admin')
    const account = await house.meet(house.cast.ada)
    await store.members.link(account.id, ada.id, 1)
    await visit(owner, '/admin/quotas', { ...rule, amount: '1' })
    await house.use(account)
    await visit(ada, '/usage', { where: 'slack:T1', limit: 'member|requests|day|everywhere' })
    const request = (await store.quotaRequests.list(undefined, 9))[0]?.id ?? ''
    expect(request).not.toBe('')
    expect((await visit(grace, path, { act: 'grant', request, more: '2' })).status).toBe(403)
    expect(
      (await visit(owner, '/admin/quotas', { act: 'decline', request })).headers.get('location'),
    ).toContain('moreDeclined')
  })

  it('speaks Korean', async () => {
    const house = openQuotaHouse(await open())
    const owner = await house.owner()
    await house.visit(owner, path, { ...rule, amount: '20만', unit: 'tokens' })
    const { text } = await house.visit(owner, path, undefined, 'ko')
    expect(text).toContain('하루 20만 토큰')
    expect(text).toContain('모든 사람')
  })
})
