import { servePracticeModel } from '../../sandbox/model/serve.ts'
import { type ContractScript, languageModelContract } from '../../core/testing/language-model.contract.ts'
import type { Break, ScriptedReply } from '../../sandbox/model/scripted-reply.ts'
import { createOpenAiModel } from './model.ts'

languageModelContract('the OpenAI adapter', async () => {
  const served = await servePracticeModel({ wordDelayMs: 0 })
  const model = createOpenAiModel({
    apiKey: 'sk-ada',
    baseUrl: served.baseUrl,
    clock: { nowMs: () => 0, sleep: () => Promise.resolve() },
    random: () => 0.5,
  })
  return {
    model,
    modelName: 'parley-practice',
    script: script => served.model.script(toReply(script)),
    asked: () => served.model.requests.map(({ messages }) => messages),
    close: () => served.close(),
  }
})

function toReply({ texts, hangs, fails, finishReason, usage }: ContractScript): ScriptedReply {
  if (fails === 'model_auth')
    return { refuse: { status: 401, error: { message: 'No.', code: 'invalid_api_key' } } }
  if (fails === 'context_overflow') {
    return { refuse: { status: 400, error: { message: 'Too long.', code: 'context_length_exceeded' } } }
  }
  const breaks: Break | undefined = fails
    ? { beforeChunk: texts.length, how: 'cut' }
    : hangs
      ? { beforeChunk: texts.length, how: 'stall' }
      : undefined
  return {
    chunks: texts,
    ...(breaks ? { break: breaks } : {}),
    ...(finishReason === 'length' ? { finishReason } : {}),
    ...(usage
      ? {
          usage: {
            prompt_tokens: usage.input,
            completion_tokens: usage.output,
            total_tokens: usage.input + usage.output,
            prompt_tokens_details: { cached_tokens: usage.cached },
          },
        }
      : {}),
  }
}
