import { answer } from './answer.ts'
import { inLanguage } from './answer-language.ts'
import { judgeAsker, refuseTurn } from './asker-permission.ts'
import { isFinalRefusal, isRetryable, ParleyError, toParleyError } from './errors.ts'
import type { Job } from './job.ts'
import type { Log } from './log.ts'
import type { Rendering, Snapshot } from './platform.ts'
import { relayAsked } from './relay.ts'
import type { Running, TurnDependencies } from './running-turn.ts'
import { show, stopOf } from './show-answer.ts'
import { settleCalls } from './spent.ts'
import { watchForStop } from './stop-watch.ts'
import { titleJob, wantsTitle } from './title.ts'
import type { TurnBrief, TurnResult } from './turn.ts'
import { watchStages } from './turn-stages.ts'
import type { JobHandler } from './worker.ts'

/** The kind of the job that runs a Turn. */
export const turnJobKind = 'turn'

/** A model that fails before its first text is asked this often, in attempts of growing distance. */
const maxModelAttempts = 3

/** A Turn that was begun this often without an answer is what ends its process: it gets a last word instead. */
const maxBegun = 6

/** Runs Turns: from what was asked to an answer that the platform shows, whoever began it and however far it came. */
export function createTurnHandler(deps: TurnDependencies): JobHandler {
  return {
    // Three for the model; the rest, about a quarter of an hour, for a platform that cannot be reached.
    maxAttempts: 20,
    finishes: true,
    async run(job, leave) {
      // Before it is begun: a word to stop comes with the Turn, or is heard.
      const watch = watchForStop(deps, turnIdOf(job), leave)
      try {
        await runTurn(deps, job, leave, watch.halt)
      } finally {
        watch.done()
      }
    },
    async giveUp(job, error) {
      const thread = await deps.store.atomically(async stores => {
        const brief = await stores.turns.begin(turnIdOf(job), job.lease)
        if (!brief) return undefined
        await stores.turns.deliver(brief.turn.id, job.lease, failed(brief, error))
        await stores.turns.end(brief.turn.id, job.lease)
        await settleCalls(stores, { turnId: brief.turn.id })
        return brief.dialogue.thread
      })
      if (thread) deps.trail({ step: 'turn.ended', thread, turnId: turnIdOf(job), detail: 'failed' })
    },
  }
}

async function runTurn(
  all: TurnDependencies,
  job: Job,
  leave: AbortSignal,
  halt: AbortSignal,
): Promise<void> {
  const startedAtMs = all.clock.nowMs()
  const brief = await all.store.turns.begin(turnIdOf(job), job.lease)
  if (!brief) return all.store.jobs.finish(job.lease)
  const stages = watchStages(all, brief.turn.id)
  const deps = { ...all, trail: stages.trail }
  const { dialogue } = brief
  const platform = deps.platforms.get(dialogue.thread.platform)
  const log = deps.log.with({
    turnId: brief.turn.id,
    dialogueId: dialogue.id,
    platform: dialogue.thread.platform,
  })
  if (!platform) {
    const error = new ParleyError('platform_auth', 'This platform is not connected.')
    await endUnshown(deps, job, brief, log, error)
    return deps.trail({
      step: 'turn.ended',
      thread: dialogue.thread,
      turnId: brief.turn.id,
      detail: 'failed',
    })
  }
  deps.trail({
    step: 'turn.begun',
    thread: dialogue.thread,
    turnId: brief.turn.id,
    acceptedAtMs: brief.turn.acceptedAtMs,
    detail: `attempt ${job.attempt}`,
  })
  const [policy, usual] = await Promise.all([
    deps.store.policies.for(dialogue.thread),
    deps.agents.forAnswer(dialogue, brief.turn.asker),
  ])
  const asking = { ...brief, job, platform, policy, log, leave, halt }
  const refusal = brief.turn.end ? undefined : await judgeAsker(deps, asking)
  if (refusal) return refuseTurn(deps, asking, refusal)
  const running: Running = { ...asking, agent: inLanguage(usual, policy) }
  const end = await answerAndShow(deps, running)
  log.info(
    {
      outcome: end,
      attempt: job.attempt,
      queuedMs: startedAtMs - brief.turn.acceptedAtMs,
      contextMs: stages.tookMs('context'),
      firstTextMs: stages.tookMs('model_wait'),
      modelMs: stages.tookMs('model'),
      showingMs: stages.tookMs('last_part'),
      durationMs: deps.clock.nowMs() - startedAtMs,
    },
    'turn ended',
  )
}

