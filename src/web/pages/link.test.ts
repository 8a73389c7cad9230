import { expect, it } from 'vitest'
import { ada } from '../../adapters/postgres/testing/cast.ts'
import { onEveryEngine, type TestDatabase } from '../../adapters/postgres/testing/databases.ts'
import { issueLink, linkCodeValidMs } from '../../core/linking.ts'
import { openKeeping } from '../testing/keeping.ts'

/** The house, Ada as a member, her account on Slack, and the path of a link for it. */
async function linking(database: TestDatabase, more: Parameters<typeof openKeeping>[1] = {}) {
  const house = openKeeping(database, more)
  const { store } = database
  const account = await store.identities.meet(ada)
  const issue = async (agoMs = 0) => {
    const url = await issueLink(store, house.deps, account, Date.now() - agoMs)
    return new URL(url).pathname
  }
  return { ...house, store, account, issue, ada: await house.member('ada') }
}

onEveryEngine('the page of a link', open => {
  it('shows who is tied to whom, from both sides, and spends nothing', async () => {
    const { visit, issue, ada: member, store, account } = await linking(await open())
    const path = await issue()
    for (let looked = 0; looked < 3; looked++) {
      const { status, text, headers } = await visit(member, path)
      expect(status).toBe(200)
      expect(text).toMatch(/On Slack.*<strong>Ada<\/strong>/)
      expect(text).toContain('Ada (ada)')
      expect(text).toContain(`<form class="form" method="post" action="${path}">`)
      expect(headers.get('cache-control')).toBe('no-store')
    }
    expect(await store.members.ofIdentity(account.id)).toBeUndefined()
  })

  it('offers the way in, and back here, to who is not signed in', async () => {
    const { visit, issue } = await linking(await open())
    const path = await issue()
    const { status, text } = await visit(undefined, path)
    expect(status).toBe(200)
    expect(text).toContain(`/login?next=${encodeURIComponent(path)}`)
    expect(text).toContain(`/register?next=${encodeURIComponent(path)}`)
    expect(text).not.toContain('method="post"')
    const posted = await visit(undefined, path, {})
    expect([posted.status, posted.headers.get('location')]).toEqual([
      303,
      `/login?next=${encodeURIComponent(path)}`,
    ])
  })

  it('lets one network guess twenty codes in a quarter of an hour, and shows a real one all the same', async () => {
    let from = '2001:db8::1'
    const { visit, issue } = await linking(await open(), { address: () => from })
    for (let guess = 0; guess < 20; guess++)
      expect((await visit(undefined, `/link/guess${guess}`)).status).toBe(404)
    from = '2001:db8::2'
    expect((await visit(undefined, '/link/another')).status).toBe(429)
    expect((await visit(undefined, await issue())).status).toBe(200)
    from = '2001:db8:1::1'
    expect((await visit(undefined, '/link/another')).status).toBe(404)
  })

  it('ties them once its button is pressed, and then does nothing any more', async () => {
    const { visit, issue, ada: member, store, account } = await linking(await open())
    const path = await issue()
    const done = await visit(member, path, {})
    expect([done.status, done.headers.get('location')]).toEqual([303, '/profile?notice=identityLinked'])
    expect((await store.members.ofIdentity(account.id))?.id).toBe(member.id)
    for (const again of [await visit(member, path), await visit(member, path, {})]) {
      expect(again.status).toBe(410)
      expect(again.text).toContain('It was used.')
      expect(again.text).toContain('href="/profile"')
    }
  })

  it('says why an old and an unknown link do nothing, with a way on', async () => {
    const { visit, issue, ada: member } = await linking(await open())
    const old = await visit(member, await issue(linkCodeValidMs + 1))
    expect([old.status, old.text]).toEqual([410, expect.stringContaining('older than ten minutes')])
    const unknown = await visit(undefined, '/link/nonsense')
    expect([unknown.status, unknown.text]).toEqual([404, expect.stringContaining('/parley link')])
    expect(unknown.text).toContain('href="/login"')
  })

  it('explains an account that is another’s, and moves nothing', async () => {
    const { visit, issue, ada: member, store, account, ...house } = await linking(await open())
    const grace = await house.member('grace')
    await store.members.link(account.id, grace.id, Date.now())
    const path = await issue()
    for (const seen of [await visit(member, path), await visit(member, path, {})]) {
      expect(seen.status).toBe(409)
      expect(seen.text).toContain('linked to another member')
      expect(seen.text).not.toContain('grace')
    }
    expect((await store.members.ofIdentity(account.id))?.id).toBe(grace.id)
    const own = await visit(grace, path)
    expect([own.status, own.text]).toEqual([200, expect.stringContaining('linked to you already')])
  })

  it('sends to the platform where its sign-in is set up, and redeems nothing before', async () => {
    const asked: unknown[] = []
    const {
      visit,
      issue,
      ada: member,
      store,
      account,
    } = await linking(await open(), {
      proveIdentity: (_c, proof) => {
        asked.push(proof)
        return Promise.resolve(new Response(null, { status: 302, headers: { location: '/auth/slack' } }))
      },
    })
    const { status } = await visit(member, await issue(), {})
    expect(status).toBe(302)
    expect(asked).toMatchObject([{ memberId: member.id, identity: { id: account.id } }])
    expect(await store.members.ofIdentity(account.id)).toBeUndefined()
  })

  it('lets a member try five codes in a quarter of an hour, and those that were right do not count', async () => {
    const { visit, issue, ada: member, store, account } = await linking(await open())
    await visit(member, await issue(), {})
    await store.members.unlink(account.id, Date.now())
    const statuses: number[] = []
    for (let tried = 0; tried < 6; tried++)
      statuses.push((await visit(member, `/link/wrong${tried}`, {})).status)
    expect(statuses).toEqual([404, 404, 404, 404, 404, 429])
    expect((await visit(member, await issue(), {})).status).toBe(429)
  })

  it('speaks Korean, and escapes a name', async () => {
    const database = await open()
    const { visit, ada: member } = await linking(database, { language: 'ko' })
    const hal = await database.store.identities.meet({ ...ada, userId: 'U-HAL', name: '<b>Hal</b>' })
    const house = openKeeping(database)
    const url = await issueLink(database.store, house.deps, hal, Date.now())
    const { text } = await visit(member, new URL(url).pathname)
    expect(text).toContain('계정 연결')
    expect(text).toContain('&lt;b&gt;Hal&lt;/b&gt;')
  })
})

onEveryEngine('linked accounts', open => {
  it('are listed and taken apart, one’s own alone', async () => {
    const { visit, ada: member, store, account, ...house } = await linking(await open())
    const grace = await house.member('grace')
    await store.members.link(account.id, member.id, Date.now())
    expect((await visit(member, '/linked')).text).toContain('Unlink Ada')
    expect((await visit(grace, `/linked/${account.id}/unlink`, {})).status).toBe(404)
    expect((await visit(undefined, `/linked/${account.id}/unlink`, {})).status).toBe(303)
    expect((await store.members.ofIdentity(account.id))?.id).toBe(member.id)
    expect((await visit(member, `/linked/${account.id}/unlink`, {})).headers.get('location')).toBe(
      '/profile?notice=identityUnlinked',
    )
    expect(await store.members.ofIdentity(account.id)).toBeUndefined()
    const [web] = await store.members.identities(member.id)
    expect((await visit(member, `/linked/${web?.id}/unlink`, {})).status).toBe(403)
  })
})
