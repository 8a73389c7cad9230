/** What each chunk of a stream, and a whole completion, begins with on OpenAI's wire. */
export interface CompletionHead {
  readonly id: string
  readonly created: number
  readonly model: string
}

export function toChunk(
  head: CompletionHead,
  delta: Readonly<Record<string, string>>,
  finishReason: string | null,
  includeUsage: boolean,
) {
  return {
    ...chunkHead(head),
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
    ...(includeUsage ? { usage: null } : {}),
  }
}

export function toUsageChunk(head: CompletionHead, usage: unknown) {
  return { ...chunkHead(head), choices: [], usage }
}

export function toCompletion(head: CompletionHead, content: string, finishReason: string, usage: unknown) {
  return {
    id: head.id,
    object: 'chat.completion',
    created: head.created,
    model: head.model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content, refusal: null },
        logprobs: null,
        finish_reason: finishReason,
      },
    ],
    usage,
  }
}

export function toUsage(promptTokens: number, completionTokens: number) {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: 0 },
  }
}

function chunkHead({ id, created, model }: CompletionHead) {
  return { id, object: 'chat.completion.chunk', created, model, system_fingerprint: 'fp_practice' }
}
