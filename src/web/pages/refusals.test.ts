import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createStore } from '../../adapters/postgres/store.ts'
import { openTestEmbedded } from '../../adapters/postgres/testing/databases.ts'
import {
  adaEmail,
  openAccounts,
  type TestAccounts,
  testPassword,
  testPublicUrl,
} from '../../testing/accounts.ts'
import { serving } from '../testing/serving.ts'

/** What each page says no to, as a browser without JavaScript asks it. */

let opened: Awaited<ReturnType<typeof openTestEmbedded>>
let house: TestAccounts
let visitor: Visitor
let nth = 0

beforeAll(async () => {
  opened = await openTestEmbedded()
  house = openAccounts(createStore(opened.database))
})
afterAll(() => opened.close())
beforeEach(() => {
  visitor = createVisitor()
})

interface Visitor {
  /** Somebody else with a copy of the cookies. */
  twin(): Visitor
  get(path: string, headers?: Record<string, string>): Promise<Response>
  post(path: string, fields?: Record<string, string>, headers?: Record<string, string>): Promise<Response>
}

/** Keeps its cookies, and sends forms as a browser does. */
function createVisitor(held: Iterable<readonly [string, string]> = []): Visitor {
  const app = serving(house)
  const cookies = new Map<string, string>(held)
  const send = async (path: string, init: RequestInit) => {
    const headers = new Headers(init.headers)
    headers.set('Accept', 'text/html')
    headers.set('Cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const response = await app.request(`${testPublicUrl}${path}`, { ...init, headers })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '' || /max-age=0/i.test(line)) cookies.delete(name)
      else cookies.set(name, value)
    }
    return response
  }
  return {
    twin: () => createVisitor(cookies),
    get: (path, headers = {}) => send(path, { headers }),
    post: (path, fields = {}, headers = {}) =>
      send(path, {
        method: 'POST',
        body: new URLSearchParams(fields),
        headers: { Origin: testPublicUrl, 'Sec-Fetch-Site': 'same-origin', ...headers },
      }),
  }
}

const registration = (more: Record<string, string> = {}) => ({
  email: `ada${++nth}@example.com`,
  username: '',
  password: testPassword,
  passwordAgain: testPassword,
  ...more,
})

async function registered(): Promise<string> {
  const fields = registration()
  expect((await visitor.post('/register', fields)).status).toBe(303)
  return fields.email
}

const leadsTo = (response: Response) => [response.status, response.headers.get('location')]

