import {
  buildWindow,
  type ContextWindow,
  type ReadHistory,
  toWindowMessage,
  type WindowMessage,
} from './context-window.ts'
import { guideMessage } from './guide-turn.ts'
import type { Message } from './message.ts'
import { namesIn } from './people.ts'
import type { Summary } from './receipt.ts'
import type { Running, TurnDependencies } from './running-turn.ts'
import type { Stores } from './store.ts'
import { messagesToSummarise, summarise, type SummaryRecord } from './summary.ts'

/**
 * What the model is given for a Turn. Messages are counted once and their counts kept; what does not fit is taken
 * into the rolling summary first, so that it is not lost. A summary that cannot be made costs only itself.
 */
export async function buildContext(
  deps: TurnDependencies,
  running: Running,
  shrink: number,
): Promise<ContextWindow> {
  const readHistory: ReadHistory = async (beforePosition, limit) =>
    counted(
      deps,
      running,
      await deps.store.messages.before(running.dialogue.id, beforePosition, limit, running.answer.branchId),
    )
  const asked = await counted(deps, running, running.asked)
  const window = await windowWith(deps, running, { asked, readHistory, shrink })
  if (window.uncovered.messages.length === 0) return told(deps, running, window)
  if (!(await extendSummary(deps, running, window, readHistory))) return told(deps, running, window)
  return told(deps, running, await windowWith(deps, running, { asked, readHistory, shrink }))
}

interface Material {
  readonly asked: readonly WindowMessage[]
  readonly readHistory: ReadHistory
  readonly shrink: number
}

async function windowWith(
  { store }: TurnDependencies,
  running: Running,
  material: Material,
): Promise<ContextWindow> {
  const { dialogue, agent, answer } = running
  const guide = await guideMessage({ store }, running)
  const summary = await store.summaries.find(dialogue.id, answer.branchId)
  return buildWindow({
    agent,
    ...material,
    ...(summary ? { summary } : {}),
    ...(guide ? { guide } : {}),
  })
}

/** Messages as the window takes them; those never counted before are counted and kept so. */
async function counted(
  deps: TurnDependencies,
  running: Running,
  messages: readonly Message[],
): Promise<WindowMessage[]> {
  const names = await namesIn(deps, running, messages)
  const window: WindowMessage[] = []
  for (const message of messages) {
    const taken = toWindowMessage(message, names)
    if (message.tokens === undefined) await deps.store.messages.keepCounted(message.id, taken)
    window.push(taken)
  }
  return window
}

/** Takes what was left out into the summary; true when there is a new one. */
async function extendSummary(
  deps: TurnDependencies,
  running: Running,
  window: ContextWindow,
  readHistory: ReadHistory,
): Promise<boolean> {
  const { store, model } = deps
  const { agent } = running
  const previous = await store.summaries.find(running.dialogue.id, running.answer.branchId)
  const messages = await messagesToSummarise(window, previous, readHistory)
  if (messages.length === 0) return false
  const task = { model, agent, messages, record: recordOf(deps, running), ...(previous ? { previous } : {}) }
  const { summary, exchanges } = await summarise(task, running.halt)
  const failure = exchanges.find(exchange => exchange.error !== undefined)?.error
  if (failure) running.log.warn({ code: failure }, 'earlier messages could not be summarised')
  if (!summary) return false
  return store.atomically(async stores => {
    await stores.jobs.hold(running.job.lease)
    await stores.dialogues.lock(running.dialogue.id)
    // What was edited or deleted while the model wrote must not live on in what it wrote.
    if (!(await unchanged(stores, running, messages, summary))) return false
    await stores.summaries.save(running.dialogue.id, summary, running.answer.branchId)
    return true
  })
}

async function unchanged(
  stores: Stores,
  { dialogue, answer }: Running,
  messages: readonly WindowMessage[],
  summary: Summary,
): Promise<boolean> {
  const taken = messages.filter(message => message.position <= summary.throughPosition)
  const now = await stores.messages.before(
    dialogue.id,
    summary.throughPosition + 1,
    taken.length,
    answer.branchId,
  )
  const textNow = new Map(now.map(message => [message.position, message.text]))
  return taken.every(message => textNow.get(message.position) === message.text)
}

/** Each call for a summary is a ModelCall of the Turn, as the one for its answer is. */
function recordOf({ store, newId, clock }: TurnDependencies, { turn, job }: Running): SummaryRecord {
  let id = ''
  return {
    begin({ request, receipt }) {
      id = newId()
      return store.modelCalls.begin(
        { id, turnId: turn.id, purpose: 'summary', request, receipt, startedAtMs: clock.nowMs() },
        job.lease,
      )
    },
    end: ({ response, error }) =>
      store.modelCalls.end(id, { response, endedAtMs: clock.nowMs(), ...(error ? { error } : {}) }),
  }
}

function told(deps: TurnDependencies, { dialogue, turn }: Running, window: ContextWindow): ContextWindow {
  const { included, summarised, dropped } = window.receipt.messages
  const rest = [summarised > 0 ? `${summarised} summarised` : '', dropped > 0 ? `${dropped} left out` : '']
  const detail = [`${included} ${included === 1 ? 'message' : 'messages'}`, ...rest]
    .filter(Boolean)
    .join(', ')
  deps.trail({ step: 'turn.context_built', thread: dialogue.thread, turnId: turn.id, detail })
  return window
}
