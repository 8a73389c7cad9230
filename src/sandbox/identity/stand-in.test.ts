import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createDiscordIdentity } from './discord-identity.ts'
import { createOidcIdentity } from './oidc-identity.ts'
import { createSlackIdentity } from './slack-identity.ts'
import type { IdentityStandIn } from './stand-in.ts'

const redirectUri = 'https://client.example/callback'
const verifier = 'v'.repeat(43)
const challenge = createHash('sha256').update(verifier).digest('base64url')

function registered(make: (options: { now: () => number }) => IdentityStandIn) {
  let nowMs = 1_763_700_000_000
  const standIn = make({ now: () => nowMs })
  standIn.allowRedirect(redirectUri)
  return { standIn, advance: (ms: number) => void (nowMs += ms) }
}

/** Agrees as Ada on this service's page, and gives what the browser is sent back with. */
async function agree({ app, client }: IdentityStandIn, path: string, more: Record<string, string> = {}) {
  const asked = new URLSearchParams({
    response_type: 'code',
    client_id: client.id,
    redirect_uri: redirectUri,
    state: 'state',
    scope: 'openid email profile',
    as: 'Ada',
    ...more,
  })
  const response = await app.request(`${path}?${asked.toString()}`)
  const location = response.headers.get('location')
  return { status: response.status, back: location === null ? undefined : new URL(location).searchParams }
}

async function exchange({ app, client }: IdentityStandIn, path: string, form: Record<string, string>) {
  const response = await app.request(path, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: client.id,
      client_secret: client.secret,
      redirect_uri: redirectUri,
      ...form,
    }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

describe('a stand-in that people sign in with', () => {
  it.each([
    ['a longer redirect_uri', { redirect_uri: `${redirectUri}/more` }],
    ['another host', { redirect_uri: 'https://evil.example/callback' }],
    ['an unknown client', { client_id: 'somebody' }],
  ])('shows an error of its own for %s, and sends nobody anywhere', async (_what, change) => {
    const { standIn } = registered(createDiscordIdentity)
    expect(await agree(standIn, '/oauth2/authorize', change)).toEqual({ status: 400, back: undefined })
  })

  it('gives a token for a code once, within a minute', async () => {
    const { standIn, advance } = registered(createDiscordIdentity)
    const codeOf = async () => (await agree(standIn, '/oauth2/authorize')).back?.get('code') ?? ''
    const code = await codeOf()
    expect((await exchange(standIn, '/api/oauth2/token', { code })).status).toBe(200)
    expect(await exchange(standIn, '/api/oauth2/token', { code })).toEqual({
      status: 400,
      body: { error: 'invalid_grant' },
    })
    const late = await codeOf()
    advance(60_001)
    expect((await exchange(standIn, '/api/oauth2/token', { code: late })).status).toBe(400)
  })

  it.each([
    ['the verifier', { code_verifier: verifier }, 200],
    ['another verifier', { code_verifier: 'x'.repeat(43) }, 400],
    ['no verifier', {}, 400],
  ])('gives a token for a challenge and %s: %s', async (_what, form, status) => {
    const { standIn } = registered(createOidcIdentity)
    const pkce = { code_challenge: challenge, code_challenge_method: 'S256' }
    const { back } = await agree(standIn, '/authorize', pkce)
    expect((await exchange(standIn, '/token', { code: back?.get('code') ?? '', ...form })).status).toBe(
      status,
    )
  })

  it('refuses a verifier whose challenge was stripped on the way, and the plain method', async () => {
    const { standIn } = registered(createOidcIdentity)
    const { back } = await agree(standIn, '/authorize')
    const form = { code: back?.get('code') ?? '', code_verifier: verifier }
    expect((await exchange(standIn, '/token', form)).status).toBe(400)
    const plain = { code_challenge: verifier, code_challenge_method: 'plain' }
    expect((await agree(standIn, '/authorize', plain)).back?.get('error')).toBe('invalid_request')
  })

  it('knows its client by the secret, and says no in the service’s own way', async () => {
    const { standIn } = registered(createSlackIdentity)
    const { back } = await agree(standIn, '/openid/connect/authorize')
    const form = { code: back?.get('code') ?? '', client_secret: 'wrong' }
    expect(await exchange(standIn, '/api/openid.connect.token', form)).toEqual({
      status: 200,
      body: { ok: false, error: 'invalid_client' },
    })
  })

  it('lets one pick who to be, by links that need no script', async () => {
    const { standIn } = registered(createSlackIdentity)
    const asked = new URLSearchParams({
      response_type: 'code',
      client_id: standIn.client.id,
      redirect_uri: redirectUri,
    })
    const page = await (await standIn.app.request(`/openid/connect/authorize?${asked.toString()}`)).text()
    for (const name of ['Ada', 'Grace', 'Linus']) expect(page).toContain(`Continue as ${name}`)
    expect(page).not.toContain('Hal')
    expect(page).not.toContain('<script')
  })
})
