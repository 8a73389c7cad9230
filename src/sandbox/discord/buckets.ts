import { createHash } from 'node:crypto'

/** A limit: so many calls in so many milliseconds. */
interface Allowance {
  readonly limit: number
  readonly windowMs: number
}

/**
 * Discord publishes no numbers per route. Sending and editing are what was observed, 5 in 5 s for each channel;
 * the others are of that order, so that a bot which hurries meets its limits here first.
 */
const allowances: Readonly<Record<string, Allowance>> = {
  'POST /channels/:id/messages': { limit: 5, windowMs: 5000 },
  'PATCH /channels/:id/messages/:id': { limit: 5, windowMs: 5000 },
  'DELETE /channels/:id/messages/:id': { limit: 5, windowMs: 1000 },
  'POST /channels/:id/typing': { limit: 5, windowMs: 5000 },
  'POST /webhooks/:id/:token': { limit: 5, windowMs: 2000 },
  'PATCH /webhooks/:id/:token/messages/@original': { limit: 5, windowMs: 5000 },
  'PATCH /webhooks/:id/:token/messages/:id': { limit: 5, windowMs: 5000 },
}
const usual: Allowance = { limit: 25, windowMs: 5000 }

/** Documented: 50 requests a second for each bot. */
const globally: Allowance = { limit: 50, windowMs: 1000 }

export interface Verdict {
  readonly headers: Readonly<Record<string, string>>
  /** Set when the call comes too soon. */
  readonly refused?: { readonly retryAfterMs: number; readonly global: boolean }
}

export interface Buckets {
  /** Counts a call against its route's bucket, and against the global limit unless it is exempt. */
  take(route: string, path: string): Verdict
}

export function createBuckets(now: () => number): Buckets {
  const windows = new Map<string, { startMs: number; used: number }>()

  const spend = (key: string, { limit, windowMs }: Allowance) => {
    const open = windows.get(key)
    const current = open && now() < open.startMs + windowMs ? open : { startMs: now(), used: 0 }
    windows.set(key, current)
    const granted = current.used < limit
    if (granted) current.used += 1
    return { granted, remaining: limit - current.used, resetMs: current.startMs + windowMs }
  }

  return {
    take(route, path) {
      if (!isExempt(path)) {
        const whole = spend('global', globally)
        if (!whole.granted) return refuseGlobally(whole.resetMs - now())
      }
      const allowance = allowances[route] ?? usual
      const { granted, remaining, resetMs } = spend(`${route} ${majorOf(path)}`, allowance)
      const leftMs = resetMs - now()
      const headers = {
        'X-RateLimit-Limit': String(allowance.limit),
        'X-RateLimit-Remaining': String(remaining),
        'X-RateLimit-Reset': (resetMs / 1000).toFixed(3),
        'X-RateLimit-Reset-After': (leftMs / 1000).toFixed(3),
        'X-RateLimit-Bucket': createHash('md5').update(route).digest('hex'),
      }
      if (granted) return { headers }
      return {
        headers: { ...headers, 'X-RateLimit-Scope': 'user', 'Retry-After': String(Math.ceil(leftMs / 1000)) },
        refused: { retryAfterMs: leftMs, global: false },
      }
    },
  }
}

function refuseGlobally(leftMs: number): Verdict {
  return {
    headers: {
      'X-RateLimit-Global': 'true',
      'X-RateLimit-Scope': 'global',
      'Retry-After': String(Math.ceil(leftMs / 1000)),
    },
    refused: { retryAfterMs: leftMs, global: true },
  }
}

/** Documented: interaction endpoints are not bound to the bot's global limit. */
function isExempt(path: string): boolean {
  return path.startsWith('/interactions/') || path.startsWith('/webhooks/')
}

/** The ids that give a bucket of its own: a channel, a guild, or an interaction's token. */
function majorOf(path: string): string {
  return /^\/(?:(?:channels|guilds)\/[^/]+|(?:webhooks|interactions)\/[^/]+\/[^/]+)/.exec(path)?.[0] ?? ''
}
