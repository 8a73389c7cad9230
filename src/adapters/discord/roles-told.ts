import { type APIInteraction, PermissionFlagsBits } from 'discord.js'
import { noRoles, type RolesTold, rolesUnread } from '../../core/permission.ts'

export const adminRole = 'discord:admin'
export const toRole = (id: string): string => `discord:${id}`

/** What a message tells of its author's roles: all but what those roles may do. Read over REST it tells nothing. */
export function rolesInMessage(
  member: { readonly roles?: readonly string[] } | undefined,
  direct: boolean,
): RolesTold {
  if (direct) return noRoles
  return member?.roles ? { has: member.roles.map(toRole), unread: [adminRole] } : rolesUnread
}

/** An interaction tells what its person may do there as well. */
export function rolesInInteraction({ member }: APIInteraction): RolesTold {
  if (!member) return noRoles
  const administers = (BigInt(member.permissions) & PermissionFlagsBits.Administrator) !== 0n
  return { has: [...member.roles.map(toRole), ...(administers ? [adminRole] : [])], unread: [] }
}
