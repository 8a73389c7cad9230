import { parley } from '../cast.ts'
import type { Overwrite } from './entry.ts'
import { intents } from './intents.ts'
import { toChannel, toMember, toRoles, toUser } from './payload.ts'
import { openThread } from './thread-start.ts'
import { join, leave } from './threads.ts'
import { getChannel, getMember } from './world.ts'
import type { World } from './world.ts'

const { guildId } = parley.discord

/** Who is in the server, with which roles, and who may enter where. */
export interface Membership {
  joinGuild(personId: string): void
  /** Takes the roles away too, as leaving does; only bots with the privileged members intent are told. */
  leaveGuild(personId: string): void
  setRoles(personId: string, roleIds: readonly string[]): void
  /** Replaces all overwrites of a channel. */
  setOverwrites(channelId: string, overwrites: readonly Overwrite[]): void
  /** Replaces what a role grants; `@everyone` has the server's own id. */
  setRolePermissions(roleId: string, permissions: bigint): void
  /** A private thread on no message, with its owner in it; gives its id. */
  openPrivateThread(channelId: string, ownerId: string, name: string): string
  joinThread(threadId: string, personId: string): void
  leaveThread(threadId: string, personId: string): void
}

export function createMembership(world: World): Membership {
  const change = (userId: string, roleIds: readonly string[] | undefined, t: string) => {
    world.record({ type: 'guild-member', userId, ...(roleIds && { roleIds }) })
    const d = roleIds ? toMember(world, userId) : { user: toUser(userId) }
    world.emit({ t, d: { ...d, guild_id: guildId }, intent: intents.guildMembers })
  }
  return {
    joinGuild: personId => change(personId, [], 'GUILD_MEMBER_ADD'),
    leaveGuild(personId) {
      getMember(world, personId)
      change(personId, undefined, 'GUILD_MEMBER_REMOVE')
    },
    setRoles(personId, roleIds) {
      getMember(world, personId)
      change(personId, roleIds, 'GUILD_MEMBER_UPDATE')
    },
    setOverwrites(channelId, overwrites) {
      world.record({ type: 'overwrites', channelId, overwrites })
      world.touch(channelId)
      const d = toChannel(world, getChannel(world, channelId))
      world.emit({ t: 'CHANNEL_UPDATE', d, intent: intents.guilds })
    },
    setRolePermissions(roleId, permissions) {
      world.record({ type: 'role', roleId, permissions: permissions.toString() })
      const role = toRoles(world).find(({ id }) => id === roleId)
      if (role) world.emit({ t: 'GUILD_ROLE_UPDATE', d: { guild_id: guildId, role }, intent: intents.guilds })
    },
    openPrivateThread: (channelId, ownerId, name) =>
      openThread(world, channelId, ownerId, { name, secret: true, invitable: false }).id,
    joinThread: (threadId, personId) => join(world, threadId, personId),
    leaveThread: (threadId, personId) => leave(world, threadId, personId),
  }
}
