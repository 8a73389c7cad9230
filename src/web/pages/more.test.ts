import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { ada as adaOnSlack, atMs, place, playOn } from '../../adapters/postgres/testing/cast.ts'
import { onEveryEngine, type TestDatabase } from '../../adapters/postgres/testing/databases.ts'
import { authorityOf } from '../../core/authority.ts'
import { checkAllowance } from '../../core/quota-refusal.ts'
import type { Identity } from '../../core/identity.ts'
import { decideRequest } from '../../core/quota-request.ts'
import type { Place } from '../../core/thread.ts'
import { wordsIn } from '../../core/words.ts'
import type { WebEnv } from '../context.ts'
import { webThread } from '../platform.ts'
import { moreRoutes } from './more.ts'

async function spend({ store }: TestDatabase) {
  const ada = await store.members.add({ id: 'm-ada', username: 'ada', nickname: 'Ada' })
  await store.members.add({ id: 'm-grace', username: 'grace', nickname: 'Grace' })
  const grace = await store.members.change('m-grace', { role: 'owner' })
  const [own] = await store.members.identities(ada.id)
  const askerId = own?.id ?? ''
  const thread = webThread('dialogue')
  await store.quotaRules.replace(undefined, [
    { scope: 'member', subject: '*', unit: 'requests', period: 'day', limit: 1, soft: false },
  ])
  const claim = { askerId, thread, model: 'm', estimate: { inputTokens: 1, outputTokens: 1 }, atMs }
  await store.quotas.reserve({ ...claim, reservationId: 'first' })
  const app = new Hono<WebEnv>()
  app.use(async (c, next) => {
    c.set('words', wordsIn('en'))
    c.set('language', 'en')
    c.set('site', { sandbox: false, providers: [] })
    c.set('signedIn', {
      member: ada,
      viewer: await store.members.viewer(ada.id),
      sessionId: 's',
      via: 'cookie',
    })
    await next()
  })
  const roles = async (_person: Identity, { platform }: Place) =>
    platform === 'slack' ? ['slack:guest'] : []
  app.route('/', moreRoutes({ store, nowMs: () => atMs, roles }))
  const post = () =>
    app.request('/more', { method: 'POST', body: new URLSearchParams({ reason: 'The audit.' }) })
  const check = () => checkAllowance(store, { askerId, thread, atMs })
  return { app, post, check, ada, grace, askerId }
}

onEveryEngine('asking for more', open => {
  it('tells who manages, once, and what they grant is there at once; the asker is told', async () => {
    const home = await open()
    const { store, database } = home
    const { app, post, check, ada, grace } = await spend(home)
    await expect(check()).rejects.toMatchObject({
      code: 'quota_exceeded',
      resetsAtMs: Date.UTC(2026, 10, 22),
      quota: { scope: 'member', unit: 'requests', limit: 1, used: 1 },
    })
    expect(await (await app.request('/more')).text()).toContain(
      'Your limit of 1 question for today is used up',
    )
    expect((await post()).headers.get('location')).toBe('/chats?notice=quotaSent')
    expect((await post()).headers.get('location')).toBe('/chats?notice=quotaSentBefore')
    expect((await store.notices.unseen(grace.id)).map(({ kind }) => kind)).toEqual(['quota_asked'])
    const [request] = await store.quotaRequests.list(undefined, 9)
    expect(request).toMatchObject({ state: 'open', own: false, reason: 'The audit.', limit: 1, used: 1 })
    const decision = { requestId: request?.id ?? '', amount: 2, atMs }
    const decide = (by: typeof grace) =>
      store.atomically(stores => decideRequest(stores, authorityOf(by, []), decision))
    await expect(decide(ada)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await decide(grace)).toMatchObject({ state: 'granted', amount: 2, decidedBy: grace.id })
    await expect(decide(grace)).rejects.toMatchObject({ code: 'conflict' })
    await check()
    expect((await store.notices.unseen(ada.id)).map(({ kind }) => kind)).toEqual(['quota_granted'])
    expect(await store.audits.list({ action: 'quota_granted' }, { limit: 9 })).toMatchObject([
      { actorId: grace.id, detail: { limitBefore: 1, limitAfter: 3 } },
    ])
    const told = await database.handle
      .selectFrom('jobs')
      .select('payload')
      .where('kind', '=', 'tell')
      .execute()
    expect(told.map(({ payload }) => payload)).toMatchObject([
      { news: 'quota_granted', requestId: request?.id },
    ])
    expect(await (await app.request('/more')).text()).toContain('Nothing of yours is used up')
  })

  it('is not for the questions of others, nor given by who manages another workspace', async () => {
    const home = await open()
    const { app, post, ada } = await spend(home)
    expect((await app.request('/more?turn=none')).status).toBe(404)
    await post()
    const [request] = await home.store.quotaRequests.list(undefined, 9)
    await home.store.workspaceRoles.set(ada.id, place, 'admin')
    const authority = authorityOf(ada, await home.store.workspaceRoles.of(ada.id))
    const decision = { requestId: request?.id ?? '', amount: undefined, atMs }
    await expect(
      home.store.atomically(stores => decideRequest(stores, authority, decision)),
    ).rejects.toMatchObject({ code: 'forbidden' })
    expect(await home.store.quotaRequests.list(place, 9)).toEqual([])
  })

  it('is asked of the limit of a role that the person has where they were refused', async () => {
    const home = await open()
    const { app, ada } = await spend(home)
    const { store } = home
    const aDay = { scope: 'member', subject: '*', unit: 'requests', period: 'day', soft: false } as const
    await store.quotaRules.replace(undefined, [])
    await store.quotaRules.replace(place, [{ ...aDay, role: 'slack:guest', limit: 0 }])
    await store.members.link((await store.identities.meet(adaOnSlack)).id, ada.id, atMs)
    const chat = playOn(store)
    const turn = await chat.ask(adaOnSlack, 'how often?')
    const { lease } = await chat.begin()
    const { scope, unit, period } = aDay
    const amounts = { limit: 0, used: 0, resetsAtMs: atMs + 1, timeZone: 'UTC' }
    const refusal = { reason: 'spent', scope, unit, period, ...amounts } as const
    const result = { end: 'failed', error: 'quota_exceeded', refusal, text: '', tokens: 0 } as const
    await store.turns.deliver(turn.id, lease, result)
    const sent = await app.request(`/more?turn=${turn.id}`, { method: 'POST', body: new URLSearchParams() })
    expect(sent.headers.get('location')).toBe('/chats?notice=quotaSent')
    expect(await store.quotaRequests.list(place, 9)).toMatchObject([{ own: true, limit: 0 }])
  })
})
