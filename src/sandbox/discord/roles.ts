import { channels, parley, people } from '../cast.ts'
import type { Overwrite } from './entry.ts'

export const viewChannel = 1n << 10n

/** The first of the cast owns the server. */
export const ownerId = people[0]?.discordId ?? ''

/** The id of the managed role a bot is given when it is added to a guild. */
export const botRoleId = idAfterGuild(1)

/** Roles that open a channel which is closed to everybody else: one of each such channel. */
export const readerRoles = channels
  .filter(({ readers }) => readers !== undefined)
  .map(({ name, discordId, readers = [] }, index) => ({
    id: idAfterGuild(2 + index),
    name,
    channelId: discordId,
    personIds: people.filter(person => readers.includes(person.name)).map(person => person.discordId),
  }))

function idAfterGuild(distance: number): string {
  return (BigInt(parley.discord.guildId) + BigInt(distance)).toString()
}

/** A channel of one role: closed to `@everyone`, open to the role and to Parley. */
export function firstOverwrites(channelId: string): readonly Overwrite[] {
  return readerRoles
    .filter(role => role.channelId === channelId)
    .flatMap(({ id }) => [
      { id: parley.discord.guildId, kind: 'role' as const, allow: 0n, deny: viewChannel },
      { id, kind: 'role' as const, allow: viewChannel, deny: 0n },
      { id: botRoleId, kind: 'role' as const, allow: viewChannel, deny: 0n },
    ])
    .map(({ allow, deny, ...of }) => ({ ...of, allow: allow.toString(), deny: deny.toString() }))
}
