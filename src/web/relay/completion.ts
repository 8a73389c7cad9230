import { z } from 'zod'
import type { RelayedChoice } from '../../core/relayed-request.ts'
import type { Usage } from '../../core/usage.ts'
import { dataOf, eachFrame } from './frames.ts'

/** What is read of a model's answer on its way through. Whatever else is in it, or wrong with it, is none of ours. */

const count = z.number().int().nonnegative().catch(0)

const usageShape = z.object({
  prompt_tokens: count,
  completion_tokens: count,
  prompt_tokens_details: z.object({ cached_tokens: count }).nullish().catch(null),
})

const toolCall = z.object({
  index: z.number().int().nonnegative().optional().catch(undefined),
  id: z.string().nullish().catch(null),
  function: z
    .object({ name: z.string().catch(''), arguments: z.string().catch('') })
    .partial()
    .catch({}),
})

const words = z.object({
  content: z.string().nullish().catch(null),
  refusal: z.string().nullish().catch(null),
  reasoning_content: z.string().nullish().catch(null),
  tool_calls: z.array(toolCall).nullish().catch(null),
})

const choiceShape = z.object({
  index: count,
  finish_reason: z.string().nullish().catch(null),
  message: words.optional().catch(undefined),
  delta: words.optional().catch(undefined),
})

const answerShape = z.object({
  choices: z.array(choiceShape).catch([]),
  usage: usageShape.nullish().catch(null),
  error: z.unknown().optional(),
})

export type Answer = z.infer<typeof answerShape>

/** A completion or a chunk of one; undefined for what is neither. */
export function parseAnswer(text: string): Answer | undefined {
  try {
    return answerShape.safeParse(JSON.parse(text)).data
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined
    throw thrown
  }
}

export function usageOf({ usage }: Answer): Usage | undefined {
  if (!usage) return undefined
  return {
    inputTokens: usage.prompt_tokens,
    cachedInputTokens: Math.min(usage.prompt_tokens, usage.prompt_tokens_details?.cached_tokens ?? 0),
    outputTokens: usage.completion_tokens,
  }
}

/** The frame that OpenAI adds at the end for who asked for `include_usage`, and no other. */
export function isUsageFrame(answer: Answer): boolean {
  return answer.choices.length === 0 && Boolean(answer.usage) && (answer.error ?? null) === null
}

interface Draft {
  finishReason?: string
  text: string
  reasoning: string
  refusal: string
  readonly tools: Map<number, { id?: string; name: string; arguments: string }>
}

/** What was said, put together again from a whole answer or its frames. */
export interface Said {
  readonly choices: readonly RelayedChoice[]
  /** Everything that the model wrote, for counting it. */
  readonly text: string
  readonly usage: Usage | undefined
}

export function readSaid(bytes: Buffer, streamed: boolean): Said {
  const drafts = new Map<number, Draft>()
  let usage: Usage | undefined
  for (const text of streamed ? dataOfEach(bytes) : [bytes.toString('utf8')]) {
    const answer = parseAnswer(text)
    if (!answer) continue
    usage = usageOf(answer) ?? usage
    for (const choice of answer.choices) addChoice(drafts, choice)
  }
  const sorted = [...drafts].toSorted(([one], [other]) => one - other)
  const written = sorted.map(([, { text, reasoning, refusal, tools }]) =>
    [text, reasoning, refusal, ...[...tools.values()].map(tool => tool.name + tool.arguments)].join(''),
  )
  return { choices: sorted.map(([index, draft]) => toChoice(index, draft)), text: written.join(''), usage }
}

function* dataOfEach(bytes: Buffer): Generator<string> {
  for (const frame of eachFrame(bytes)) {
    const data = dataOf(frame)
    if (data.startsWith('{')) yield data
  }
}

function addChoice(drafts: Map<number, Draft>, choice: z.infer<typeof choiceShape>): void {
  const draft: Draft = drafts.get(choice.index) ?? { text: '', reasoning: '', refusal: '', tools: new Map() }
  drafts.set(choice.index, draft)
  if (choice.finish_reason) draft.finishReason = choice.finish_reason
  const said = choice.message ?? choice.delta
  draft.text += said?.content ?? ''
  draft.reasoning += said?.reasoning_content ?? ''
  draft.refusal += said?.refusal ?? ''
  said?.tool_calls?.forEach((call, at) => {
    const index = call.index ?? at
    const tool = draft.tools.get(index) ?? { name: '', arguments: '' }
    draft.tools.set(index, tool)
    if (call.id) tool.id = call.id
    tool.name += call.function.name ?? ''
    tool.arguments += call.function.arguments ?? ''
  })
}

function toChoice(index: number, { finishReason, text, refusal, tools }: Draft): RelayedChoice {
  return {
    index,
    text,
    ...(finishReason === undefined ? {} : { finishReason }),
    ...(refusal === '' ? {} : { refusal }),
    ...(tools.size === 0 ? {} : { toolCalls: [...tools.values()] }),
  }
}
