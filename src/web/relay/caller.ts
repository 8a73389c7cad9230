import type { IncomingHttpHeaders } from 'node:http'
import { webWorkspaceId } from '../platform.ts'
import { invalidRequest, notTheKey } from './refusal.ts'

/** Where what is relayed stands, for Quotas and Policies: beside the dialogues of the web. */
export const relayPlace = { platform: 'web', workspaceId: webWorkspaceId, channelId: 'relay' } as const

/** Who sends a request: a Member, by one of their keys. */
export interface RelayCaller {
  readonly memberId: string
  /** Their account on the web: whose Quotas are spent. */
  readonly identityId: string
  readonly apiKeyId: string
  /** Requests and answers are kept word for word. */
  readonly keepsRequests: boolean
  /** Keys of one's own may be passed through. */
  readonly mayPassKeys: boolean
}

/** Who holds this key. Throws a RelayRefusal, or a ParleyError, for who may not use the relay. */
export type FindCaller = (key: string) => Promise<RelayCaller>

/** What a request brings besides its body. */
export interface RelayHeaders {
  readonly parleyKey: string
  /** The caller's own key for the model service; empty for a service that asks for none. */
  readonly ownKey?: string
  readonly endPoint?: string
  readonly proxyUrl?: string
}

const howToBringAKey =
  'Put an API key of Parley into the header Authorization, as "Bearer KEY". You make keys on your profile.'

/** node:http takes underscores in names; many proxies drop such headers, hence the second spelling. */
export function readHeaders(headers: IncomingHttpHeaders): RelayHeaders {
  const bearer = bearerOf(headers.authorization)
  const parleyKey = single(headers, 'x-parley-key')?.trim()
  const endPoint = either(headers, 'end_point', 'end-point')
  const proxyUrl = either(headers, 'proxy_url', 'proxy-url')
  const key = parleyKey ?? bearer
  if (key === undefined || key === '') throw notTheKey(howToBringAKey)
  return {
    parleyKey: key,
    ...(parleyKey === undefined || bearer === undefined ? {} : { ownKey: bearer }),
    ...(endPoint === undefined ? {} : { endPoint }),
    ...(proxyUrl === undefined ? {} : { proxyUrl }),
  }
}

/** `Bearer` alone is an empty key: the space behind it does not survive HTTP. */
function bearerOf(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined
  if (authorization.trim() === '') return ''
  const found = /^Bearer(?:\s+([\x21-\x7e]*))?\s*$/i.exec(authorization)
  if (!found) throw notTheKey(howToBringAKey)
  return found[1] ?? ''
}

function either(headers: IncomingHttpHeaders, one: string, other: string): string | undefined {
  const first = single(headers, one)
  const second = single(headers, other)
  if (first !== undefined && second !== undefined && first !== second)
    throw invalidRequest(`The headers ${one} and ${other} say different things.`, one)
  return first ?? second
}

function single(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}
