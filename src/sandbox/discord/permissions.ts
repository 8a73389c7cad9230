import { parley } from '../cast.ts'
import { textChannelOf } from './world.ts'
import type { World } from './world.ts'

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
export const personPermissions = defaultPermissions | (1n << 31n)

/** Parley's permissions in one channel, its overwrites applied. */
export function botPermissionsIn(world: World, channelId: string): bigint {
  const channel = world.state.channels.get(channelId)
  const text = channel && textChannelOf(channel)
  const denied = text !== undefined && world.state.threadsDenied.has(text)
  return denied ? world.permissions & ~createThreads : world.permissions
}

/** The id of the managed role a bot is given when it is added to a guild. */
export const botRoleId = (BigInt(parley.discord.guildId) + 1n).toString()
