import { isIP } from 'node:net'
import { isLinkLocal, isNoService, isPublicAddress } from './address.ts'

export interface AllowList {
  /** Whether somebody listed exactly this. */
  has(host: string, port: number): boolean
  /**
   * Whether `host` may be reached at `address`. What is public always is. What is not, only when the address itself is
   * listed, or a name that can mean nothing else than a neighbour's, such as `ollama` or `gpu.internal`: a name of the
   * public DNS is its owner's to turn, at any time, wherever they like.
   */
  opens(host: string, port: number, address: string): boolean
}

interface Entry {
  readonly host: string
  readonly port?: number
}

/** Entries are `host` or `host:port`, IPv6 in brackets; without a port any port is meant. */
export function createAllowList(entries: readonly string[]): AllowList {
  const listed = entries.map(parseEntry).filter(entry => entry !== undefined)
  const has = (host: string, port: number) =>
    listed.some(entry => entry.host === bareHost(host) && (entry.port ?? port) === port)
  return {
    has,
    opens(host, port, address) {
      if (isPublicAddress(address)) return true
      if (isNoService(address)) return false
      if (has(address, port)) return true
      return !isLinkLocal(address) && isNeighbour(bareHost(host)) && has(host, port)
    },
  }
}

/** Without brackets, a trailing dot or capitals. */
export function bareHost(host: string): string {
  return host
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
}

function parseEntry(entry: string): Entry | undefined {
  const found = /^(\[[^\]]+\]|[^:/@\s]+)(?::(\d{1,5}))?$/.exec(entry.trim())
  // A bare IPv6 address has colons and no brackets.
  if (!found) return isIP(entry.trim()) === 6 ? { host: canonical(entry.trim()) } : undefined
  const [, host = '', port] = found
  return { host: canonical(host), ...(port === undefined ? {} : { port: Number(port) }) }
}

function canonical(host: string): string {
  const bare = bareHost(host)
  if (isIP(bare) !== 6) return bare
  return bareHost(new URL(`http://[${bare}]`).hostname)
}

/** A single label, or a suffix that is kept for networks of one's own (RFC 6761, 6762, 8375, ICANN's .internal). */
function isNeighbour(host: string): boolean {
  if (isIP(host) !== 0) return false
  return !host.includes('.') || /\.(localhost|local|internal|home\.arpa|lan|test)$/.test(host)
}
