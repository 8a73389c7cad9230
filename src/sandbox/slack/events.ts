import { randomBytes } from 'node:crypto'
import { parley } from '../cast.ts'
import type { Fields } from './args.ts'
import type { Delivery } from './delivery.ts'
import type { StoredMessage } from './message.ts'
import { parleyAccount } from './places.ts'
import { verificationToken } from './tokens.ts'
import { toWire, type WireMessage } from './wire-message.ts'
import { mentions } from './wire-text.ts'
import type { World } from './world.ts'

export type MentionOrder = 'message-first' | 'mention-first'

/** Tells the app what happened, where Parley is a member. */
export interface Events {
  posted(message: StoredMessage): void
  changed(message: WireMessage, previous: WireMessage, channelId: string): void
  deleted(previous: WireMessage, channelId: string): void
  /** Any other event, by its own fields; `event_ts` is added. */
  happened(event: Fields): void
  setMentionOrder(order: MentionOrder): void
}

const team = parley.slack.teamId

export function createEvents(world: World, delivery: Delivery, mentionOrder: MentionOrder): Events {
  let order = mentionOrder
  const send = (event: Fields) => delivery.deliver({ type: 'events_api', payload: callback(world, event) })
  const hears = (channelId: string) => world.members(channelId).has(parleyAccount.id)
  const channelType = (channelId: string) => {
    const channel = world.findChannel(channelId)
    return channel?.kind === 'direct' ? 'im' : channel?.secret ? 'group' : 'channel'
  }
  const hidden = (subtype: string, channelId: string, fields: Fields) => {
    if (!hears(channelId)) return
    const ts = world.clock.next()
    const place = { channel: channelId, channel_type: channelType(channelId) }
    send({ type: 'message', subtype, ...fields, ...place, hidden: true, ts, event_ts: ts })
  }
  return {
    posted(message) {
      const { channelId, ts } = message
      if (!hears(channelId)) return
      const place = { channel: channelId, event_ts: ts }
      const direct = channelType(channelId) === 'im'
      const asMessage = { ...toWire(world, message), ...place, channel_type: channelType(channelId) }
      const mentioned =
        !direct && message.userId !== parleyAccount.id && mentions(message.text, parleyAccount.id)
      if (!mentioned) return send(asMessage)
      const asMention = { ...toWire(world, message), type: 'app_mention', ...place }
      const both = order === 'message-first' ? [asMessage, asMention] : [asMention, asMessage]
      for (const event of both) send(event)
    },
    changed: (message, previous, channelId) =>
      hidden('message_changed', channelId, { message, previous_message: previous }),
    deleted: (previous, channelId) =>
      hidden('message_deleted', channelId, { deleted_ts: previous['ts'], previous_message: previous }),
    happened: event => send({ ...event, event_ts: world.clock.next() }),
    setMentionOrder: to => void (order = to),
  }
}

function callback(world: World, event: Fields): Fields {
  return {
    token: verificationToken,
    team_id: team,
    context_team_id: team,
    context_enterprise_id: null,
    api_app_id: parley.slack.appId,
    event,
    type: 'event_callback',
    event_id: `Ev${randomBytes(6).toString('hex').toUpperCase()}`,
    event_time: Math.floor(world.now() / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: team,
        user_id: parleyAccount.id,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
    event_context: `4-${randomBytes(12).toString('base64url')}`,
  }
}
