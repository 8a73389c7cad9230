import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ParleyError } from '../../core/errors.ts'
import { createSlackSignIn } from './slack-sign-in.ts'
import {
  agree,
  attemptAt,
  redirectUrl,
  type ServiceId,
  serviceIds,
  startServices,
  type TestServices,
} from './testing/stand-ins.ts'

let services: TestServices
let nowMs = Date.now()

beforeAll(async () => {
  services = await startServices({ now: () => nowMs, timeoutMs: 300 })
})
afterAll(() => services.close())
beforeEach(() => {
  nowMs = Date.now()
  for (const id of serviceIds) {
    const { mischief } = services.standIns[id]
    for (const name of Object.keys(mischief)) Reflect.deleteProperty(mischief, name)
  }
})

/** The whole way there and back as this person. */
async function roundTrip(id: ServiceId, as = 'Ada') {
  const provider = services.provider(id)
  const attempt = attemptAt(id)
  return provider.finish(await agree(await provider.authorize(attempt), as), attempt)
}

const failureOf = async (work: Promise<unknown>): Promise<ParleyError> => {
  const thrown = await work.then(
    value => new Error(`It succeeded: ${JSON.stringify(value)}`),
    (error: unknown) => error,
  )
  if (thrown instanceof ParleyError) return thrown
  throw thrown
}

const oidcOnes = ['slack', 'kakao', 'oidc'] as const

describe('a round trip', () => {
  const ada = { name: 'Ada', email: 'ada@acme.example', emailVerified: true }

  it('by Slack tells the person, and the account that writes in the workspace', async () => {
    expect(await roundTrip('slack')).toEqual({
      ...ada,
      issuer: services.urls.slack,
      subject: 'T0ACME:U0ADA',
      account: { platform: 'slack', realm: 'T0ACME', userId: 'U0ADA' },
    })
  })

  it('by Slack in an organisation tells the organisation as the realm', async () => {
    const grid = await startServices({ enterpriseId: 'E0ACME' })
    const provider = grid.provider('slack')
    const attempt = attemptAt('slack')
    const person = await provider.finish(await agree(await provider.authorize(attempt), 'Ada'), attempt)
    expect(person).toMatchObject({ subject: 'E0ACME:U0ADA', account: { realm: 'E0ACME', userId: 'U0ADA' } })
    await grid.close()
  })

  it('by Discord tells the person, and the account that is the same in every server', async () => {
    expect(await roundTrip('discord')).toEqual({
      ...ada,
      issuer: services.urls.discord,
      subject: '100000000000000001',
      account: { platform: 'discord', realm: 'discord', userId: '100000000000000001' },
    })
  })

  it('by GitHub takes the primary address of the list, not the one on the profile', async () => {
    expect(await roundTrip('github')).toEqual({
      ...ada,
      issuer: `${services.urls.github}/login/oauth`,
      subject: '1001',
    })
  })

  it('by Kakao and by any issuer tells the person', async () => {
    expect(await roundTrip('kakao')).toEqual({ ...ada, issuer: services.urls.kakao, subject: '1001' })
    expect(await roundTrip('oidc')).toEqual({ ...ada, issuer: services.urls.oidc, subject: 'person-1001' })
  })

  it.each(serviceIds)(
    'by %s sends state and exact redirect URL, and proves itself by nonce or PKCE',
    async id => {
      const attempt = attemptAt(id)
      const { searchParams } = await services.provider(id).authorize(attempt)
      expect(searchParams.get('state')).toBe(attempt.state)
      expect(searchParams.get('redirect_uri')).toBe(redirectUrl(id))
      expect(searchParams.get('response_type')).toBe('code')
      expect(searchParams.has('client_secret')).toBe(false)
      const isOidc = oidcOnes.some(one => one === id)
      expect(searchParams.get('nonce')).toBe(isOidc ? attempt.nonce : null)
      expect(searchParams.get('code_challenge_method')).toBe(id === 'slack' ? null : 'S256')
      expect(searchParams.get('code_challenge')).not.toBe(attempt.verifier)
    },
  )
})

