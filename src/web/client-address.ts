import { BlockList, isIP, isIPv6 } from 'node:net'
import type { Context } from 'hono'
import { z } from 'zod'

/** What the server hands in besides the request; nothing in tests that ask the app directly. */
const server = z.object({
  incoming: z.object({ socket: z.object({ remoteAddress: z.string().optional() }) }),
})

/** What a request went through before it came here. */
export interface Proxies {
  /** Whence it comes: its peer, or what a peer that is believed says of it. */
  clientAddress(c: Context): string | undefined
  /** The origin it was sent to, as the browser knows it. */
  ownOrigin(c: Context): string
}

/**
 * `trustedProxies` are addresses and networks. Each proxy writes whom it was asked by behind what was there, so that
 * the last one that is not a trusted proxy is the client, and everything before it may be invented.
 */
export function createProxies(trustedProxies: readonly string[]): Proxies {
  const networks = toNetworks(trustedProxies)
  const isTrusted = (address: string) => networks.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
  return {
    clientAddress(c) {
      const peer = peerOf(c)
      if (peer === undefined || !isTrusted(peer)) return peer
      const told = (c.req.header('X-Forwarded-For') ?? '').split(',').map(entry => plainAddress(entry))
      let client = peer
      for (const address of told.toReversed()) {
        if (address === undefined) return client
        client = address
        if (!isTrusted(address)) return client
      }
      return client
    },
    ownOrigin(c) {
      const { origin, protocol, host } = new URL(c.req.url)
      const peer = peerOf(c)
      if (peer === undefined || !isTrusted(peer)) return origin
      const scheme = lastOf(c.req.header('X-Forwarded-Proto')) ?? protocol.replace(':', '')
      const told = `${scheme}://${lastOf(c.req.header('X-Forwarded-Host')) ?? host}`
      return URL.canParse(told) ? new URL(told).origin : origin
    },
  }
}

function peerOf(c: Context): string | undefined {
  return plainAddress(server.safeParse(c.env).data?.incoming.socket.remoteAddress)
}

/** What the nearest proxy wrote. */
function lastOf(header: string | undefined): string | undefined {
  return header?.split(',').at(-1)?.trim() || undefined
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
