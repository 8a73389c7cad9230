import {
  buildWindow,
  type ContextWindow,
  type ReadHistory,
  toWindowMessage,
  type WindowMessage,
  type WindowRequest,
} from './context-window.ts'
import { guideMessage } from './guide-turn.ts'
import type { Message } from './message.ts'
import { namesIn } from './people.ts'
import type { TokenEstimate } from './quota.ts'
import { promptTokens, type Summary } from './receipt.ts'
import type { Running, TurnDependencies } from './running-turn.ts'
import type { Stores } from './store.ts'
import { messagesToSummarise, summarise, summaryEstimate, type SummaryRecord } from './summary.ts'

/** What a Turn's window would be, before any model is asked; and what its summary has yet to take in. */
export interface OpenContext {
  readonly window: ContextWindow
  readonly material: Material
  readonly previous?: Summary
  /** Oldest first; none when everything was given or covered. */
  readonly toSummarise: readonly WindowMessage[]
  /** Of everything that is still to be asked: the summaries, and the answer. */
  readonly estimate: TokenEstimate
}

/** Messages are counted once and their counts kept. Asks no model. */
export async function openContext(
  deps: TurnDependencies,
  running: Running,
  shrink: number,
): Promise<OpenContext> {
  const { dialogue, answer, agent } = running
  const readHistory: ReadHistory = async (beforePosition, limit) =>
    counted(
      deps,
      running,
      await deps.store.messages.before(dialogue.id, beforePosition, limit, answer.branchId),
    )
  const [previous, guide, asked] = await Promise.all([
    deps.store.summaries.find(dialogue.id, answer.branchId),
    guideMessage(deps, running),
    counted(deps, running, running.asked),
  ])
  const material = { agent, asked, readHistory, shrink, ...(guide ? { guide } : {}) }
  const window = await windowWith(material, previous)
  const toSummarise = await messagesToSummarise(window, previous, readHistory)
  const first = summaryEstimate(agent, previous, toSummarise)
  const estimate = {
    inputTokens: first.inputTokens + promptTokens(window.receipt),
    outputTokens: first.outputTokens + agent.maxTokens,
  }
  return { window, material, toSummarise, estimate, ...(previous ? { previous } : {}) }
}

/**
 * What the model is given for a Turn. What does not fit is taken into the rolling summary first, so that it is not
 * lost. A summary that cannot be made costs only itself.
 */
export async function completeContext(
  deps: TurnDependencies,
  running: Running,
  opened: OpenContext,
): Promise<ContextWindow> {
  const { window, material, toSummarise } = opened
  const summary = toSummarise.length === 0 ? undefined : await extendSummary(deps, running, opened)
  return told(deps, running, summary ? await windowWith(material, summary) : window)
}

/** All that a window is made of but the summary, which may grow. */
type Material = Omit<WindowRequest, 'summary'>

function windowWith(material: Material, summary: Summary | undefined): Promise<ContextWindow> {
  return buildWindow({ ...material, ...(summary ? { summary } : {}) })
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

/** Takes what was left out into the summary; undefined when there is no new one. */
async function extendSummary(
  deps: TurnDependencies,
  running: Running,
  { previous, toSummarise: messages }: OpenContext,
): Promise<Summary | undefined> {
  const { store, model } = deps
  const { agent } = running
  const task = { model, agent, messages, record: recordOf(deps, running), ...(previous ? { previous } : {}) }
  const { summary, exchanges } = await summarise(task, running.halt)
  const failure = exchanges.find(exchange => exchange.error !== undefined)?.error
  if (failure) running.log.warn({ code: failure }, 'earlier messages could not be summarised')
  if (!summary) return undefined
  return store.atomically(async stores => {
    await stores.jobs.hold(running.job.lease)
    await stores.dialogues.lock(running.dialogue.id)
    // What was edited or deleted while the model wrote must not live on in what it wrote.
    if (!(await unchanged(stores, running, messages, summary))) return undefined
    await stores.summaries.save(running.dialogue.id, summary, running.answer.branchId)
    return summary
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
