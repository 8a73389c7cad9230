import type { Agent } from './agent.ts'
import { tokensPerAnswer, tokensPerMessage } from './context-window.ts'
import { createEchoFilter } from './echo.ts'
import { ParleyError } from './errors.ts'
import type { Identity } from './identity.ts'
import type { LanguageModel, ModelResponse } from './model.ts'
import type { Quotas } from './quota.ts'
import { toEnvelope } from './speaker.ts'
import type { ThreadRef } from './thread.ts'
import { countTokens } from './tokens.ts'

export interface Trial {
  readonly text: string
  readonly model: string
  readonly inputTokens: number
  readonly outputTokens: number
}

/**
 * One answer of an Agent that may not be published yet, on the allowance of who tries it; kept nowhere. Throws
 * `quota_exceeded`, or what the model failed with.
 */
export async function tryAgent(
  deps: { readonly model: LanguageModel; readonly quotas: Quotas; readonly nowMs: () => number },
  asked: {
    readonly agent: Agent
    readonly question: string
    readonly asker: Identity
    readonly thread: ThreadRef
    readonly id: string
  },
  signal: AbortSignal,
): Promise<Trial> {
  const { agent, question, asker, thread } = asked
  const atMs = deps.nowMs()
  const said = toEnvelope({ speaker: asker.name ?? '', atMs, text: question, files: [] })
  const estimate =
    countTokens(agent.instructions) + countTokens(said) + 2 * tokensPerMessage + tokensPerAnswer
  const reserved = await deps.quotas.reserve({
    reservationId: `try:${asked.id}`,
    askerId: asker.id,
    thread,
    model: agent.model,
    estimate: { inputTokens: estimate, outputTokens: agent.maxTokens },
    atMs,
  })
  if (!reserved.granted)
    throw new ParleyError('quota_exceeded', 'There is no allowance left for this.', {
      resetsAtMs: reserved.refusedBy.resetsAtMs,
    })
  const { text, response, error } = await listen(deps.model, agent, said, signal)
  const counted = { inputTokens: estimate, cachedInputTokens: 0, outputTokens: countTokens(text) }
  const usage = response.usage ?? counted
  const call = {
    callId: asked.id,
    purpose: 'answer',
    model: agent.model,
    agentId: agent.id,
    usage,
    atMs,
  } as const
  if (response.usage) await deps.quotas.settle(reserved.reservation, [call])
  else if (text !== '') await deps.quotas.settle(reserved.reservation, [{ ...call, estimated: true }])
  else await deps.quotas.release(reserved.reservation)
  if (error && text === '') throw error
  return {
    text,
    model: agent.model,
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
  }
}

async function listen(model: LanguageModel, agent: Agent, said: string, signal: AbortSignal) {
  const { temperature, topP, stop } = agent
  const request = {
    model: agent.model,
    messages: [
      { role: 'system' as const, content: agent.instructions },
      { role: 'user' as const, content: said },
    ],
    maxTokens: agent.maxTokens,
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(stop === undefined ? {} : { stop }),
  }
  const filter = createEchoFilter(agent.name)
  let text = ''
  let response: ModelResponse = { choices: [] }
  let error: ParleyError | undefined
  for await (const event of model.stream(request, signal)) {
    if (event.type === 'text') {
      text += filter.push(event.text)
      continue
    }
    response = event.response
    if (event.type === 'failed') error = event.error
  }
  return { text: text + filter.end(), response, error }
}
