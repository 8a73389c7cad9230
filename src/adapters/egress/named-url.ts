import { isIP, isIPv4 } from 'node:net'
import { ParleyError } from '../../core/errors.ts'
import { type AllowList, bareHost } from './allow-list.ts'

/** Longer than any address of a service. */
const maxLength = 2_048

/** Whitespace and controls, which URL parsers drop, and the backslash, which some take for a slash. */
const smuggled = /[\s\p{Cc}\p{Cf}\\]/u

/**
 * An http(s) URL that somebody named. Throws `invalid` for what is none or hides where it leads: credentials, encoded
 * or exotic spellings of a host, numbers for an address; `forbidden` for an address that is closed.
 */
export function parseNamedUrl(text: string, allowed: AllowList): URL {
  if (text.length > maxLength || smuggled.test(text) || !URL.canParse(text)) throw noUrl()
  const url = new URL(text)
  const authority = /^https?:\/\/([^/?#]+)/i.exec(text)?.[1]
  if (authority === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) throw noUrl()
  if (url.username !== '' || url.password !== '' || authority.includes('@')) throw noUrl()
  if (!spellsPlainly(authority, url)) throw noUrl()
  const host = bareHost(url.hostname)
  if (isIP(host) !== 0 && !allowed.opens(host, portOf(url), host)) throw closedAddress()
  return url
}

export function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port)
  return protocol === 'https:' ? 443 : 80
}

/** Says nothing of what is there, or whether anything is. */
export function closedAddress(): ParleyError {
  return new ParleyError('forbidden', 'Parley may not reach this address.')
}

/** Whether the host was written as what it is: only names in other scripts may change on the way through IDNA. */
function spellsPlainly(authority: string, url: URL): boolean {
  const host = authority.replace(/:\d*$/, '')
  if (host.includes('%')) return false
  const bare = bareHost(url.hostname)
  if (isIPv4(bare)) return host === bare
  return isIP(bare) === 6 || !/[０-９．。｡]/.test(host)
}

function noUrl(): ParleyError {
  return new ParleyError('invalid', 'This is not an address such as https://models.example/v1.')
}
