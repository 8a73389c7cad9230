import { hkdfSync, randomUUID } from 'node:crypto'
import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose'
import { accessTokenMs, type SessionTokens } from '../../core/session.ts'

const algorithm = 'HS256'
const type = 'at+jwt'
const audience = 'parley'

/** All a header of ours says; one that says more wants to be believed something. */
const headerNames = new Set(['alg', 'kid', 'typ'])

/**
 * Access tokens signed with the first of `secretKeys` and verified with any of them, so that a key can be replaced
 * without anyone noticing: first add the new one in front, and take the old one away once its tokens ran out.
 */
export function createSessionTokens(options: {
  readonly secretKeys: readonly string[]
  readonly issuer: string
}): SessionTokens {
  const keys = options.secretKeys.map(toKey)
  const [signing] = keys
  if (!signing) throw new Error('A secret key is needed.')
  const byId = new Map(keys.map(key => [key.id, key.bytes]))
  return {
    issue: ({ id, memberId }, nowMs) =>
      new SignJWT({ sid: id })
        .setProtectedHeader({ alg: algorithm, typ: type, kid: signing.id })
        .setIssuer(options.issuer)
        .setAudience(audience)
        .setJti(randomUUID())
        .setSubject(memberId)
        .setIssuedAt(Math.floor(nowMs / 1_000))
        .setExpirationTime(Math.floor((nowMs + accessTokenMs) / 1_000))
        .sign(signing.bytes),
    async verify(token, nowMs) {
      try {
        const header = decodeProtectedHeader(token)
        const key = typeof header.kid === 'string' ? byId.get(header.kid) : undefined
        if (!key || Object.keys(header).some(name => !headerNames.has(name))) return undefined
        const { payload } = await jwtVerify(token, key, {
          algorithms: [algorithm],
          typ: type,
          issuer: options.issuer,
          audience,
          requiredClaims: ['sub', 'sid', 'iat', 'exp'],
          currentDate: new Date(nowMs),
        })
        const { sub, sid } = payload
        return typeof sub === 'string' && typeof sid === 'string'
          ? { memberId: sub, sessionId: sid }
          : undefined
      } catch {
        // jose throws for whatever is wrong with a token, and so a token is worth nothing for any of it.
        return undefined
      }
    },
  }
}

interface Key {
  readonly id: string
  readonly bytes: Uint8Array
}

/** One secret serves several ends, each with a key of its own; its id tells nothing of it. */
function toKey(secret: string): Key {
  const derive = (purpose: string, length: number) =>
    new Uint8Array(hkdfSync('sha256', secret, '', `parley ${purpose}`, length))
  return {
    id: Buffer.from(derive('access token key id', 9)).toString('base64url'),
    bytes: derive('access token', 32),
  }
}
