import type { InboundIgnored } from './inbound.ts'
import type { Place, Platform } from './thread.ts'

/**
 * Marks among what was received, for a platform that tells everything once: how far it was heard. The next process
 * looks from there on, even if nobody spoke.
 */
export function marksPlace(platform: Platform): Place {
  return { platform, workspaceId: '@me', channelId: 'gateway' }
}

/** Everything before now was heard. */
export function heardUntil(platform: Platform, atMs: number): InboundIgnored {
  return mark(platform, `session:${atMs}`)
}

/** What happened since then is being read; until it was, nothing that is received says otherwise. */
export function behindSince(platform: Platform, sinceMs: number, atMs: number): InboundIgnored {
  return mark(platform, `${behind}${sinceMs}:${atMs}`)
}

/** From when on has to be read by this mark; undefined when it says that everything was heard. */
export function sinceOf(key: string): number | undefined {
  return key.startsWith(behind) ? Number(key.slice(behind.length).split(':')[0]) : undefined
}

const behind = 'behind:'

function mark(platform: Platform, key: string): InboundIgnored {
  return { kind: 'ignored', key, place: marksPlace(platform), reason: 'system_message' }
}