async function answerAndShow(deps: TurnDependencies, running: Running): Promise<string> {
  const { turn, job } = running
  const rendering = await relayAsked(deps, running)
    .then(relayed => openRendering(deps, running, relayed))
    .catch((thrown: unknown) => refusal(toParleyError(thrown)))
  if (rendering instanceof ParleyError) {
    await endUnshown(deps, job, running, running.log, rendering)
    return 'failed'
  }
  const letGo = () => void rendering.abandon()
  if (running.leave.aborted) {
    letGo()
    throw new ParleyError('lease_lost', 'This process lets go of the turn.')
  }
  running.leave.addEventListener('abort', letGo)
  try {
    const result = turn.end ? resultOnRecord(running) : await produce(deps, running, rendering)
    deps.trail({
      step: 'turn.delivering',
      thread: running.dialogue.thread,
      turnId: turn.id,
      detail: result.end,
    })
    const end = await show(deps, running, rendering, result)
    if (end === 'done' && wantsTitle(running.dialogue, turn)) await deps.store.jobs.enqueue(titleJob(turn))
    await deps.store.turns.end(turn.id, job.lease)
    deps.trail({ step: 'turn.ended', thread: running.dialogue.thread, turnId: turn.id, detail: end })
    return end
  } catch (thrown) {
    void rendering.abandon()
    throw thrown
  } finally {
    running.leave.removeEventListener('abort', letGo)
  }
}

/** What the Turn comes to, and stored as that: from here on no model is asked again. */
async function produce(deps: TurnDependencies, running: Running, rendering: Rendering): Promise<TurnResult> {
  const stopped = running.turn.stop ?? (running.halt.aborted ? await stopOf(deps, running) : undefined)
  if (stopped || running.asked.length === 0) {
    const result: TurnResult = {
      end: 'stopped',
      text: running.answer.text,
      tokens: running.answer.tokens ?? 0,
    }
    await deliver(deps, running, running.job, result)
    return result
  }
  try {
    if (running.job.attempt > maxBegun) throw new ParleyError('internal', 'This turn was begun too often.')
    return await answer(deps, running, rendering)
  } catch (thrown) {
    const error = toParleyError(thrown)
    if (running.leave.aborted || error.code === 'lease_lost') throw error
    if (running.job.attempt < maxModelAttempts && isRetryable(error)) throw error
    running.log.error({ error, code: error.code }, 'the turn cannot be answered')
    const result = failed(running, error)
    await deliver(deps, running, running.job, result)
    return result
  }
}

async function openRendering(
  deps: TurnDependencies,
  running: Running,
  relayed: string | undefined,
): Promise<Rendering> {
  const { turn, dialogue, job, asked, platform } = running
  const rendering = await platform.open({
    turnId: turn.id,
    dialogue,
    asker: turn.asker,
    askedRef: relayed ?? asked.at(-1)?.ref ?? dialogue.thread.threadId,
    parts: deps.store.turns.partsOf(turn.answerId, job.lease),
    // One that came back from a model had nothing under way on its platform.
    takenOver: job.attempt > 1 && !job.givenBackFor?.startsWith('model_'),
    saveDelivery: delivery => deps.store.dialogues.saveDelivery(dialogue.id, delivery),
    moveTo: thread => deps.store.dialogues.moveTo(dialogue.id, thread),
  })
  return watched(rendering, {
    show: snapshot =>
      deps.live.show({ dialogueId: dialogue.id, turnId: turn.id, messageId: turn.answerId, snapshot }),
    letGo: () => deps.live.letGo(turn.id),
  })
}

/** The same rendering, of which those who watch the Dialogue elsewhere see every state too. */
function watched(rendering: Rendering, live: { show(snapshot: Snapshot): void; letGo(): void }): Rendering {
  return {
    show(snapshot) {
      live.show(snapshot)
      rendering.show(snapshot)
    },
    settle(snapshot) {
      live.show(snapshot)
      return rendering.settle(snapshot)
    },
    abandon() {
      live.letGo()
      return rendering.abandon()
    },
    giveUp() {
      live.letGo()
      return rendering.giveUp()
    },
  }
}

/** What the platform will never allow is how the Turn ends; anything else is tried again later. */
function refusal(error: ParleyError): ParleyError {
  if (isFinalRefusal(error)) return error
  throw error
}

/** There is no place to say anything: the platform does not allow it, or is not connected any more. */
async function endUnshown(
  deps: TurnDependencies,
  job: Job,
  brief: TurnBrief,
  log: Log,
  error: ParleyError,
): Promise<void> {
  log.warn({ code: error.code, error }, 'the answer has nowhere to be shown')
  await deliver(deps, brief, job, failed(brief, error))
  await deps.store.turns.end(brief.turn.id, job.lease)
}

/** Together with the end of what was reserved: a process that died may have left calls behind. */
function deliver(
  { store }: TurnDependencies,
  { turn }: TurnBrief,
  job: Job,
  result: TurnResult,
): Promise<void> {
  return store.atomically(async stores => {
    await stores.turns.deliver(turn.id, job.lease, result)
    await settleCalls(stores, { turnId: turn.id })
  })
}

function resultOnRecord({ turn, answer }: Running): TurnResult {
  const end = turn.end ?? { state: 'failed', error: 'internal' }
  return {
    end: end.state,
    text: answer.text,
    tokens: answer.tokens ?? 0,
    ...(end.error === undefined ? {} : { error: end.error }),
    ...(end.refusal === undefined ? {} : { refusal: end.refusal }),
  }
}

function failed({ answer }: TurnBrief, error: ParleyError): TurnResult {
  return { end: 'failed', error: error.code, text: answer.text, tokens: answer.tokens ?? 0 }
}

function turnIdOf(job: Job): string {
  return String(job.payload['turnId'])
}
