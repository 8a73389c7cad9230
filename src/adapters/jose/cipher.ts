import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { Cipher } from '../../core/cipher.ts'

const version = 'v1'
const algorithm = 'aes-256-gcm'

/** Of GCM, as NIST SP 800-38D recommends them. */
const nonceBytes = 12
const tagBytes = 16

interface Key {
  readonly id: string
  readonly bytes: Uint8Array
}

/**
 * AES-256-GCM with the first of `secretKeys`; what any of them sealed is opened. Each text says by which key, so that
 * one can be replaced: add the new one in front, seal everything anew, take the old one away.
 */
export function createCipher(secretKeys: readonly string[]): Cipher {
  const keys = secretKeys.map(toKey)
  const [newest] = keys
  if (!newest) throw new Error('A secret key is needed.')
  const byId = new Map(keys.map(key => [key.id, key]))
  return {
    seal(text, context) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv(algorithm, newest.bytes, nonce).setAAD(boundTo(newest.id, context))
      const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return [version, newest.id, sealed.toString('base64url')].join('.')
    },
    open(sealed, context) {
      const [tag, id = '', body = '', ...rest] = sealed.split('.')
      const key = byId.get(id)
      if (tag !== version || !key || rest.length > 0) return undefined
      return openWith(key, Buffer.from(body, 'base64url'), context)
    },
    isCurrent: sealed => sealed.startsWith(`${version}.${newest.id}.`),
  }
}

function openWith(key: Key, sealed: Buffer, context: string): string | undefined {
  if (sealed.length < nonceBytes + tagBytes) return undefined
  const nonce = sealed.subarray(0, nonceBytes)
  const text = sealed.subarray(nonceBytes, -tagBytes)
  const decipher = createDecipheriv(algorithm, key.bytes, nonce, { authTagLength: tagBytes })
    .setAAD(boundTo(key.id, context))
    .setAuthTag(sealed.subarray(-tagBytes))
  try {
    return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8')
  } catch {
    // The one thing that final() throws for: it is not what was sealed.
    return undefined
  }
}

function boundTo(keyId: string, context: string): Buffer {
  return Buffer.from(`${version}.${keyId}.${context}`)
}

/** One secret serves several ends, each with a key of its own; its id tells nothing of it. */
function toKey(secret: string): Key {
  const derive = (purpose: string, length: number) =>
    new Uint8Array(hkdfSync('sha256', secret, '', `parley ${purpose}`, length))
  return {
    id: Buffer.from(derive('sealing key id', 9)).toString('base64url'),
    bytes: derive('sealing', 32),
  }
}
