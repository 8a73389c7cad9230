import { createHash, randomBytes } from 'node:crypto'
import type { IdentityPerson } from './person.ts'

/** What a person agreed to on the authorize page. */
export interface Grant {
  readonly person: IdentityPerson
  readonly redirectUri: string
  readonly scope: string
  readonly nonce: string | undefined
  readonly challenge: string | undefined
}

export interface Redemption {
  readonly code: string
  readonly redirectUri: string | undefined
  readonly verifier: string | undefined
}

export interface Grants {
  issue(grant: Grant): string
  /** The grant behind a code, once, within a minute, to who sends the same address and proves the challenge. */
  redeem(redemption: Redemption): Grant | undefined
  /** The grant as an access token. */
  tokenFor(grant: Grant): string
  findByToken(token: string): Grant | undefined
}

const codeLifeMs = 60_000

/** Codes and tokens of one stand-in, kept in memory. */
export function createGrants(now: () => number): Grants {
  const codes = new Map<string, { readonly grant: Grant; readonly issuedAtMs: number }>()
  const tokens = new Map<string, Grant>()
  return {
    issue(grant) {
      const code = randomBytes(24).toString('base64url')
      codes.set(code, { grant, issuedAtMs: now() })
      return code
    },
    redeem({ code, redirectUri, verifier }) {
      const issued = codes.get(code)
      // Tried once is used, even when the try was wrong: a stolen code cannot be tried until it fits.
      codes.delete(code)
      if (!issued || now() - issued.issuedAtMs > codeLifeMs) return undefined
      const { grant } = issued
      return redirectUri === grant.redirectUri && proves(verifier, grant.challenge) ? grant : undefined
    },
    tokenFor(grant) {
      const token = randomBytes(24).toString('base64url')
      tokens.set(token, grant)
      return token
    },
    findByToken: token => tokens.get(token),
  }
}

/** A verifier without a challenge is refused too: it was stripped from the request on its way. */
function proves(verifier: string | undefined, challenge: string | undefined): boolean {
  if (challenge === undefined || verifier === undefined) return challenge === verifier
  return createHash('sha256').update(verifier).digest('base64url') === challenge
}