describe('registering', () => {
  it('leads to the chats, signed in, with a name made from the address', async () => {
    expect(leadsTo(await visitor.post('/register', registration()))).toEqual([303, '/chats?notice=welcome'])
    expect(await (await visitor.get('/profile')).text()).toContain(`value="ada${nth}"`)
  })

  it('goes on to where the person was going, here and nowhere else', async () => {
    expect(leadsTo(await visitor.post('/register', registration({ next: '/link/abc' })))[1]).toBe('/link/abc')
    const other = createVisitor()
    const elsewhere = registration({ next: 'https://evil.example/' })
    expect(leadsTo(await other.post('/register', elsewhere))[1]).toBe('/chats?notice=welcome')
  })

  it.each([
    [{ email: 'nobody' }, 422, 'email', 'does not look like'],
    [{ email: '' }, 422, 'email', 'needed'],
    [{ username: 'a b' }, 422, 'username', 'Use letters'],
    [{ username: 'x'.repeat(26) }, 422, 'username', 'at most 25'],
    [{ password: 'short', passwordAgain: 'short' }, 422, 'password', 'at least 10'],
    [{ password: 'password1234', passwordAgain: 'password1234' }, 422, 'password', 'first that anybody'],
    [{ passwordAgain: 'another' }, 422, 'passwordAgain', 'not the same'],
  ])('refuses %j beside its field', async (wrong, status, field, words) => {
    const typed = registration(wrong)
    const response = await visitor.post('/register', typed)
    const text = await response.text()
    expect(response.status).toBe(status)
    expect(new RegExp(`id="${field}-error">([^<]*)<`).exec(text)?.[1]).toContain(words)
    expect(text).toMatch(new RegExp(`id="${field}"[^>]*aria-invalid="true"`))
    expect(text).toContain(`value="${typed.email}"`)
    expect(text).not.toContain(typed.password === 'short' ? 'value="short"' : typed.password)
    expect(response.headers.getSetCookie().join()).not.toContain('refresh')
  })

  it('refuses an address and a name that are taken, whatever their case', async () => {
    await registered()
    const again = registration({ email: `ADA${nth}@example.com`, username: `Ada${nth}` })
    const response = await createVisitor().post('/register', again)
    const text = await response.text()
    expect(response.status).toBe(409)
    expect(text).toMatch(/id="email-error">There is an account/)
    expect(text).toMatch(/id="username-error">This is taken/)
  })

  it('offers the other services that are set up, with where to go on', async () => {
    const providers = [{ id: 'github', name: 'GitHub' }]
    for (const path of ['/login', '/register']) {
      expect(await (await createVisitor().get(path)).text()).not.toContain('/auth/')
      const page = await (await serving(house, { providers }).request(`${path}?next=/link/a%26b`)).text()
      expect(page).toContain(
        '<a class="btn" href="/auth/github/start?next=%2Flink%2Fa%26b">Continue with GitHub</a>',
      )
    }
  })

  it('is not for who is signed in', async () => {
    await registered()
    expect(leadsTo(await visitor.get('/register'))).toEqual([302, '/chats'])
    expect(leadsTo(await visitor.get('/login?next=/settings'))).toEqual([302, '/settings'])
  })
})

