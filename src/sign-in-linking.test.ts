import { afterEach, expect, it } from 'vitest'
import { type ServiceId, serviceIds } from './adapters/oauth/testing/stand-ins.ts'
import { onEveryEngine } from './adapters/postgres/testing/databases.ts'
import {
  awayFrom,
  chooseAt,
  type HouseOptions,
  openBrowser,
  openSignInHouse,
  type SignInHouse,
} from './testing/sign-in-house.ts'

const adaAtSlack = { platform: 'slack', realm: 'T0ACME', userId: 'U0ADA' } as const

onEveryEngine('linking another service from the profile', open => {
  let house: SignInHouse | undefined
  afterEach(() => house?.close())

  async function enter(options: HouseOptions = {}) {
    const { store } = await open()
    house = await openSignInHouse(store, options)
    return { house, store, browser: openBrowser(house.app) }
  }

  async function adaInside(options: HouseOptions = {}) {
    const entered = await enter(options)
    const { member, grant } = await entered.house.ada()
    entered.browser.cookies().set('session', grant.accessToken)
    return { ...entered, member }
  }

  it.each(serviceIds)('links %s, which signs the same person in from then on', async id => {
    const { house, store, browser, member } = await adaInside()
    const back = await browser.open(await browser.agree(`/auth/${id}/start?link=1`, 'Grace'))
    expect(back.headers.get('location')).toBe(
      `/profile?notice=${['slack', 'discord'].includes(id) ? 'identityLinked' : 'serviceLinked'}`,
    )
    const elsewhere = openBrowser(house.app)
    await elsewhere.open(await elsewhere.agree(`/auth/${id}/start`, 'Grace'))
    expect(await (await elsewhere.open('/chats')).text()).toBe('page /chats of ada')
    const platforms = (await store.members.identities(member.id)).map(({ platform }) => platform)
    expect(platforms).toEqual(['slack', 'discord'].includes(id) ? ['web', id] : ['web'])
    expect((await store.members.get(member.id)).email).toBe('ada@example.com')
  })

  it('begins by a click on a page of its own only, and asks first otherwise', async () => {
    const { browser } = await adaInside()
    for (const site of ['cross-site', 'same-site', 'none']) {
      const asked = await browser.open('/auth/slack/start?link=1', { site })
      expect(asked.status).toBe(200)
      expect(asked.headers.has('set-cookie')).toBe(false)
      expect(await asked.text()).toContain('href="/auth/slack/start?link=1"')
    }
  })

  it('asks who is not signed in to log in first', async () => {
    const { house } = await enter()
    const response = await openBrowser(house.app).open('/auth/slack/start?link=1')
    expect(response.headers.get('location')).toBe(
      `/login?next=${encodeURIComponent('/auth/slack/start?link=1')}`,
    )
  })

  it('moves nothing that is another’s', async () => {
    const { house, store, browser, member } = await adaInside()
    const other = openBrowser(house.app)
    await other.open(await other.agree('/auth/slack/start', 'Grace'))
    const login = await browser.open(await browser.agree('/auth/slack/start?link=1', 'Grace'))
    expect([login.status, await login.text()]).toEqual([409, expect.stringContaining('signs in to another')])
    const { id } = await store.identities.meet({ ...adaAtSlack, userId: 'U0LINUS' })
    const grace = await store.members.findByEmail('grace@acme.example')
    await store.members.link(id, grace?.id ?? '', house.clock.nowMs())
    const account = await browser.open(await browser.agree('/auth/slack/start?link=1', 'Linus'))
    expect([account.status, await account.text()]).toEqual([
      409,
      expect.stringContaining('linked to another account'),
    ])
    expect(await store.logins.ofMember(member.id)).toEqual([])
    expect((await store.members.ofIdentity(id))?.id).toBe(grace?.id)
  })

  it('links nothing when somebody else, or nobody, is signed in at the end', async () => {
    const { house, store, browser, member } = await adaInside()
    const back = await browser.agree('/auth/slack/start?link=1', 'Ada')
    browser.cookies()
    const jar = browser.cookies()
    jar.delete('session')
    expect((await browser.open(back)).status).toBe(403)
    const second = await house.accounts.admit({ nickname: 'Grace', emailConfirmed: false, language: 'en' })
    const grant = await house.accounts.startSession(member.id, 'password', {})
    jar.set('session', grant.accessToken)
    const begun = await browser.agree('/auth/slack/start?link=1', 'Ada')
    jar.set('session', (await house.accounts.startSession(second.id, 'password', {})).accessToken)
    expect((await browser.open(begun)).status).toBe(403)
    expect(await store.logins.ofMember(member.id)).toEqual([])
    expect(await store.logins.ofMember(second.id)).toEqual([])
  })

  it('takes a way in away, but not the last one', async () => {
    const { house, store, browser, member } = await adaInside()
    await browser.open(await browser.agree('/auth/github/start?link=1', 'Ada'))
    const [login] = await store.logins.ofMember(member.id)
    if (!login) throw new Error('Nothing was linked.')
    expect(await house.signIn.forget('somebody', login, {})).toBe('not_found')
    expect(await house.signIn.forget(member.id, login, {})).toBe('removed')
    const other = openBrowser(house.app)
    await other.open(await other.agree('/auth/slack/start', 'Grace'))
    const grace = await store.members.findByEmail('grace@acme.example')
    const [only] = await store.logins.ofMember(grace?.id ?? '')
    if (!grace || !only) throw new Error('Grace is not in.')
    expect(await house.signIn.forget(grace.id, only, {})).toBe('last_way_in')
    const key = { provider: 'github', issuer: 'i', subject: 's' }
    await store.logins.add({ ...key, memberId: grace.id, label: 'second' })
    const both = [house.signIn.forget(grace.id, only, {}), house.signIn.forget(grace.id, key, {})]
    expect((await Promise.all(both)).toSorted()).toEqual(['last_way_in', 'removed'])
  })
})

