import type { ModelResponse } from '../../core/model.ts'

/** What one chunk of a stream adds to an answer. Everything is optional: services differ in what they send when. */
export interface Chunk {
  readonly id?: string
  readonly model?: string
  readonly text: string
  readonly finishReason?: string
  readonly usage?: NonNullable<ModelResponse['usage']>
}

type Fields = Readonly<Record<string, unknown>>

/** Reads a chunk of any OpenAI-compatible service; `undefined` when it is not an object at all. */
export function parseChunk(value: unknown): Chunk | undefined {
  if (!isFields(value)) return undefined
  const choice = Array.isArray(value['choices']) ? value['choices'].filter(isFields).find(isFirst) : undefined
  const delta = choice && isFields(choice['delta']) ? choice['delta'] : {}
  const finishReason = choice?.['finish_reason']
  const usage = parseUsage(value['usage'])
  return {
    ...(filled(value['id']) ? { id: value['id'] } : {}),
    ...(filled(value['model']) ? { model: value['model'] } : {}),
    // A refusal is what the model says, too.
    text: textOf(delta['content']) + textOf(delta['refusal']),
    ...(filled(finishReason) ? { finishReason } : {}),
    ...(usage ? { usage } : {}),
  }
}

function parseUsage(value: unknown): Chunk['usage'] {
  if (!isFields(value)) return undefined
  const input = count(value['prompt_tokens'])
  const output = count(value['completion_tokens'])
  if (input === undefined && output === undefined) return undefined
  const details = isFields(value['prompt_tokens_details']) ? value['prompt_tokens_details'] : {}
  const inputTokens = input ?? 0
  const outputTokens = output ?? 0
  return {
    inputTokens,
    cachedInputTokens: Math.min(count(details['cached_tokens']) ?? 0, inputTokens),
    outputTokens,
    totalTokens: count(value['total_tokens']) ?? inputTokens + outputTokens,
  }
}

/** Text, or a list of text parts as Mistral's reasoning models send it; parts of other kinds are no answer. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .filter(isFields)
    .map(part => (part['type'] === 'text' && typeof part['text'] === 'string' ? part['text'] : ''))
    .join('')
}

function isFirst(choice: Fields): boolean {
  return (choice['index'] ?? 0) === 0
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function filled(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : undefined
}
