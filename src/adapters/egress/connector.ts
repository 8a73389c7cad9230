import type { LookupAddress } from 'node:dns'
import { lookup as systemLookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { buildConnector } from 'undici'
import { type AllowList, bareHost } from './allow-list.ts'
import { closedAddress } from './named-url.ts'

/** Every address of a name, now. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>

export const systemResolve: Resolve = host => systemLookup(host, { all: true, verbatim: true })

/**
 * Dials what is open and nothing else: names are resolved once, here, and exactly what was checked is dialled, so that
 * a name that means something else a moment later gains nothing.
 */
export function createConnector(
  allowed: AllowList,
  resolve: Resolve,
  timeoutMs: number,
): buildConnector.connector {
  return (options, callback) => {
    const port = Number(options.port || (options.protocol === 'https:' ? 443 : 80))
    const host = bareHost(options.hostname)
    if (isIP(host) !== 0 && !allowed.opens(host, port, host)) {
      // As an address that does not answer would fail: later, not within this call.
      queueMicrotask(() => callback(closedAddress(), null))
      return
    }
    // HTTP/1.1 only: one answer per connection, so that leaving one closes exactly that connection.
    const connect = buildConnector({
      timeout: timeoutMs,
      allowH2: false,
      lookup: guardedLookup(allowed, resolve, port),
    } as buildConnector.BuildOptions)
    connect(options, (error, socket) => {
      if (error) return callback(error, null)
      if (allowed.opens(host, port, socket.remoteAddress ?? '')) return callback(null, socket)
      socket.destroy()
      callback(closedAddress(), null)
    })
  }
}

/** A `lookup` for node:net. One closed address among several closes the name. */
export function guardedLookup(allowed: AllowList, resolve: Resolve, port: number): LookupFunction {
  return (host, options, callback) => {
    checkedAddresses(host, port, allowed, resolve).then(
      found => {
        const [first] = found
        if (options.all) callback(null, [...found])
        else callback(null, first.address, first.family)
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    )
  }
}

/** What a name means now. Throws `forbidden` when any of it is closed. */
export async function checkedAddresses(
  host: string,
  port: number,
  allowed: AllowList,
  resolve: Resolve,
): Promise<readonly [LookupAddress, ...(readonly LookupAddress[])]> {
  const [first, ...rest] = await resolve(host)
  if (!first) throw new Error('The name has no address.')
  if (![first, ...rest].every(({ address }) => allowed.opens(host, port, address))) throw closedAddress()
  return [first, ...rest]
}
