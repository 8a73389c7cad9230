import { afterEach, describe, expect, it } from 'vitest'
import { serviceIds } from './adapters/oauth/testing/stand-ins.ts'
import { onEveryEngine } from './adapters/postgres/testing/databases.ts'
import type { Store } from './core/store.ts'
import { type HouseOptions, openBrowser, openSignInHouse, type SignInHouse } from './testing/sign-in-house.ts'

const adaAtSlack = { platform: 'slack', realm: 'T0ACME', userId: 'U0ADA' } as const
const graceAtSlack = { platform: 'slack', realm: 'T0ACME', userId: 'U0GRACE' } as const

onEveryEngine('signing in with another service', open => {
  let house: SignInHouse | undefined
  afterEach(() => house?.close())

  async function enter(options: HouseOptions = {}) {
    const { store } = await open()
    house = await openSignInHouse(store, options)
    return { house, store, browser: openBrowser(house.app) }
  }

  const membersOf = (store: Store) => store.audits.list({ action: 'login.add' }, { limit: 50 })

  it.each(serviceIds)(
    'by %s makes an account at first, and finds it again from another browser',
    async id => {
      const { house, store, browser } = await enter()
      const back = await browser.open(await browser.agree(`/auth/${id}/start?next=/chats/7%3Fa=b`, 'Ada'))
      expect(back.status).toBe(303)
      expect(back.headers.get('location')).toBe('/chats/7?a=b')
      expect(await (await browser.open('/chats/7')).text()).toBe('page /chats/7 of Ada')
      const member = await store.members.findByEmail('ada@acme.example')
      expect(member).toMatchObject({ nickname: 'Ada', emailConfirmed: true, hasPassword: false })
      const elsewhere = openBrowser(house.app)
      const again = await elsewhere.open(await elsewhere.agree(`/auth/${id}/start`, 'Ada'))
      expect(again.headers.get('location')).toBe('/chats')
      expect(await (await elsewhere.open('/chats')).text()).toBe('page /chats of Ada')
      expect(await store.sessions.list(member?.id ?? '', house.clock.nowMs())).toHaveLength(2)
      expect(await store.logins.ofMember(member?.id ?? '')).toMatchObject([
        { provider: id, label: member?.email },
      ])
    },
  )

  it('makes the account on the platform that person’s, the one that spoke there before', async () => {
    const told: string[] = []
    const { store, browser } = await enter({
      linked: (_stores, identity, member) =>
        Promise.resolve(void told.push(`${identity.userId} ${member.nickname}`)),
    })
    const spoke = await store.identities.meet({ ...adaAtSlack, name: 'ada.l' })
    await browser.open(await browser.agree('/auth/slack/start', 'Ada'))
    const owner = await store.members.ofIdentity(spoke.id)
    expect(owner).toMatchObject({ email: 'ada@acme.example' })
    expect(
      (await store.members.identities(owner?.id ?? '')).map(({ platform, name }) => [platform, name]),
    ).toEqual([
      ['web', 'Ada'],
      ['slack', 'ada.l'],
    ])
    expect(told).toEqual(['U0ADA Ada'])
    await browser.open(await browser.agree('/auth/slack/start', 'Ada'))
    expect(told).toHaveLength(1)
  })

  it('leaves an account that was unlinked unlinked', async () => {
    const { store, browser } = await enter()
    const { id } = await store.identities.meet(adaAtSlack)
    await browser.open(await browser.agree('/auth/slack/start', 'Ada'))
    await store.members.unlink(id, Date.now())
    await browser.open(await browser.agree('/auth/slack/start', 'Ada'))
    expect(await store.members.ofIdentity(id)).toBeUndefined()
  })

  it('spends a state once: what came back comes back again for nothing', async () => {
    const { store, browser } = await enter()
    const back = await browser.agree('/auth/slack/start', 'Ada')
    expect((await browser.open(back)).status).toBe(303)
    const replay = await browser.open(back)
    expect(replay.status).toBe(410)
    expect(await replay.text()).toContain('already used')
    expect(await membersOf(store)).toHaveLength(1)
  })

  it('of twenty who bring the same answer back at once signs one in', async () => {
    const { house, store, browser } = await enter()
    const back = await browser.agree('/auth/slack/start', 'Ada')
    const answers = await Promise.all(Array.from({ length: 20 }, () => browser.open(back)))
    expect(answers.map(({ status }) => status).filter(status => status === 303)).toHaveLength(1)
    const member = await store.members.findByEmail('ada@acme.example')
    expect(await store.sessions.list(member?.id ?? '', house.clock.nowMs())).toHaveLength(1)
  })

  it('makes one account of a new person in five tabs, and signs in every tab', async () => {
    const { house, store, browser } = await enter()
    const backs = [] as string[]
    for (let tab = 0; tab < 5; tab += 1) backs.push(await browser.agree('/auth/github/start', 'Ada'))
    const answers = await Promise.all(backs.map(back => browser.open(back)))
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303, 303, 303])
    expect(await membersOf(store)).toHaveLength(1)
    const member = await store.members.findByEmail('ada@acme.example')
    expect(await store.sessions.list(member?.id ?? '', house.clock.nowMs())).toHaveLength(5)
  })

  it('ends only in the browser that began, which can still finish after another tried', async () => {
    const { house, browser } = await enter()
    const back = await browser.agree('/auth/slack/start', 'Ada')
    const thief = openBrowser(house.app)
    expect((await thief.open(back)).status).toBe(410)
    await thief.open('/auth/slack/start')
    expect((await thief.open(back)).status).toBe(410)
    expect((await browser.open(back)).status).toBe(303)
  })

  it('refuses a missing, an empty, a doubled and a made-up state', async () => {
    const { store, browser } = await enter()
    const back = new URL(await browser.agree('/auth/slack/start', 'Ada'), 'http://parley.example')
    const state = back.searchParams.get('state') ?? ''
    for (const states of [[], [''], [state, state], ['s'.repeat(43)], [`${state}x`]]) {
      back.searchParams.delete('state')
      for (const one of states) back.searchParams.append('state', one)
      expect((await browser.open(`${back.pathname}${back.search}`)).status).toBe(410)
    }
    expect(await membersOf(store)).toHaveLength(0)
  })

  it('refuses an answer after ten minutes', async () => {
    const { house, browser } = await enter()
    const back = await browser.agree('/auth/discord/start', 'Ada')
    await house.clock.advance(10 * 60_000)
    expect((await browser.open(back)).status).toBe(410)
  })

  it('refuses an answer brought to the address of another service', async () => {
    const { browser } = await enter()
    const back = await browser.agree('/auth/github/start', 'Ada')
    for (const other of serviceIds.filter(id => id !== 'github'))
      expect((await browser.open(back.replace('/github/', `/${other}/`))).status).toBe(410)
    expect((await browser.open(back)).status).toBe(303)
  })

  it('refuses a wrong issuer and a wrong nonce, with a calm page and no account', async () => {
    const { house, store, browser } = await enter()
    const { mischief } = house.services.standIns.slack
    for (const change of [{ iss: 'https://evil.example' }, { nonce: 'n'.repeat(43) }]) {
      mischief.claims = claims => ({ ...claims, ...change })
      const refused = await browser.open(await browser.agree('/auth/slack/start', 'Ada'))
      expect(refused.status).toBe(400)
      expect(await refused.text()).toContain('does not belong to this sign-in')
    }
    expect(await membersOf(store)).toHaveLength(0)
  })

  it('goes on to nothing but paths of its own', async () => {
    const { browser } = await enter()
    for (const next of [
      '//evil.example',
      '/\\evil.example',
      'https://evil.example',
      '/%09/evil.example',
      'x',
    ]) {
      const back = await browser.agree(`/auth/slack/start?next=${encodeURIComponent(next)}`, 'Ada')
      const { headers } = await browser.open(back)
      expect(headers.get('location')).toMatch(/^\/(chats|%09\/evil.example)$/)
    }
  })

  it('never attaches to an account by its e-mail alone', async () => {
    const { house, store, browser } = await enter()
    const { member } = await house.ada()
    await store.members.change(member.id, { email: 'ADA@acme.example' })
    const { id } = await store.identities.meet(adaAtSlack)
    for (const service of serviceIds) {
      const refused = await browser.open(await browser.agree(`/auth/${service}/start`, 'Ada'))
      expect(refused.status).toBe(409)
      const text = await refused.text()
      expect(text).toContain('Log in to it, then link')
      expect(text).toContain(`/login?next=${encodeURIComponent(`/auth/${service}/start?link=1`)}`)
    }
    expect(await store.logins.ofMember(member.id)).toEqual([])
    expect(await store.members.ofIdentity(id)).toBeUndefined()
    expect(browser.cookies().has('session')).toBe(false)
  })

  it('takes no address that the service did not confirm, and tells nobody whether it is known', async () => {
    const linus = {
      name: 'Linus',
      email: 'ada@example.com',
      emailVerified: false,
      slackId: 'U0LINUS',
      discordId: '100000000000000003',
      number: 1003,
    }
    const { house, store, browser } = await enter({ people: [linus] })
    const { member } = await house.ada()
    const back = await browser.open(await browser.agree('/auth/slack/start', 'Linus'))
    expect(back.headers.get('location')).toBe('/chats?notice=addAddress')
    const { id } = await store.identities.meet({ ...adaAtSlack, userId: 'U0LINUS' })
    const newcomer = await store.members.ofIdentity(id)
    expect(newcomer).toMatchObject({ nickname: 'Linus', emailConfirmed: false })
    expect(newcomer?.email).toBeUndefined()
    expect(newcomer?.id).not.toBe(member.id)
  })

  it('does not go into the account that somebody else linked this person to', async () => {
    const { house, store, browser } = await enter()
    const { member } = await house.ada()
    const { id } = await store.identities.meet(graceAtSlack)
    await store.members.link(id, member.id, house.clock.nowMs())
    const refused = await browser.open(await browser.agree('/auth/slack/start', 'Grace'))
    expect(refused.status).toBe(409)
    expect(await refused.text()).toContain('linked to another account')
    expect(browser.cookies().has('session')).toBe(false)
    expect(await store.members.findByEmail('grace@acme.example')).toBeUndefined()
  })

  it('keeps a suspended person out', async () => {
    const { house, store, browser } = await enter()
    await browser.open(await browser.agree('/auth/github/start', 'Ada'))
    const member = await store.members.findByEmail('ada@acme.example')
    await store.members.change(member?.id ?? '', { suspendedAtMs: house.clock.nowMs() })
    const elsewhere = openBrowser(house.app)
    expect((await elsewhere.open(await elsewhere.agree('/auth/github/start', 'Ada'))).status).toBe(403)
    expect(elsewhere.cookies().has('session')).toBe(false)
  })

  it('stays calm when the person says no, and when the service is down', async () => {
    const { house, browser } = await enter()
    const no = await browser.open(await browser.agree('/auth/kakao/start', 'nobody'))
    expect(no.status).toBe(403)
    expect(await no.text()).toContain('You did not agree at Kakao, so nothing changed.')
    const back = await browser.agree('/auth/kakao/start', 'Ada')
    house.services.standIns.kakao.mischief.down = true
    const down = await browser.open(back)
    expect(down.status).toBe(503)
    expect(await down.text()).toContain('Kakao cannot be asked right now.')
    house.services.standIns.oidc.mischief.down = true
    expect((await browser.open('/auth/oidc/start')).status).toBe(503)
  })

  it('begins where the service sends back to, when this machine has several names', async () => {
    const { house } = await enter({ publicUrl: 'http://127.0.0.1:3000' })
    const byName = openBrowser(house.app, 'http://localhost:3000')
    const moved = await byName.open('/auth/slack/start?next=/chats')
    expect(moved.headers.get('location')).toBe('http://127.0.0.1:3000/auth/slack/start?next=/chats')
    expect(byName.cookies().size).toBe(0)
    const byAddress = openBrowser(house.app, 'http://127.0.0.1:3000')
    const begun = await byAddress.open('/auth/slack/start?next=/chats')
    expect(begun.headers.get('location')).toContain(house.services.urls.slack)
  })

  it('has no page for a service that is not set up', async () => {
    const { browser } = await enter()
    expect((await browser.open('/auth/nowhere/start')).status).toBe(404)
    expect((await browser.open('/auth/nowhere/callback?code=1&state=2')).status).toBe(404)
  })

  it('begins only so often from one address', async () => {
    const { browser } = await enter()
    const statuses = new Set<number>()
    for (let begun = 0; begun < 121; begun += 1)
      statuses.add((await browser.open('/auth/slack/start')).status)
    expect([...statuses]).toEqual([302, 429])
  })

  it('writes no state, code, token, secret or address into the log', async () => {
    const { house, browser } = await enter()
    const { mischief, client } = house.services.standIns.slack
    mischief.claims = claims => ({ ...claims, nonce: 'n'.repeat(43) })
    const back = await browser.agree('/auth/slack/start', 'Ada')
    await browser.open(back)
    const { searchParams } = new URL(back, 'http://parley.example')
    const told = house.logged()
    expect(told).toContain('does not belong')
    const secrets = [searchParams.get('state'), searchParams.get('code'), client.secret, 'n'.repeat(43)]
    for (const secret of [...secrets, ...browser.cookies().values(), 'ada@acme.example', 'eyJ'])
      expect(told).not.toContain(secret)
  })
})

describe('the cookie of a sign-in', () => {
  it('is for this site alone under https, and for no script', async () => {
    const { createSignInCookie } = await import('./web/sign-in-cookie.ts')
    const { Hono } = await import('hono')
    const given = async (publicUrl: string) => {
      const app = new Hono().get('/', c => {
        createSignInCookie(publicUrl).give(c, 'secret')
        return c.text('')
      })
      return (await app.request('/')).headers.get('set-cookie')
    }
    expect(await given('https://parley.example')).toBe(
      '__Host-parley-sign-in=secret; Max-Age=600; Path=/; HttpOnly; Secure; SameSite=Lax',
    )
    expect(await given('http://127.0.0.1:3000')).toBe(
      'parley-sign-in=secret; Max-Age=600; Path=/; HttpOnly; SameSite=Lax',
    )
  })
})