onEveryEngine('showing who redeems a code of the chat', open => {
  let house: SignInHouse | undefined
  afterEach(() => house?.close())

  async function enter(options: HouseOptions = {}) {
    const { store } = await open()
    house = await openSignInHouse(store, options)
    return { house, store, browser: openBrowser(house.app) }
  }

  async function begin(as: string, id: ServiceId = 'slack') {
    const redeemed: string[] = []
    const entered = await enter({
      redeem: proof => Promise.resolve(redeemed.push(proof.linkCodeHash) > 0 ? 'redeemed' : 'stale'),
    })
    const { member, grant } = await entered.house.ada()
    entered.browser.cookies().set('session', grant.accessToken)
    const identity = await entered.store.identities.meet(adaAtSlack)
    entered.house.prove({ memberId: member.id, identity, linkCodeHash: 'hash', next: '/link/done' })
    const page = await entered.browser.open('/prove', { method: 'POST' })
    const back = await chooseAt(await awayFrom(page), as)
    return { ...entered, member, page, redeemed, back: back.replace('/slack/', `/${id}/`) }
  }

  it('shows a page that goes on to the platform, and redeems for the same account there', async () => {
    const { page, browser, back, redeemed, store, member } = await begin('Ada')
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('Go on to Slack')
    expect(redeemed).toEqual([])
    const done = await browser.open(back)
    expect(done.headers.get('location')).toBe('/link/done?notice=identityLinked')
    expect(redeemed).toEqual(['hash'])
    expect(await store.logins.ofMember(member.id)).toMatchObject([{ subject: 'T0ACME:U0ADA' }])
  })

  it('redeems nothing for who was sent the link by somebody else', async () => {
    const { browser, back, redeemed, store, member } = await begin('Grace')
    const refused = await browser.open(back)
    expect(refused.status).toBe(403)
    expect(await refused.text()).toContain('somebody else than who asked for this link')
    expect(redeemed).toEqual([])
    expect(await store.logins.ofMember(member.id)).toEqual([])
  })

  it('is not asked for where the platform has no sign-in', async () => {
    const { house, store, browser } = await enter()
    const identity = { ...(await store.identities.meet(adaAtSlack)), platform: 'web' as const }
    house.prove({ memberId: 'm', identity, linkCodeHash: 'hash' })
    expect((await browser.open('/prove', { method: 'POST' })).status).toBe(404)
  })
})
