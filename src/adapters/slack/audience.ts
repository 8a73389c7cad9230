import type { WebClient } from '@slack/web-api'
import type { AudiencePlace, AudienceSource, ReadablePlace } from '../../core/audience.ts'
import type { Clock } from '../../core/clock.ts'
import { ParleyError } from '../../core/errors.ts'
import type { IdentityRef } from '../../core/identity.ts'
import type { SlackApi } from './client.ts'
import { isSlackCode, SlackCallError } from './errors.ts'
import { type Installation, realmOf } from './installation.ts'
import { listPage, maxListPages, type PacedMethod } from './limits.ts'
import type { Paces } from './pace.ts'
import { readUser } from './user.ts'

export interface AudienceDependencies {
  readonly slack: SlackApi
  readonly paces: Paces
  readonly clock: Clock
  /** Rejects with `platform_unavailable` while Slack is not connected. */
  readonly installation: () => Promise<Installation>
}

/** A channel as a list of them tells it. */
interface ListedChannel {
  readonly name?: string
  readonly num_members?: number
}

type Ask = <Result>(method: PacedMethod, run: (web: WebClient) => Promise<Result>) => Promise<Result>

/** Sizes of channels remembered; beyond it all are asked for again. */
const maxSizes = 5_000

/** A size is a courtesy, and may be this old. */
const sizeValidMs = 60 * 60_000

/**
 * Strict: only people who are in a channel read its Dialogues, in public channels too, although Slack would let others
 * of the workspace look in. Guests and people of other companies are members of a channel or not, like everybody; of
 * an account that was deactivated nothing is readable. Direct messages are never asked about. Its calls wait their
 * turn in allowances of their own, so that no answer waits for them.
 */
export function createSlackAudience(deps: AudienceDependencies): AudienceSource {
  const { slack, paces, clock } = deps
  const sizes = new Map<string, { readonly size: number; readonly untilMs: number }>()

  function askerWithin(signal: AbortSignal): Ask {
    return async (method, run) => {
      for (;;) {
        const pace = paces.of(method, '')
        if (!(await pace.take({ signal })))
          throw new ParleyError('platform_unavailable', 'Slack could not be asked in time.')
        try {
          return await slack.call(method, run)
        } catch (thrown) {
          if (!(thrown instanceof SlackCallError) || thrown.outcome !== 'limited') throw thrown
          pace.hold(thrown.retryAfterMs ?? 0)
        }
      }
    }
  }

  /** How many people are in a channel: only where a call is to be had at once, because nobody depends on it. */
  async function sizeOf(channelId: string): Promise<number | undefined> {
    const known = sizes.get(channelId)
    const fresh = known !== undefined && clock.nowMs() < known.untilMs
    if (fresh || !paces.of('conversations.info', '').tryTake()) return known?.size
    try {
      const { channel } = await slack.call('conversations.info', web =>
        web.conversations.info({ channel: channelId, include_num_members: true }),
      )
      const size: unknown = channel?.num_members
      if (typeof size !== 'number') return undefined
      if (sizes.size >= maxSizes) sizes.clear()
      sizes.set(channelId, { size, untilMs: clock.nowMs() + sizeValidMs })
      return size
    } catch (thrown) {
      if (thrown instanceof SlackCallError && thrown.outcome === 'limited')
        paces.of('conversations.info', '').hold(thrown.retryAfterMs ?? 0)
      return undefined
    }
  }

  return {
    platform: 'slack',
    async readable(person, places, signal) {
      const installation = await deps.installation()
      if (person.realm !== realmOf(installation)) return []
      const here = places.filter(place => isChannelOf(installation, place))
      const ask = askerWithin(signal)
      if (here.length === 0 || !(await isActive(ask, person))) return []
      const listed = await channelsOf(ask, person, here)
      const readable: ReadablePlace[] = []
      for (const place of here) {
        const channel = listed.get(place.channelId)
        if (!channel) continue
        const readers = channel.num_members ?? (await sizeOf(place.channelId))
        readable.push({
          ...place,
          ...(channel.name === undefined ? {} : { name: channel.name }),
          ...(installation.teamName === undefined ? {} : { workspaceName: installation.teamName }),
          ...(readers === undefined ? {} : { readers }),
        })
      }
      return readable
    },
  }
}

/** Slack's threads are all as public as their channel. */
function isChannelOf({ teamId }: Installation, place: AudiencePlace): boolean {
  return place.workspaceId === teamId && place.threadId === undefined && !place.channelId.startsWith('D')
}

async function isActive(ask: Ask, { userId }: IdentityRef): Promise<boolean> {
  const user = await readUser({ call: ask }, userId)
  return user !== undefined && user.deleted !== true
}

async function channelsOf(
  ask: Ask,
  person: IdentityRef,
  wanted: readonly AudiencePlace[],
): Promise<ReadonlyMap<string, ListedChannel>> {
  try {
    return await listChannels(ask, person, wanted)
  } catch (thrown) {
    if (isSlackCode(thrown, 'user_not_found', 'invalid_user_id')) return new Map()
    // Where people may not be asked about, their channels may.
    if (
      isSlackCode(thrown, 'missing_scope', 'unknown_method', 'not_allowed_token_type', 'method_not_supported')
    )
      return channelsWith(ask, person, wanted)
    throw thrown
  }
}

/** The channels this person is in, of the private ones those that Parley is in too; until all wanted are found. */
async function listChannels(
  ask: Ask,
  { userId }: IdentityRef,
  wanted: readonly AudiencePlace[],
): Promise<ReadonlyMap<string, ListedChannel>> {
  const missing = new Set(wanted.map(place => place.channelId))
  const found = new Map<string, ListedChannel>()
  let cursor = ''
  for (let page = 0; page < maxListPages && missing.size > 0; page++) {
    const answer = await ask('users.conversations', web =>
      web.users.conversations({
        user: userId,
        types: 'public_channel,private_channel,mpim',
        limit: listPage,
        ...(cursor === '' ? {} : { cursor }),
      }),
    )
    for (const channel of answer.channels ?? []) {
      if (channel.id === undefined || !missing.delete(channel.id)) continue
      found.set(channel.id, channel)
    }
    cursor = answer.response_metadata?.next_cursor ?? ''
    if (cursor === '') break
  }
  return found
}

/** The same, channel by channel; one that Parley may not look into is nobody's. */
async function channelsWith(
  ask: Ask,
  person: IdentityRef,
  wanted: readonly AudiencePlace[],
): Promise<ReadonlyMap<string, ListedChannel>> {
  const found = new Map<string, ListedChannel>()
  for (const { channelId } of wanted) if (await isMember(ask, person, channelId)) found.set(channelId, {})
  return found
}

async function isMember(ask: Ask, { userId }: IdentityRef, channelId: string): Promise<boolean> {
  let cursor = ''
  try {
    for (let page = 0; page < maxListPages; page++) {
      const answer = await ask('conversations.members', web =>
        web.conversations.members({
          channel: channelId,
          limit: listPage,
          ...(cursor === '' ? {} : { cursor }),
        }),
      )
      if (answer.members?.includes(userId)) return true
      cursor = answer.response_metadata?.next_cursor ?? ''
      if (cursor === '') break
    }
  } catch (thrown) {
    if (!isSlackCode(thrown, 'channel_not_found', 'not_in_channel', 'method_not_supported_for_channel_type'))
      throw thrown
  }
  return false
}
