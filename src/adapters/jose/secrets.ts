import { createHash, randomBytes } from 'node:crypto'
import type { Secrets } from '../../core/secret.ts'

/** The secrets are random through and through, so a plain hash keeps them as well as a slow one. */
export const secrets: Secrets = {
  make: () => randomBytes(32).toString('base64url'),
  hash: secret => createHash('sha256').update(secret).digest('base64url'),
}
