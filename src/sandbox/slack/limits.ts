/** A sliding window: at most `calls` within `windowMs`. */
interface Rate {
  readonly calls: number
  readonly windowMs: number
}

const perMinute = (calls: number): Rate => ({ calls, windowMs: 60_000 })

/** "20+ per minute" promises no more than 20, so no more is given. */
const tier2 = perMinute(20)
const tier3 = perMinute(50)
const tier4 = perMinute(100)

/** Per method, workspace and app; the stand-in has one workspace and one app. */
const rates: Readonly<Record<string, Rate>> = {
  'api.test': tier4,
  // Documented as "hundreds per minute".
  'auth.test': perMinute(200),
  'apps.connections.open': tier3,
  // Documented as about one a second in each channel, with short bursts; the length of a burst is ours.
  'chat.postMessage': { calls: 5, windowMs: 5_000 },
  'chat.update': tier3,
  'chat.delete': tier3,
  'chat.postEphemeral': tier4,
  'chat.startStream': tier2,
  'chat.appendStream': tier4,
  'chat.stopStream': tier2,
  // Documented as special without a number; this one is ours.
  'assistant.threads.setStatus': perMinute(600),
  'assistant.threads.setTitle': tier4,
  'assistant.threads.setSuggestedPrompts': tier4,
  'agents.sessions.setStatus': tier3,
  'agents.sessions.rename': tier3,
  'conversations.info': tier3,
  'conversations.history': tier3,
  'conversations.replies': tier3,
  'conversations.members': tier4,
  'conversations.open': tier3,
  'conversations.list': tier2,
  'users.conversations': tier3,
  'users.info': tier4,
  'team.info': tier3,
  'bots.info': tier3,
  'reactions.add': tier3,
  'views.publish': tier4,
}

export interface Limits {
  /** Counts the call, or says in how many whole seconds it may be tried again. */
  take(method: string, channelId: string | undefined): number | undefined
}

export function createLimits(now: () => number): Limits {
  const taken = new Map<string, number[]>()
  return {
    take(method, channelId) {
      const rate = rates[method] ?? tier3
      const key = method === 'chat.postMessage' ? `${method} ${channelId}` : method
      const recent = (taken.get(key) ?? []).filter(atMs => atMs > now() - rate.windowMs)
      taken.set(key, recent)
      const oldest = recent[0]
      if (recent.length < rate.calls || oldest === undefined) {
        recent.push(now())
        return undefined
      }
      return Math.max(1, Math.ceil((oldest + rate.windowMs - now()) / 1000))
    },
  }
}

export const unlimited: Limits = { take: () => undefined }