describe('logging in', () => {
  it('says the same of a wrong password and of nobody, and gives no password back', async () => {
    const email = await registered()
    const wrong = async (fields: Record<string, string>) => {
      const response = await createVisitor().post('/login', fields)
      const text = await response.text()
      return [response.status, text.replaceAll(fields['email'] ?? '', '…')]
    }
    const ofAda = await wrong({ email, password: 'guessing at it' })
    expect(await wrong({ email: 'nobody@example.com', password: 'guessing at it' })).toEqual(ofAda)
    expect(ofAda[0]).toBe(401)
    expect(ofAda[1]).not.toContain('guessing')
  })

  it('is refused after five tries, with when to come back', async () => {
    const email = await registered()
    const statuses: number[] = []
    let last = new Response()
    for (let attempt = 0; attempt < 6; attempt += 1) {
      last = await createVisitor().post('/login', { email, password: 'guessing at it' })
      statuses.push(last.status)
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(60)
    expect(await last.text()).toMatch(/Too many tries\. Try again in \d+ minutes\./)
  })
})

it('a form of another page is refused, and says so on a page of ours', async () => {
  const email = await registered()
  const login = { email, password: testPassword }
  const response = await createVisitor().post('/login', login, { Origin: 'https://evil.example' })
  expect(response.status).toBe(403)
  expect(response.headers.getSetCookie()).toEqual([])
  expect(await response.text()).toMatch(/<h1>That did not work<[\s\S]*not Parley’s, so nothing was done/)
})

describe('mailed links', () => {
  it('show a page to whoever looks, and are spent by the button alone', async () => {
    await registered()
    const link = `/email-verify/${await house.mailedToken()}`
    for (let look = 0; look < 3; look += 1) {
      const response = await createVisitor().get(link)
      expect(response.status).toBe(200)
      expect(await response.text()).toContain(`action="${link}"`)
    }
    expect(leadsTo(await createVisitor().post(link))).toEqual([303, '/login?notice=emailConfirmed'])
    for (const response of [await visitor.get(link), await visitor.post(link)])
      expect(response.status).toBe(410)
  })

  it('that are unknown or old say so and offer another', async () => {
    await registered()
    const token = await house.mailedToken()
    await house.clock.advance(80 * 60 * 60_000)
    const old = await createVisitor().get(`/email-verify/${token}`)
    expect(old.status).toBe(410)
    expect(await old.text()).toMatch(/too old[\s\S]*action="\/email-verify"/)
    expect((await visitor.post('/email-verify/unknown')).status).toBe(404)
    const reset = await visitor.get('/password-reset/unknown')
    expect(reset.status).toBe(404)
    expect(await reset.text()).toContain('href="/forget-password"')
    expect((await visitor.post('/password-reset/unknown', { password: testPassword })).status).toBe(410)
  })

  it('are sent again to who is signed in, and say nothing of others’ addresses', async () => {
    await registered()
    expect(leadsTo(await visitor.post('/email-verify'))).toEqual([303, '/chats?notice=confirmSent'])
    const ask = (email: string) => createVisitor().post('/email-verify', { email })
    expect(leadsTo(await ask('nobody@example.com'))).toEqual(leadsTo(await ask(adaEmail)))
    expect((await ask('nobody')).status).toBe(422)
  })

  it('for a password are asked for without telling who has an account', async () => {
    const email = await registered()
    const ask = async (typed: string) =>
      leadsTo(await createVisitor().post('/forget-password', { email: typed }))
    expect(await ask('nobody@example.com')).toEqual(await ask(email))
  })
})

describe('a member’s own pages', () => {
  it.each(['/profile', '/settings'])('%s is for who is signed in; others come back after it', async path => {
    const asked = await visitor.get(`${path}?a=b`)
    expect(leadsTo(asked)).toEqual([303, `/login?next=${encodeURIComponent(`${path}?a=b`)}`])
    expect((await visitor.post(path, { nickname: 'x' })).status).toBe(303)
  })

  it('are kept by no cache', async () => {
    await registered()
    for (const path of ['/profile', '/settings'])
      expect((await visitor.get(path)).headers.get('cache-control')).toBe('no-store')
  })

  it('end only sessions of one’s own', async () => {
    await registered()
    const other = createVisitor()
    await other.post('/register', registration())
    const [theirs] =
      /\/settings\/devices\/([^/"]+)\/end/.exec(await (await other.get('/settings')).text())?.slice(1) ?? []
    expect((await visitor.post(`/settings/devices/${theirs}/end`)).status).toBe(404)
    expect((await other.get('/settings')).status).toBe(200)
    expect((await other.post(`/settings/devices/${theirs}/end`)).status).toBe(303)
    expect((await other.get('/settings')).status).toBe(303)
  })

  it('refuse a zone and a language that are not offered', async () => {
    await registered()
    const response = await visitor.post('/settings', { timeZone: 'Mars/Olympus', language: 'tlh' })
    expect(response.status).toBe(422)
    expect(await response.text()).toMatch(/id="timeZone-error">Choose one of those offered/)
  })

  it('keep a form of more than a mebibyte out', async () => {
    await registered()
    const response = await visitor.post('/settings', { instructions: 'x'.repeat(1024 * 1024 + 1) })
    expect(response.status).toBe(413)
  })

  it('show nobody’s picture to who is not signed in', async () => {
    expect((await visitor.get('/avatars/anybody')).status).toBe(404)
  })
})

it('what happened is told on the next page that is looked at, and once', async () => {
  await registered()
  expect((await createVisitor().post(`/email-verify/${await house.mailedToken()}`)).status).toBe(303)
  const told = async (headers: Record<string, string> = {}) =>
    (await (await visitor.get('/profile', headers)).text()).includes('Your address is confirmed')
  expect(await told({ 'Sec-Purpose': 'prefetch' })).toBe(false)
  expect(await told()).toBe(true)
  expect(await told()).toBe(false)
})

it('logging out ends the session even for who kept its cookies', async () => {
  await registered()
  const thief = visitor.twin()
  expect((await thief.get('/profile')).status).toBe(200)
  expect(leadsTo(await visitor.post('/logout'))).toEqual([303, '/login?notice=loggedOut'])
  expect((await visitor.get('/profile')).status).toBe(303)
  expect((await thief.get('/profile')).status).toBe(303)
  expect(leadsTo(await visitor.post('/logout'))[0]).toBe(303)
})
