import {
  type APIGuild,
  type APIGuildChannel,
  type APIGuildMember,
  type APIThreadMember,
  type GuildChannelType,
  Routes,
} from 'discord.js'
import type { AudiencePlace, AudienceSource, PlaceNames, ReadablePlace } from '../../core/audience.ts'
import type { IdentityRef } from '../../core/identity.ts'
import { orNothing } from './history.ts'
import { directWorkspace, realm } from './parse.ts'
import { type Lock, mayRead, readsPrivateThreads, rightsOf } from './permissions.ts'
import type { DiscordRest } from './rest.ts'

/** Threads asked about at once. */
const maxParallel = 4

/**
 * A channel is read by who is in its server now and may view it and its history, by roles and overwrites; a private
 * thread also needs being in it, or managing threads. Asked over REST each time, without the privileged members
 * intent: so somebody who leaves a server is noticed when their last word runs out, not by an event. What Discord says
 * does not exist, or Parley may not see, is nobody's. Direct messages are never asked about.
 */
export function createDiscordAudience(rest: DiscordRest): AudienceSource {
  return {
    platform: 'discord',
    async readable(person, places, signal) {
      if (person.realm !== realm) return []
      const readable: ReadablePlace[] = []
      for (const guildId of new Set(places.map(place => place.workspaceId))) {
        if (guildId === directWorkspace) continue
        const here = places.filter(place => place.workspaceId === guildId)
        readable.push(...(await readableIn({ rest, person, signal }, guildId, here)))
      }
      return readable
    },
  }
}

interface Asking {
  readonly rest: DiscordRest
  readonly person: IdentityRef
  readonly signal: AbortSignal
}

async function readableIn(
  asking: Asking,
  guildId: string,
  places: readonly AudiencePlace[],
): Promise<readonly ReadablePlace[]> {
  const { rest, person, signal } = asking
  const member = await orNothing(rest.get<APIGuildMember>(Routes.guildMember(guildId, person.userId), signal))
  if (!member) return []
  const [guild, channels] = await Promise.all([
    orNothing(rest.get<APIGuild>(`${Routes.guild(guildId)}?with_counts=true`, signal)),
    orNothing(rest.get<readonly RawChannel[]>(Routes.guildChannels(guildId), signal)),
  ])
  if (!guild || !channels) return []
  const rights = rightsOf(guild, person.userId, member.roles)
  const locks = new Map(channels.map(channel => [channel.id, { channel, lock: lockOf(channel) }]))
  const open = places.flatMap(place => {
    const found = locks.get(place.channelId)
    return found && mayRead(rights, found.lock) ? [{ place, ...found }] : []
  })
  const threads = await readableThreads(
    asking,
    open.filter(({ lock }) => !readsPrivateThreads(rights, lock)).map(({ place }) => place),
  )
  return open
    .filter(
      ({ place, lock }) =>
        place.threadId === undefined || readsPrivateThreads(rights, lock) || threads.has(place.threadId),
    )
    .map(({ place, channel, lock }) => ({ ...place, ...namesOf(guild, channel, lock) }))
}

type RawChannel = Pick<APIGuildChannel<GuildChannelType>, 'id' | 'type' | 'name' | 'permission_overwrites'>

function lockOf({ type, permission_overwrites: overwrites = [] }: RawChannel): Lock {
  return { type, overwrites }
}

/** How many read a channel that is not closed to anybody is as many as are in the server. */
function namesOf(guild: APIGuild, { name }: RawChannel, lock: Lock): PlaceNames {
  const anybody = mayRead(rightsOf(guild, '', []), lock)
  const count = guild.approximate_member_count
  return {
    ...(name ? { name } : {}),
    workspaceName: guild.name,
    ...(anybody && count !== undefined ? { readers: count } : {}),
  }
}

/** Which of these private threads the person is in. */
async function readableThreads(
  { rest, person, signal }: Asking,
  places: readonly AudiencePlace[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  const waiting = places.flatMap(({ threadId }) => threadId ?? [])
  const work = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const route = Routes.threadMembers(id, person.userId)
      if (await orNothing(rest.get<APIThreadMember>(route, signal))) found.add(id)
    }
  }
  await Promise.all(Array.from({ length: maxParallel }, work))
  return found
}
