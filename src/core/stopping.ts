import { sentences } from './catalogue.ts'
import type { Author, Identity } from './identity.ts'
import type { InboundStop } from './inbound.ts'
import type { Outcome } from './decision.ts'
import type { Job } from './job.ts'
import type { ChatPlatform } from './platform.ts'
import type { Store, Stores } from './store.ts'
import type { Platform, ThreadRef } from './thread.ts'
import type { Turn } from './turn.ts'

/** The kind of the job that asks a platform whether somebody may stop another person's answer. */
export const stopJobKind = 'stop'

/** Stop pressed in a thread: the person who asked may; others when their platform says that they moderate there. */
export async function receiveStop(stores: Stores, stop: InboundStop): Promise<Outcome> {
  const turns = await running(stores, stop.thread, stop.turnId)
  return stopTurns(stores, turns, stop.by, stop.thread, stop.native)
}

/** Stops those of `turns` that this person may stop at once, and enqueues the question for the others. */
export async function stopTurns(
  stores: Stores,
  turns: readonly Turn[],
  by: Author,
  thread: ThreadRef,
  permitted: boolean,
): Promise<Outcome> {
  const about = { threadId: thread.threadId, by }
  const [first] = turns
  if (!first) {
    return {
      decision: { outcome: 'ignored', reason: 'nothing_running' },
      ...about,
      reply: sentences.nothingToStop,
    }
  }
  const person = await stores.identities.meet(by)
  const mine = permitted ? turns : turns.filter(turn => turn.asker.id === person.id)
  for (const turn of mine) await stores.turns.requestStop(turn.id, { reason: 'asked', byId: person.id })
  if (mine.length > 0) {
    return {
      decision: { outcome: 'answered', reason: 'stop_requested' },
      ...about,
      turnId: first.id,
      reply: sentences.stopping,
    }
  }
  for (const turn of turns) await askWhetherToStop(stores, turn, person)
  return {
    decision: { outcome: 'refused', reason: 'not_yours_to_stop' },
    ...about,
    reply: sentences.checkingStop,
  }
}

function askWhetherToStop(stores: Stores, turn: Turn, person: Identity): Promise<void> {
  return stores.jobs.enqueue({
    kind: stopJobKind,
    lane: `stop:${turn.id}:${person.id}`,
    payload: { turnId: turn.id, personId: person.id },
  })
}

async function running(
  stores: Stores,
  thread: ThreadRef,
  turnId: string | undefined,
): Promise<readonly Turn[]> {
  // A button stands under an answer in the channel too, which tells of no thread.
  if (turnId !== undefined)
    return (await stores.turns.active({ place: thread })).filter(turn => turn.id === turnId)
  const dialogue = await stores.dialogues.find(thread)
  if (!dialogue) return []
  const turns = await stores.turns.active({ dialogueId: dialogue.id })
  return turns
    .filter(turn => turn.state === 'running')
    .concat(turns.filter(turn => turn.state === 'accepted'))
    .slice(0, 1)
}

/** Runs a stop job: asks the platform for the person's rights, and stops the Turn when they suffice. */
export async function runStopJob(
  { store, platforms }: { readonly store: Store; readonly platforms: ReadonlyMap<Platform, ChatPlatform> },
  job: Job,
  signal: AbortSignal,
): Promise<void> {
  const turn = await store.turns.get(String(job.payload['turnId']))
  const dialogue = await store.dialogues.get(turn.dialogueId)
  const personId = String(job.payload['personId'])
  const person = (await store.identities.get([personId])).get(personId)
  const platform = platforms.get(dialogue.thread.platform)
  if (!person || !platform || !(await platform.mayModerate(person, dialogue.thread, signal))) return
  await store.turns.requestStop(turn.id, { reason: 'asked', byId: person.id })
}
