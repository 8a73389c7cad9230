import { BlockList, isIP, isIPv6 } from 'node:net'
import type { Context } from 'hono'
import { z } from 'zod'

/** What the server hands in besides the request; nothing in tests that ask the app directly. */
const server = z.object({
  incoming: z.object({ socket: z.object({ remoteAddress: z.string().optional() }) }),
})

/** Whence a request comes: its peer, or what a peer that is believed says of it. */
export type ClientAddress = (c: Context) => string | undefined

/**
 * `trustedProxies` are addresses and networks. Each proxy writes whom it was asked by behind what was there, so that
 * the last one that is not a trusted proxy is the client, and everything before it may be invented.
 */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const networks = toNetworks(trustedProxies)
  const isTrusted = (address: string) => networks.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
  return c => {
    const peer = plainAddress(server.safeParse(c.env).data?.incoming.socket.remoteAddress)
    if (peer === undefined || !isTrusted(peer)) return peer
    const told = (c.req.header('X-Forwarded-For') ?? '').split(',').map(entry => plainAddress(entry))
    let client = peer
    for (const address of told.toReversed()) {
      if (address === undefined) return client
      client = address
      if (!isTrusted(address)) return client
    }
    return client
  }
}

function toNetworks(entries: readonly string[]): BlockList {
  const networks = new BlockList()
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (bits === undefined) networks.addAddress(address, family)
    else networks.addSubnet(address, Number(bits), family)
  }
  return networks
}

/** An IPv4 address stays one when it comes as IPv6; some proxies add a port. */
function plainAddress(told: string | undefined): string | undefined {
  const text = (told ?? '').trim().replace(/^::ffff:(?=\d+\.)/i, '')
  const bare =
    /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text
  return isIP(bare) === 0 ? undefined : bare
}
