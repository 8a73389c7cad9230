import type { StoredInteraction } from './entry.ts'
import type { World } from './world.ts'

/** How long a bot has to answer an interaction at all. */
export const answerWithinMs = 3000

export interface Deadlines {
  /** Tells the interaction's author when it is left unanswered. */
  watch(interaction: StoredInteraction): void
  readonly close: () => void
}

/** Watches interactions, those from before a kill included. */
export function createDeadlines(world: World): Deadlines {
  const timers = new Set<NodeJS.Timeout>()

  const expire = (id: string) => {
    const interaction = world.state.interactions.get(id)
    if (interaction?.state !== 'waiting') return
    world.record({ type: 'interaction', interaction: { ...interaction, state: 'unanswered' } })
    const text = interaction.type === 2 ? 'The application did not respond' : 'This interaction failed'
    notify(world, interaction.channelId, interaction.userId, text)
  }

  const watch = ({ id, atMs }: StoredInteraction) => {
    const leftMs = Math.max(0, atMs + answerWithinMs - world.now())
    const timer = setTimeout(() => {
      timers.delete(timer)
      expire(id)
    }, leftMs)
    timers.add(timer)
  }

  for (const interaction of world.state.interactions.values())
    if (interaction.state === 'waiting') watch(interaction)
  return { watch, close: () => timers.forEach(timer => clearTimeout(timer)) }
}

/** Says something to one person in the name of Discord's own client. */
export function notify(world: World, channelId: string, onlyFor: string, text: string): void {
  const notice = { id: world.nextId(), channelId, onlyFor, text, atMs: world.now() }
  world.record({ type: 'notice', notice })
  world.touch(channelId)
}