describe.each(serviceIds)('%s', id => {
  const provider = () => services.provider(id)

  it('refuses a code that was used, even with everything else right', async () => {
    const attempt = attemptAt(id)
    const parameters = await agree(await provider().authorize(attempt), 'Ada')
    await provider().finish(parameters, attempt)
    expect((await failureOf(provider().finish(parameters, attempt))).code).toBe('unauthenticated')
  })

  it('refuses a code that is older than a minute', async () => {
    const attempt = attemptAt(id)
    const parameters = await agree(await provider().authorize(attempt), 'Ada')
    nowMs += 61_000
    expect((await failureOf(provider().finish(parameters, attempt))).code).toBe('unauthenticated')
  })

  it('refuses the code of another attempt, which this browser did not begin', async () => {
    const stolen = attemptAt(id, { nonce: 'n'.repeat(43), verifier: 'v'.repeat(43) })
    const parameters = await agree(await provider().authorize(stolen), 'Grace')
    expect((await failureOf(provider().finish(parameters, attemptAt(id)))).code).toBe('unauthenticated')
  })

  it('refuses another state, none, and an empty one', async () => {
    const attempt = attemptAt(id)
    for (const state of ['other', '', undefined]) {
      const parameters = await agree(await provider().authorize(attempt), 'Ada')
      parameters.delete('state')
      if (state !== undefined) parameters.set('state', state)
      expect((await failureOf(provider().finish(parameters, attempt))).code).toBe('unauthenticated')
    }
  })

  it('refuses an answer that says it is of another issuer', async () => {
    services.standIns[id].mischief.answer = parameters => parameters.set('iss', 'https://evil.example')
    expect((await failureOf(roundTrip(id))).code).toBe('unauthenticated')
  })

  it('knows who said no', async () => {
    expect((await failureOf(roundTrip(id, 'nobody'))).code).toBe('aborted')
  })

  it('says so when it does not answer, at all or in time, or answers without end', async () => {
    const { mischief } = services.standIns[id]
    for (const trouble of [{ down: true }, { silent: true }, { flood: 300_000 }]) {
      const attempt = attemptAt(id)
      const parameters = await agree(await provider().authorize(attempt), 'Ada')
      Object.assign(mischief, { down: false, silent: false, ...trouble })
      expect((await failureOf(provider().finish(parameters, attempt))).code).toBe('platform_unavailable')
    }
  })

  it('tells no code, token or secret in an error', async () => {
    const attempt = attemptAt(id)
    const parameters = await agree(await provider().authorize(attempt), 'Ada')
    parameters.set('code', 'my-secret-code')
    const failure = await failureOf(provider().finish(parameters, attempt))
    const told = JSON.stringify([
      failure.message,
      String(failure.cause),
      failure.stack,
      Object.entries(failure),
    ])
    for (const secret of [
      'my-secret-code',
      'practice-secret',
      attempt.verifier,
      attempt.nonce,
      attempt.state,
    ])
      expect(told).not.toContain(secret)
  })
})

describe.each(oidcOnes)('an ID token of %s', id => {
  const spoil = (change: Record<string, unknown>) => {
    services.standIns[id].mischief.claims = claims => ({ ...claims, ...change })
  }

  it.each([
    ['of another issuer', { iss: 'https://evil.example' }],
    ['for another client', { aud: 'somebody-else' }],
    ['with another nonce', { nonce: 'n'.repeat(43) }],
    ['without a nonce', { nonce: undefined }],
    ['with an empty nonce', { nonce: '' }],
    ['that ran out', { exp: Math.floor(Date.now() / 1000) - 600 }],
    ['without a subject', { sub: undefined }],
  ])('%s is refused', async (_what, change) => {
    spoil(change)
    expect((await failureOf(roundTrip(id))).code).toBe('unauthenticated')
  })

  it('that was signed by nobody, or changed after it was signed, is refused', async () => {
    const { mischief } = services.standIns[id]
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    mischief.idToken = token => `${encode({ alg: 'none' })}.${token.split('.')[1]}.`
    expect((await failureOf(roundTrip(id))).code).toBe('unauthenticated')
    mischief.idToken = token => {
      const [header, body = '', signature] = token.split('.')
      const claims: object = JSON.parse(Buffer.from(body, 'base64url').toString())
      return `${header}.${encode({ ...claims, extra: true })}.${signature}`
    }
    expect((await failureOf(roundTrip(id))).code).toBe('unauthenticated')
  })
})

describe('what a service says of an address', () => {
  it('that it was not confirmed is kept', async () => {
    const person = {
      name: 'Linus',
      email: 'linus@acme.example',
      emailVerified: false,
      slackId: 'U0LINUS',
      discordId: '100000000000000003',
      number: 1003,
    }
    const shaky = await startServices({ people: [person] })
    for (const id of serviceIds) {
      const attempt = attemptAt(id)
      const provider = shaky.provider(id)
      const back = await provider.finish(await agree(await provider.authorize(attempt), 'Linus'), attempt)
      expect(back.emailVerified).toBe(false)
    }
    await shaky.close()
  })
})

describe('a Parley that is registered wrongly', () => {
  it('is told apart from a person who did something wrong', async () => {
    const { client } = services.standIns.slack
    const slack = createSlackSignIn({ clientId: client.id, clientSecret: 'wrong', url: services.urls.slack })
    const attempt = attemptAt('slack')
    const parameters = await agree(await slack.authorize(attempt), 'Ada')
    expect((await failureOf(slack.finish(parameters, attempt))).code).toBe('platform_auth')
  })

  it('gets nowhere with a redirect URL that only begins like the registered one', async () => {
    const attempt = attemptAt('slack', { redirectUrl: `${redirectUrl('slack')}/more` })
    await expect(agree(await services.provider('slack').authorize(attempt), 'Ada')).rejects.toThrow('400')
  })
})

describe('an issuer that is down at first', () => {
  it('is found by the next who tries', async () => {
    const late = await startServices({ timeoutMs: 300 })
    late.standIns.oidc.mischief.down = true
    const provider = late.provider('oidc')
    expect((await failureOf(provider.authorize(attemptAt('oidc')))).code).toBe('platform_unavailable')
    late.standIns.oidc.mischief.down = false
    expect((await provider.authorize(attemptAt('oidc'))).origin).toBe(late.urls.oidc)
    await late.close()
  })
})
