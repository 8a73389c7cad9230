import type { InboundIgnored } from '../../core/inbound.ts'
import type { Installation } from './installation.ts'

/** Where and for whom an event is read. */
export interface Reading {
  readonly installation: Installation
  readonly workspaceId: string
}

/** A Place has to name a channel; some events have none. */
const noChannel = '-'

/** What has a shape that is not known, or is of no use to Parley. */
export function unsupported(
  { workspaceId }: Reading,
  id: string | undefined,
  channelId: string = noChannel,
): InboundIgnored {
  const place = { platform: 'slack', workspaceId, channelId } as const
  return { kind: 'ignored', key: `event:${id ?? 'unknown'}`, place, reason: 'unsupported' }
}

/** Slack's message ids are seconds with six decimals. */
export function msOfTs(ts: string): number {
  return Math.round(Number(ts) * 1000)
}
