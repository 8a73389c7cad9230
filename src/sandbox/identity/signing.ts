import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto'

/** Signs ID tokens by RS256, and shows the key that verifies them. */
export interface Signing {
  sign(claims: Readonly<Record<string, unknown>>): string
  jwks(): { readonly keys: readonly object[] }
}

const keyId = 'practice-1'

let pair: { readonly publicKey: KeyObject; readonly privateKey: KeyObject } | undefined

/** Made at the first use, and one for all stand-ins of a process: making one takes longer than all it is used for. */
const keys = () => (pair ??= generateKeyPairSync('rsa', { modulusLength: 2048 }))

export function createSigning(): Signing {
  return {
    sign(claims) {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
      const text = `${part({ alg: 'RS256', typ: 'JWT', kid: keyId })}.${part(claims)}`
      return `${text}.${createSign('sha256').update(text).sign(keys().privateKey, 'base64url')}`
    },
    jwks: () => ({
      keys: [{ ...keys().publicKey.export({ format: 'jwk' }), kid: keyId, alg: 'RS256', use: 'sig' }],
    }),
  }
}
