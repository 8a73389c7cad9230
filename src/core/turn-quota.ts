import { inLanguage } from './answer-language.ts'
import type { QuotaRefusal, TokenEstimate } from './quota.ts'
import { refusalFor } from './quota-refusal.ts'
import { warnOf } from './quota-warning.ts'
import type { Running, TurnDependencies } from './running-turn.ts'

/**
 * Holds what the Turn may take, on every level, before a model is asked; a Turn that was taken over finds what was
 * held. A cheaper Agent takes the place of the Turn's own where a soft limit asks for it. Gives why not, if not.
 */
export async function reserveTurn(
  deps: TurnDependencies,
  running: Running,
  estimate: TokenEstimate,
): Promise<QuotaRefusal | undefined> {
  const { store, clock, agents, roles } = deps
  const { turn, dialogue, agent } = running
  const told = await roles?.(turn.asker, dialogue.thread)
  const reserved = await store.quotas.reserve({
    reservationId: turn.id,
    askerId: turn.asker.id,
    thread: dialogue.thread,
    agentId: agent.id,
    model: agent.model,
    estimate,
    atMs: clock.nowMs(),
    under: running.job.lease,
    ...(told ? { roles: told } : {}),
  })
  if (!reserved.granted) return refusalFor(store, turn.asker.id, reserved)
  if (reserved.stepDownTo !== undefined) {
    const cheaper = await agents.byId(reserved.stepDownTo, dialogue, turn.asker)
    if (cheaper) {
      running.log.info({}, 'a soft limit is reached: a cheaper agent answers')
      running.agent = inLanguage(cheaper, running.policy)
    }
  }
  await warnOf(store, {
    askerId: turn.asker.id,
    place: dialogue.thread,
    news: reserved.news,
    atMs: clock.nowMs(),
  })
  return undefined
}
