import {
  type Client,
  Guild,
  GuildMember,
  OverwriteType,
  PermissionFlagsBits,
  type TextChannel,
} from 'discord.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openStage } from '../../sandbox/discord/testing/bot.ts'
import { type Lock, mayRead, permissionsIn, readsPrivateThreads, type Rights } from './permissions.ts'

const { Administrator, Connect, ManageThreads, ReadMessageHistory, ViewChannel } = PermissionFlagsBits
const read = ViewChannel | ReadMessageHistory

type Table = Readonly<Record<string, bigint>>
const rightsOf = (roles: Table, ...roleIds: readonly string[]): Rights => ({
  guildId: 'guild',
  ownerId: 'ada',
  userId: 'grace',
  roles: Object.entries(roles).map(([id, bits]) => ({ id, permissions: bits.toString() })),
  roleIds,
})
const lockOf = (...rules: readonly (readonly [id: string, allow: bigint, deny: bigint])[]): Lock => ({
  type: 0,
  overwrites: rules.map(([id, allow, deny]) => ({
    id,
    type: id === 'grace' ? OverwriteType.Member : OverwriteType.Role,
    allow: allow.toString(),
    deny: deny.toString(),
  })),
})
const everybody = rightsOf({ guild: read })
const withRole = rightsOf({ guild: read, staff: 0n, muted: 0n }, 'staff')
const closed = ['guild', 0n, ViewChannel] as const

describe('who may read a channel', () => {
  it.each<[string, boolean, Rights, Lock]>([
    ['whom @everyone lets', true, everybody, lockOf()],
    ['nobody without a permission', false, rightsOf({ guild: 0n }), lockOf()],
    ['not by seeing it without its history', false, rightsOf({ guild: ViewChannel }), lockOf()],
    ['not by its history without seeing it', false, rightsOf({ guild: ReadMessageHistory }), lockOf()],
    ['whom a role lets', true, rightsOf({ guild: 0n, staff: read }, 'staff'), lockOf()],
    ['not whom a role lets that they lack', false, rightsOf({ guild: 0n, staff: read }), lockOf()],
    ['the owner, whatever is denied', true, { ...everybody, ownerId: 'grace' }, lockOf(closed)],
    [
      'an administrator likewise',
      true,
      rightsOf({ guild: 0n, staff: Administrator }, 'staff'),
      lockOf(closed),
    ],
    ['not where @everyone is denied', false, everybody, lockOf(closed)],
    ['whom a role lets in there', true, withRole, lockOf(closed, ['staff', ViewChannel, 0n])],
    ['not by a role of others', false, everybody, lockOf(closed, ['staff', ViewChannel, 0n])],
    ['not whom a role denies', false, withRole, lockOf(['staff', 0n, ViewChannel])],
    [
      'whom one role lets in and another denies',
      true,
      { ...withRole, roleIds: ['staff', 'muted'] },
      lockOf(['muted', 0n, ViewChannel], ['staff', ViewChannel, 0n]),
    ],
    ['not who is denied by name', false, withRole, lockOf(['staff', read, 0n], ['grace', 0n, ViewChannel])],
    ['who is let in by name', true, everybody, lockOf(closed, ['grace', ViewChannel, 0n])],
    ['not who lost the history there', false, everybody, lockOf(['guild', 0n, ReadMessageHistory])],
    ['not a voice channel without connecting', false, everybody, { ...lockOf(), type: 2 }],
    ['a voice channel by connecting', true, rightsOf({ guild: read | Connect }), { ...lockOf(), type: 2 }],
  ])('%s', (_, may, rights, lock) => {
    expect(mayRead(rights, lock)).toBe(may)
  })

  it('every private thread is open to who manages threads, and to nobody else', () => {
    const manager = rightsOf({ guild: read, staff: ManageThreads }, 'staff')
    expect(readsPrivateThreads(manager, lockOf())).toBe(true)
    expect(readsPrivateThreads(manager, lockOf(['staff', 0n, ManageThreads]))).toBe(false)
    expect(readsPrivateThreads(everybody, lockOf())).toBe(false)
  })
})

const stage = openStage()

it('is reckoned as discord.js reckons it, for any roles and overwrites', async () => {
  // No overwrite can make an administrator.
  const inChannel = fc.constantFrom(0n, ViewChannel, ReadMessageHistory, read, ManageThreads)
  const bits = fc.oneof(inChannel, fc.constant(Administrator))
  const ids = ['400000000000000001', '500000000000000001', '500000000000000002', '600000000000000001']
  const [guildId = '', , , userId = ''] = ids
  const client = stage.client(await stage.discord())
  const setting = fc.record({
    roles: fc.tuple(bits, bits, bits),
    roleIds: fc.subarray(ids.slice(1, 3)),
    overwrites: fc
      .subarray(ids)
      .chain(chosen =>
        fc.tuple(
          ...chosen.map(id =>
            fc
              .record({ id: fc.constant(id), allow: inChannel, deny: inChannel })
              .filter(one => one.allow !== one.deny),
          ),
        ),
      ),
    owns: fc.boolean(),
  })
  fc.assert(
    fc.property(setting, ({ roles, roleIds, overwrites, owns }) => {
      const rights: Rights = {
        guildId,
        ownerId: owns ? userId : '1',
        userId,
        roles: roles.map((permissions, index) => ({
          id: ids[index] ?? '',
          permissions: permissions.toString(),
        })),
        roleIds,
      }
      const lock: Lock = {
        type: 0,
        overwrites: overwrites.map(({ id, allow, deny }) => ({
          id,
          type: id === userId ? OverwriteType.Member : OverwriteType.Role,
          allow: allow.toString(),
          deny: (deny & ~allow).toString(),
        })),
      }
      const theirs = reckon(client, rights, lock)
      for (const one of [ViewChannel, ReadMessageHistory, ManageThreads])
        expect((permissionsIn(rights, lock) & one) !== 0n).toBe(theirs.has(one))
    }),
  )
})

/** What discord.js says of the same, through its own classes, whose constructors it keeps to itself. */
function reckon(client: Client, rights: Rights, lock: Lock) {
  client.channels.cache.clear()
  const data = {
    id: rights.guildId,
    name: 'x',
    owner_id: rights.ownerId,
    roles: rights.roles.map(role => ({ ...role, name: role.id, position: 0, colors: {} })),
    channels: [{ id: '700000000000000001', type: 0, name: 'x', permission_overwrites: lock.overwrites }],
  }
  const guild: Guild = Reflect.construct(Guild, [client, data])
  const user = { id: rights.userId, username: 'grace', discriminator: '0', avatar: null }
  const member: GuildMember = Reflect.construct(GuildMember, [client, { user, roles: rights.roleIds }, guild])
  const channel = guild.channels.cache.first() as TextChannel
  return channel.permissionsFor(member)
}
