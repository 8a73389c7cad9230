import { parley } from '../cast.ts'
import type { Events } from './events.ts'
import type { World } from './world.ts'

/** What people do that is no message, and of which the app hears. */
export interface Membership {
  join(channelId: string, personId: string): void
  leave(channelId: string, personId: string): void
  openHome(personId: string, tab: 'home' | 'messages'): void
}

export function createMembership(world: World, events: Events): Membership {
  const change = (channelId: string, userId: string, present: boolean) => {
    const place = { user: userId, channel: channelId, channel_type: 'C', team: parley.slack.teamId }
    world.record({ kind: 'member', channelId, userId, present })
    events.happened({ type: present ? 'member_joined_channel' : 'member_left_channel', ...place })
  }
  return {
    join: (channelId, personId) => change(channelId, personId, true),
    leave: (channelId, personId) => change(channelId, personId, false),
    openHome(personId, tab) {
      const view = tab === 'home' ? world.findHome(personId) : undefined
      const channel = `D${personId.slice(1)}`
      events.happened({ type: 'app_home_opened', user: personId, channel, tab, ...(view && { view }) })
    },
  }
}
