import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { atMs, place } from '../../adapters/postgres/testing/cast.ts'
import { onEveryEngine, type TestDatabase } from '../../adapters/postgres/testing/databases.ts'
import { authorityOf } from '../../core/authority.ts'
import { checkAllowance } from '../../core/quota-refusal.ts'
import { decideRequest } from '../../core/quota-request.ts'
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
  app.route('/', moreRoutes({ store, nowMs: () => atMs }))
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
})
