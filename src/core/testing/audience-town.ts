import type { AudienceSource } from '../audience.ts'
import { ParleyError } from '../errors.ts'

/** A platform that says what it is told to say, and counts nothing but who asked for what. */
export function createTown() {
  const rooms = new Map<string, readonly string[]>()
  let down = false
  let gate = Promise.resolve()
  const asked: string[] = []
  const source: AudienceSource = {
    platform: 'slack',
    async readable(person, places) {
      asked.push(person.userId)
      const mine = rooms.get(person.userId) ?? []
      await gate
      if (down) throw new ParleyError('platform_unavailable', 'Down.')
      return places
        .filter(({ channelId, threadId }) => mine.includes(threadId ?? channelId))
        .map(place => ({ ...place, name: `name of ${place.channelId}`, readers: 3 }))
    },
  }
  return {
    source,
    asked,
    put: (userId: string, ...channelIds: readonly string[]) => void rooms.set(userId, channelIds),
    goDown: (isDown: boolean) => void (down = isDown),
    /** Answers wait until the returned function is called. */
    hold(): () => void {
      const { promise, resolve } = Promise.withResolvers<void>()
      gate = promise
      return resolve
    },
  }
}
