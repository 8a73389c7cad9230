import { requestTo } from './agent.ts'
import type { ContextWindow } from './context-window.ts'
import { createEchoFilter } from './echo.ts'
import { ParleyError, isRetryable } from './errors.ts'
import { putQuestion } from './guide-turn.ts'
import type { ModelEvent, ModelRequest, ModelResponse } from './model.ts'
import { passes } from './moderate.ts'
import { moderates } from './moderation.ts'
import type { Rendering } from './platform.ts'
import type { Receipt } from './receipt.ts'
import type { Running, TurnDependencies } from './running-turn.ts'
import { readHistory } from './thread-history.ts'
import { countTokens } from './tokens.ts'
import type { TurnResult } from './turn.ts'
import { settleCalls } from './spent.ts'
import { completeContext, openContext } from './turn-context.ts'
import { reserveTurn } from './turn-quota.ts'

/** What one request to the model came to. */
interface Exchange {
  readonly callId: string
  /** The answer's own words, labels that the model echoed left out. */
  readonly text: string
  readonly response: ModelResponse
  readonly error?: ParleyError
  readonly firstTextAtMs?: number
}

/** What did not pass is not shown, and leaves nothing that could be. */
const withheld: TurnResult = { end: 'failed', error: 'moderated', text: '', tokens: 0 }

/** After an overflow the window is built anew at half its size, once. */
const shrunk = 0.5

/**
 * Asks the model and stores what came of it: the text, the call, the settled Reservation and the Turn's end in one
 * transaction. Rejects, with nothing stored but the failed call, when it is worth asking again later.
 */
export async function answer(
  deps: TurnDependencies,
  running: Running,
  rendering: Rendering,
): Promise<TurnResult> {
  rendering.show({ text: '', state: 'thinking' })
  const put = await putQuestion(deps, running)
  if (put) return put
  await readHistory(deps, running)
  const own = running.agent
  const opened = await openContext(deps, running, 1)
  const refusal = await reserveTurn(deps, running, opened.estimate)
  if (refusal)
    return conclude(deps, running, { end: 'failed', error: 'quota_exceeded', refusal, text: '', tokens: 0 })
  const question = running.asked.map(({ text }) => text).join('\n\n')
  if (!(await passes(deps, running, question, 'questions'))) return conclude(deps, running, withheld)
  const within = running.agent === own ? opened : await openContext(deps, running, 1)
  let exchange = await ask(deps, running, rendering, await completeContext(deps, running, within))
  if (exchange.error?.code === 'context_overflow' && exchange.text === '') {
    running.log.info(
      { code: exchange.error.code },
      'the window was too large for the model; asking with half of it',
    )
    await deps.store.modelCalls.end(exchange.callId, endOf(deps, exchange))
    const half = await openContext(deps, running, shrunk)
    exchange = await ask(deps, running, rendering, await completeContext(deps, running, half))
  }
  const result = resultOf(deps, running, exchange)
  const isShown = result instanceof ParleyError || (await passes(deps, running, result.text, 'answers'))
  return conclude(deps, running, isShown ? result : withheld, exchange)
}

async function ask(
  deps: TurnDependencies,
  running: Running,
  rendering: Rendering,
  context: ContextWindow,
): Promise<Exchange> {
  const request = requestTo(running.agent, context.messages)
  const callId = await beginCall(deps, running, request, context.receipt)
  const thread = running.dialogue.thread
  deps.trail({ step: 'model.called', thread, turnId: running.turn.id })
  const filter = createEchoFilter(running.agent.name)
  // What is yet to be judged is not shown while it is written.
  const isJudged = moderates(running.policy.moderation, 'answers')
  let text = ''
  let firstTextAtMs: number | undefined
  let end: Exclude<ModelEvent, { type: 'text' }> | undefined
  for await (const event of deps.model.stream(request, running.halt)) {
    if (event.type !== 'text') {
      end = event
      continue
    }
    if (firstTextAtMs === undefined) {
      firstTextAtMs = deps.clock.nowMs()
      deps.trail({ step: 'model.first_text', thread, turnId: running.turn.id })
    }
    text += filter.push(event.text)
    if (text !== '' && !isJudged) rendering.show({ text, state: 'streaming' })
  }
  text += filter.end()
  deps.trail({ step: 'model.ended', thread, turnId: running.turn.id, detail: end?.type ?? 'cut' })
  return {
    callId,
    text,
    response: end?.response ?? { choices: [] },
    ...(end?.type === 'failed' ? { error: end.error } : {}),
    ...(firstTextAtMs === undefined ? {} : { firstTextAtMs }),
  }
}

async function beginCall(
  deps: TurnDependencies,
  running: Running,
  request: ModelRequest,
  receipt: Receipt,
): Promise<string> {
  const id = deps.newId()
  await deps.store.modelCalls.begin(
    { id, turnId: running.turn.id, purpose: 'answer', request, receipt, startedAtMs: deps.clock.nowMs() },
    running.job.lease,
  )
  return id
}

/** How the Turn ends by what the model said; throws what is worth trying again before anything was written. */
function resultOf(deps: TurnDependencies, running: Running, exchange: Exchange): TurnResult | ParleyError {
  const { text, error } = exchange
  if (running.leave.aborted) return new ParleyError('lease_lost', 'This process lets go of the turn.')
  const result = { text, tokens: countTokens(text) }
  if (!error) {
    const wasCut = exchange.response.choices[0]?.finishReason === 'length'
    if (text.trim() !== '') return { ...result, end: 'done', ...(wasCut ? { error: 'answer_cut' } : {}) }
    return new ParleyError('model_malformed', 'The model gave an empty answer.')
  }
  if (running.halt.aborted) return { ...result, end: 'stopped' }
  if (text === '' && isRetryable(error)) return error
  running.log.warn({ code: error.code, error }, 'the model failed')
  return { ...result, end: 'failed', error: error.code }
}

/** The call, what everything cost and how the Turn ends, together. */
async function conclude(
  deps: TurnDependencies,
  running: Running,
  outcome: TurnResult | ParleyError,
  exchange?: Exchange,
): Promise<TurnResult> {
  if (outcome instanceof ParleyError && outcome.code === 'lease_lost') throw outcome
  await deps.store.atomically(async stores => {
    // Locks job and Dialogue either way, before the call's own row, which erasing a message takes after them.
    if (outcome instanceof ParleyError) {
      await stores.jobs.hold(running.job.lease)
      await stores.dialogues.lock(running.dialogue.id)
    } else await stores.turns.deliver(running.turn.id, running.job.lease, outcome)
    if (exchange) await stores.modelCalls.end(exchange.callId, endOf(deps, exchange))
    if (outcome === withheld)
      await stores.decisions.overturn(running.turn.id, { outcome: 'refused', reason: 'moderated' })
    await settleCalls(stores, { turnId: running.turn.id }, running.agent.id)
  })
  if (outcome instanceof ParleyError) throw outcome
  return outcome
}

function endOf({ clock }: TurnDependencies, { response, error, firstTextAtMs }: Exchange) {
  return {
    response,
    endedAtMs: clock.nowMs(),
    ...(error ? { error: error.code } : {}),
    ...(firstTextAtMs === undefined ? {} : { firstTextAtMs }),
  }
}
