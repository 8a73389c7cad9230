import { parley } from '../cast.ts'
import { botRoleId, ownerId, viewChannel } from './roles.ts'
import { textChannelOf } from './world.ts'
import type { World } from './world.ts'

const administrator = 1n << 3n
export const manageMessages = 1n << 13n
export const manageThreads = 1n << 34n
const createPublicThreads = 1n << 35n
const createPrivateThreads = 1n << 36n
export const createThreads = createPublicThreads | createPrivateThreads

/**
 * View channels, send messages (in threads too), create public and private threads, embed links, attach files,
 * read history, add reactions, manage threads: what Parley asks for when it is added.
 */
export const defaultPermissions = 395_137_109_056n

/** What a person without a role may do: view, send, react, read history, use commands, create threads. */
export const personPermissions = (defaultPermissions & ~manageThreads) | (1n << 31n)

/** Parley's permissions in one channel, its overwrites applied. */
export function botPermissionsIn(world: World, channelId: string): bigint {
  const channel = world.state.channels.get(channelId)
  const text = channel && textChannelOf(channel)
  const denied = text !== undefined && world.state.threadsDenied.has(text)
  return denied ? world.permissions & ~createThreads : world.permissions
}

/** What a role grants in the whole server. */
export function rolePermissions(world: World, roleId: string): bigint {
  const set = world.state.rolePermissions.get(roleId)
  if (set !== undefined) return BigInt(set)
  if (roleId === parley.discord.guildId) return personPermissions
  return roleId === botRoleId ? world.permissions : 0n
}

/** Whether the people of the page see this channel there: by Discord's documented order of roles and overwrites. */
export function maySee(world: World, channelId: string, personId: string): boolean {
  const roleIds = world.state.members.get(personId)
  const channel = world.state.channels.get(channelId)
  const text = channel && textChannelOf(channel)
  if (!roleIds || text === undefined) return false
  if (personId === ownerId) return true
  const { guildId } = parley.discord
  const base = [guildId, ...roleIds].reduce((sum, id) => sum | rolePermissions(world, id), 0n)
  if ((base & administrator) !== 0n) return true
  const overwrites = world.state.overwrites.get(text) ?? []
  const steps = [
    overwrites.filter(({ id }) => id === guildId),
    overwrites.filter(({ id, kind }) => kind === 'role' && roleIds.includes(id)),
    overwrites.filter(({ id, kind }) => kind === 'member' && id === personId),
  ]
  const granted = steps.reduce((sum, step) => {
    const denied = step.reduce((bits, { deny }) => bits | BigInt(deny), 0n)
    return (sum & ~denied) | step.reduce((bits, { allow }) => bits | BigInt(allow), 0n)
  }, base)
  return (granted & viewChannel) !== 0n
}
