import { type Agent, requestTo } from './agent.ts'
import { withoutEcho } from './echo.ts'
import { ParleyError } from './errors.ts'
import type { Identity } from './identity.ts'
import { askWhole, type LanguageModel } from './model.ts'
import type { Quotas } from './quota.ts'
import { promptTokens } from './receipt.ts'
import { sideReceipt } from './side-call.ts'
import { toEnvelope } from './speaker.ts'
import { spentOn } from './spent.ts'
import type { ThreadRef } from './thread.ts'

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
  const { agent, question, asker, thread, id } = asked
  const { model } = agent
  const atMs = deps.nowMs()
  const request = requestTo(agent, [
    { role: 'system', content: agent.instructions },
    { role: 'user', content: toEnvelope({ speaker: asker.name ?? '', atMs, text: question, files: [] }) },
  ])
  const receipt = sideReceipt(request, { included: 1, limit: agent.contextTokens - agent.maxTokens })
  const inputTokens = promptTokens(receipt)
  const reserved = await deps.quotas.reserve({
    reservationId: `try:${id}`,
    askerId: asker.id,
    thread,
    model,
    estimate: { inputTokens, outputTokens: agent.maxTokens },
    atMs,
  })
  if (!reserved.granted)
    throw new ParleyError('quota_exceeded', 'There is no allowance left for this.', {
      resetsAtMs: reserved.refusedBy.resetsAtMs,
    })
  const { response, error } = await askWhole(deps.model, request, signal)
  const { tokens } = receipt
  const call = { id, purpose: 'answer', model, tokens, response, startedAtMs: atMs } as const
  const spent = spentOn({ ...call, ...(error ? { error: error.code } : {}) }, agent.id)
  await deps.quotas.settle(reserved.reservation, spent ? [spent] : [])
  const text = withoutEcho(response.choices[0]?.content ?? '', agent.name)
  if (error && text === '') throw error
  return {
    text,
    model,
    inputTokens: spent?.usage.inputTokens ?? inputTokens,
    outputTokens: spent?.usage.outputTokens ?? 0,
  }
}
