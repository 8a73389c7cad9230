import { createHmac, generateKeyPairSync, hkdfSync } from 'node:crypto'
import { decodeProtectedHeader, type JWTPayload, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { accessTokenMs } from '../../core/session.ts'
import { secrets } from './secrets.ts'
import { createSessionTokens } from './session-tokens.ts'

const issuer = 'https://parley.example'
const secretKey = 'a secret key of the tests, long enough for them'
const nowMs = Date.UTC(2026, 10, 21, 9)
const nowS = nowMs / 1_000
const tokens = createSessionTokens({ secretKeys: [secretKey], issuer })
const ada = { id: 's-1', memberId: 'm-ada' }
const good = await tokens.issue(ada, nowMs)
const kid = decodeProtectedHeader(good).kid ?? ''
const key = new Uint8Array(hkdfSync('sha256', secretKey, '', 'parley access token', 32))

const claims = { sid: 's-1', sub: 'm-ada', iss: issuer, aud: 'parley', iat: nowS, exp: nowS + 900 }
const header = { alg: 'HS256', typ: 'at+jwt', kid }

function signed(
  payload: JWTPayload,
  protectedHeader: { alg: string; [name: string]: unknown } = header,
  by = key,
) {
  return new SignJWT(payload).setProtectedHeader(protectedHeader).sign(by)
}

/** By hand, because a library refuses to sign some of these. */
function forged(protectedHeader: object, payload: object, by: Uint8Array | string = key): string {
  const text = [protectedHeader, payload]
    .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${text}.${createHmac('sha256', by).update(text).digest('base64url')}`
}

const without = (name: keyof typeof claims) =>
  Object.fromEntries(Object.entries(claims).filter(([claim]) => claim !== name))

const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const publicPem = rsa.publicKey.export({ type: 'spki', format: 'pem' })
const jwk = { kty: 'oct', k: Buffer.from('attacker').toString('base64url') }

describe('an access token', () => {
  it('says who holds it and for which session, a quarter of an hour long', async () => {
    expect(await tokens.verify(good, nowMs)).toEqual({ memberId: 'm-ada', sessionId: 's-1' })
    expect(await tokens.verify(good, nowMs + accessTokenMs - 1)).toBeDefined()
    expect(await tokens.verify(good, nowMs + accessTokenMs)).toBeUndefined()
    expect(decodeProtectedHeader(good)).toEqual(header)
  })

  it('made by hand in the same way is the same: the refusals below are for what they say', async () => {
    expect(await tokens.verify(await signed(claims), nowMs)).toEqual({ memberId: 'm-ada', sessionId: 's-1' })
    expect(await tokens.verify(forged(header, claims), nowMs)).toBeDefined()
  })

  it.each<[string, () => string | Promise<string>]>([
    [
      'no signature, algorithm none',
      () => `${forged({ ...header, alg: 'none' }, claims).replace(/[^.]*$/, '')}`,
    ],
    ['a signature under algorithm none', () => forged({ ...header, alg: 'none' }, claims)],
    ['algorithm nOnE', () => forged({ ...header, alg: 'nOnE' }, claims)],
    ['another HMAC', () => signed(claims, { ...header, alg: 'HS512' })],
    [
      'RS256 under our key’s id',
      () => new SignJWT(claims).setProtectedHeader({ ...header, alg: 'RS256' }).sign(rsa.privateKey),
    ],
    ['HS256 keyed with a public RSA key', () => forged(header, claims, publicPem)],
    ['a key of its own in jwk', () => forged({ ...header, jwk }, claims, 'attacker')],
    ['jwk beside a right signature', () => forged({ ...header, jwk }, claims)],
    ['jku', () => forged({ ...header, jku: 'https://evil.example/keys' }, claims)],
    ['x5u', () => forged({ ...header, x5u: 'https://evil.example/cert' }, claims)],
    ['crit', () => forged({ ...header, crit: ['exp'] }, claims)],
    ['an unknown key id', () => signed(claims, { ...header, kid: 'other' })],
    ['a key id that is a path', () => forged({ ...header, kid: '../../dev/null' }, claims, '')],
    ['no key id', () => signed(claims, { alg: 'HS256', typ: 'at+jwt' })],
    ['typ JWT', () => signed(claims, { ...header, typ: 'JWT' })],
    ['no typ', () => signed(claims, { alg: 'HS256', kid })],
    ['another issuer', () => signed({ ...claims, iss: 'https://evil.example' })],
    ['no issuer', () => signed(without('iss'))],
    ['another audience', () => signed({ ...claims, aud: 'somebody' })],
    ['no audience', () => signed(without('aud'))],
    ['expired', () => signed({ ...claims, exp: nowS - 1 })],
    ['no end', () => signed(without('exp'))],
    ['not yet good', () => signed({ ...claims, nbf: nowS + 60 })],
    ['no session', () => signed(without('sid'))],
    ['no person', () => signed(without('sub'))],
    [
      'an altered person',
      () => {
        const [head = '', , signature = ''] = good.split('.')
        const body = Buffer.from(JSON.stringify({ ...claims, sub: 'm-grace' })).toString('base64url')
        return [head, body, signature].join('.')
      },
    ],
    [
      'another key',
      () => createSessionTokens({ secretKeys: [secretKey.toUpperCase()], issuer }).issue(ada, nowMs),
    ],
    ['an empty text', () => ''],
    ['three dots', () => '...'],
    ['a refresh token', () => secrets.make()],
  ])('is worth nothing with %s', async (_, make) => {
    expect(await tokens.verify(await make(), nowMs)).toBeUndefined()
  })
})

it('a new key in front signs, and what the old one signed stays good until it is taken away', async () => {
  const both = createSessionTokens({
    secretKeys: ['a newer secret key, which is long as well', secretKey],
    issuer,
  })
  expect(await both.verify(good, nowMs)).toEqual({ memberId: 'm-ada', sessionId: 's-1' })
  const fresh = await both.issue(ada, nowMs)
  expect(decodeProtectedHeader(fresh).kid).not.toBe(kid)
  expect(await tokens.verify(fresh, nowMs)).toBeUndefined()
  expect(await both.verify(fresh, nowMs)).toBeDefined()
})

it('secrets are 256 random bits, and their hash tells nothing', () => {
  const made = Array.from({ length: 100 }, () => secrets.make())
  expect(new Set(made).size).toBe(100)
  for (const secret of made) expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
  expect(secrets.hash('a')).toBe(secrets.hash('a'))
  expect(secrets.hash('a')).not.toBe(secrets.hash('b'))
})
