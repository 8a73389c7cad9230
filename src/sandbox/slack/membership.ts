import { parley } from '../cast.ts'
import type { Events } from './events.ts'
import { getAccount } from './places.ts'
import { describeAccount } from './workspace-methods.ts'
import type { World } from './world.ts'

/** What people do that is no message, and of which the app hears. */
export interface Membership {
  join(channelId: string, personId: string): void
  leave(channelId: string, personId: string): void
  /** Closes a channel for writing; who is in it can still read it. */
  archive(channelId: string, archived?: boolean): void
  /** Takes a person's account away, and with it every membership. */
  deactivate(personId: string): void
  /** Makes somebody a guest. */
  restrict(personId: string): void
  openHome(personId: string, tab: 'home' | 'messages'): void
}

export function createMembership(world: World, events: Events): Membership {
  const change = (channelId: string, userId: string, present: boolean) => {
    const place = {
      user: userId,
      channel: channelId,
      channel_type: typeOf(channelId),
      team: parley.slack.teamId,
    }
    world.record({ kind: 'member', channelId, userId, present })
    events.happened({ type: present ? 'member_joined_channel' : 'member_left_channel', ...place })
  }
  const changed = (personId: string) => {
    const state = { deleted: world.isDeactivated(personId), restricted: world.isRestricted(personId) }
    events.happened({ type: 'user_change', user: describeAccount(getAccount(personId), state) })
  }
  const typeOf = (channelId: string) => (world.findChannel(channelId)?.secret ? 'G' : 'C')
  return {
    archive(channelId, archived = true) {
      world.record({ kind: 'archived', channelId, archived })
      const kind = world.findChannel(channelId)?.secret ? 'group' : 'channel'
      events.happened({ type: `${kind}_${archived ? 'archive' : 'unarchive'}`, channel: channelId })
    },
    deactivate(personId) {
      world.record({ kind: 'deactivated', userId: personId })
      changed(personId)
    },
    restrict(personId) {
      world.record({ kind: 'restricted', userId: personId })
      changed(personId)
    },
    join: (channelId, personId) => change(channelId, personId, true),
    leave: (channelId, personId) => change(channelId, personId, false),
    openHome(personId, tab) {
      const view = tab === 'home' ? world.findHome(personId) : undefined
      const channel = `D${personId.slice(1)}`
      events.happened({ type: 'app_home_opened', user: personId, channel, tab, ...(view && { view }) })
    },
  }
}
