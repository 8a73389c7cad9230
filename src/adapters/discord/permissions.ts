import { type APIGuild, ChannelType, OverwriteType, PermissionFlagsBits } from 'discord.js'

/** What decides about a person in a channel; permissions are Discord's bit sets, as text. */
export interface Rights {
  readonly guildId: string
  readonly ownerId: string
  readonly userId: string
  readonly roles: readonly { readonly id: string; readonly permissions: string }[]
  /** The person's roles; `@everyone`, which has the guild's id, is everybody's. */
  readonly roleIds: readonly string[]
}

export interface Lock {
  readonly type: ChannelType
  readonly overwrites: readonly {
    readonly id: string
    readonly type: OverwriteType
    readonly allow: string
    readonly deny: string
  }[]
}

const all = ~0n

/** By Discord's documented order: server, then `@everyone`, the roles together, and the person in the channel. */
export function permissionsIn(rights: Rights, { overwrites }: Pick<Lock, 'overwrites'>): bigint {
  if (rights.userId === rights.ownerId) return all
  const has = (id: string) => id === rights.guildId || rights.roleIds.includes(id)
  const base = union(rights.roles.filter(({ id }) => has(id)).map(role => role.permissions))
  if ((base & PermissionFlagsBits.Administrator) !== 0n) return all
  const ofRoles = overwrites.filter(({ type }) => type === OverwriteType.Role)
  const steps = [
    ofRoles.filter(({ id }) => id === rights.guildId),
    ofRoles.filter(({ id }) => id !== rights.guildId && has(id)),
    overwrites.filter(({ id, type }) => type === OverwriteType.Member && id === rights.userId),
  ]
  return steps.reduce(
    (sum, step) => (sum & ~union(step.map(({ deny }) => deny))) | union(step.map(({ allow }) => allow)),
    base,
  )
}

/** Of a person with these roles in a server. */
export function rightsOf(guild: APIGuild, userId: string, roleIds: readonly string[]): Rights {
  return { guildId: guild.id, ownerId: guild.owner_id, userId, roles: guild.roles, roleIds }
}

/** Whether somebody may do one of these in the server as a whole. */
export function mayInServer(rights: Rights, permissions: bigint): boolean {
  return (permissionsIn(rights, { overwrites: [] }) & permissions) !== 0n
}

/** The text of a voice channel is read by who may connect to it. */
const voiceTypes: ReadonlySet<ChannelType> = new Set([ChannelType.GuildVoice, ChannelType.GuildStageVoice])

/** Whether what was said in the channel can be read there now. */
export function mayRead(rights: Rights, lock: Lock): boolean {
  const needed =
    PermissionFlagsBits.ViewChannel |
    PermissionFlagsBits.ReadMessageHistory |
    (voiceTypes.has(lock.type) ? PermissionFlagsBits.Connect : 0n)
  return (permissionsIn(rights, lock) & needed) === needed
}

/** Whether every private thread of the channel is open to this person. */
export function readsPrivateThreads(rights: Rights, lock: Lock): boolean {
  return (permissionsIn(rights, lock) & PermissionFlagsBits.ManageThreads) !== 0n
}

function union(sets: readonly string[]): bigint {
  return sets.reduce((bits, set) => bits | BigInt(set), 0n)
}
