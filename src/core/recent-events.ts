import type { Place } from './thread.ts'

interface Happening {
  readonly key: string
  readonly place: Place
}

/** The events that this process decided last, so that one that comes again at once is known without asking anybody. */
export interface RecentEvents {
  has(event: Happening): boolean
  add(event: Happening): void
}

export function createRecentEvents(atMost: number): RecentEvents {
  const names = new Set<string>()
  return {
    has: event => names.has(nameOf(event)),
    add(event) {
      names.add(nameOf(event))
      const [oldest] = names
      if (names.size > atMost && oldest !== undefined) names.delete(oldest)
    },
  }
}

function nameOf({ key, place: { platform, workspaceId, channelId } }: Happening): string {
  return JSON.stringify([platform, workspaceId, channelId, key])
}
