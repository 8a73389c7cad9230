import { createHash } from 'node:crypto'

/** What a verifier promises (RFC 7636, S256). */
export function challengeOf(verifier: string) {
  return {
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }
}
