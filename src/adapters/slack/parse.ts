import { z } from 'zod'
import type { Inbound } from '../../core/inbound.ts'
import { parseHomeOpened } from './home.ts'
import { type Installation, realmOf } from './installation.ts'
import { isMessageEvent, parseMessageEvent } from './parse-message.ts'
import { msOfTs, type Reading, unsupported } from './reading.ts'

const envelopeShape = z.object({
  event_id: z.string().optional(),
  team_id: z.string().optional(),
  authorizations: z.array(z.object({ team_id: z.string().nullish() })).optional(),
  event: z.looseObject({ type: z.string() }),
})

const stoppedShape = z.object({
  channel: z.string(),
  user: z.string(),
  thread_ts: z.string(),
  event_ts: z.string(),
})

/** A body of Slack's Events API as one Inbound. Never throws: what is not known becomes `ignored`. */
export function parseEvent(body: unknown, installation: Installation): Inbound {
  const envelope = envelopeShape.safeParse(body)
  if (!envelope.success) return unsupported({ installation, workspaceId: installation.teamId }, undefined)
  const { event, event_id: eventId, authorizations, team_id: teamId } = envelope.data
  // Of a channel shared by two companies `team_id` may name the other one; the authorization is ours.
  const workspaceId = authorizations?.[0]?.team_id ?? teamId ?? installation.teamId
  const reading: Reading = { installation, workspaceId }
  const inbound = isMessageEvent(event.type)
    ? parseMessageEvent(event, reading)
    : event.type === 'agent_session_stopped'
      ? parseStopped(event, reading)
      : event.type === 'app_home_opened'
        ? parseHomeOpened(event, reading)
        : undefined
  return inbound ?? unsupported(reading, eventId, channelOf(event))
}

/** Slack's own Stop button: by then Slack has already stopped the stream. */
function parseStopped(event: unknown, { installation, workspaceId }: Reading): Inbound | undefined {
  const parsed = stoppedShape.safeParse(event)
  if (!parsed.success) return undefined
  const { channel, user, thread_ts: threadTs, event_ts: eventTs } = parsed.data
  return {
    kind: 'stop',
    key: `stop:${threadTs}:${eventTs}`,
    thread: { platform: 'slack', workspaceId, channelId: channel, threadId: threadTs },
    by: { platform: 'slack', realm: realmOf(installation), userId: user },
    atMs: msOfTs(eventTs),
    native: true,
  }
}

function channelOf(event: { readonly [name: string]: unknown }): string | undefined {
  const { channel, item } = event
  if (typeof channel === 'string') return channel
  const nested = z.object({ id: z.string() }).safeParse(channel)
  if (nested.success) return nested.data.id
  const inItem = z.object({ channel: z.string() }).safeParse(item)
  return inItem.success ? inItem.data.channel : undefined
}
