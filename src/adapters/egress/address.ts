import { BlockList, isIP, isIPv4 } from 'node:net'

type Network = readonly [address: string, bits: number]

/** IANA's special-purpose registry, and 168.63.129.16, where Azure answers its guests. */
const notPublicV4: readonly Network[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]

/** Within 2000::/3, the only part of IPv6 that is public: Teredo, benchmarks, ORCHID, documentation, 6to4. */
const notPublicV6: readonly Network[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]

/** Where nothing that is meant to be reached by name can be: no allow-list entry opens these. */
const nowhere: readonly Network[] = [
  ['0.0.0.0', 8],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]

/** Of the machine or its cloud, which hands out keys there. */
const linkLocal: readonly Network[] = [
  ['169.254.0.0', 16],
  ['168.63.129.16', 32],
  ['100.100.100.200', 32],
]

const closed = listOf(notPublicV4, notPublicV6)
const global = listOf([], [['2000::', 3]])
const never = listOf(nowhere, [
  ['::', 128],
  ['ff00::', 8],
])
const local = listOf(linkLocal, [
  ['fe80::', 10],
  ['fd00:ec2::254', 128],
  ['fd20:ce::254', 128],
])

/** Whether everybody reaches the same there. IPv6 that carries an IPv4 address, mapped or translated, never is. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false
  if (isIPv4(address)) return !closed.check(address, 'ipv4')
  return global.check(address, 'ipv6') && !closed.check(address, 'ipv6')
}

/** Unspecified, multicast, broadcast: no address of a service. */
export function isNoService(address: string): boolean {
  return check(never, address)
}

export function isLinkLocal(address: string): boolean {
  return check(local, address)
}

function check(list: BlockList, address: string): boolean {
  return list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')
}

function listOf(v4: readonly Network[], v6: readonly Network[]): BlockList {
  const list = new BlockList()
  for (const [address, bits] of v4) list.addSubnet(address, bits, 'ipv4')
  for (const [address, bits] of v6) list.addSubnet(address, bits, 'ipv6')
  return list
}
