import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Agent } from '../../core/agent.ts'
import { countTokens } from '../../core/tokens.ts'
import { withMembers } from './json-text.ts'
import { invalidRequest } from './refusal.ts'

/** What the relay reads of a request; everything else passes as it is. */
const shape = z.looseObject({
  model: z.string().min(1).max(256).nullish(),
  stream: z.boolean().nullish(),
  max_tokens: z.unknown().optional(),
  max_completion_tokens: z.unknown().optional(),
  n: z.unknown().optional(),
  messages: z.unknown().optional(),
  stream_options: z.unknown().optional(),
  user: z.unknown().optional(),
})

type Asked = z.infer<typeof shape>

/** A request as it goes to a model service. */
export interface Prepared {
  readonly model: string
  readonly body: Buffer
  readonly streams: boolean
  /** The caller did not ask for the frame with the usage, so it is kept from them. */
  readonly hidesUsage: boolean
  readonly estimate: { readonly inputTokens: number; readonly outputTokens: number }
  /** The same without the wish for usage, for services that do not know it; absent when nothing was added. */
  readonly bodyWithoutUsage?: Buffer
}

/** Where neither the request nor an Agent says how long an answer may be. */
const usualOutputTokens = 4_096

/** Fewer than any tokenizer takes for a token of plain text, so that an estimate is rather too high. */
const bytesPerToken = 3

/** An image or a recording, whatever its size in bytes. */
const tokensOfMedia = 1_000

/**
 * Fills in the model when it was left out, with the default Agent's sampling; replaces `user`, where there is one, by an
 * opaque id of the Member; asks for the usage at the end of a stream. Throws a RelayRefusal for what is no request.
 */
export function prepare(
  raw: Buffer,
  agent: Pick<Agent, 'model' | 'temperature' | 'topP' | 'maxTokens'>,
  memberId: string,
): Prepared {
  const text = raw.toString('utf8')
  const asked = parse(text)
  const changes = new Map<string, unknown>()
  if (asked.model === undefined || asked.model === null) {
    changes.set('model', agent.model)
    fill(changes, asked, 'temperature', agent.temperature)
    fill(changes, asked, 'top_p', agent.topP)
    if (!('max_completion_tokens' in asked)) fill(changes, asked, 'max_tokens', agent.maxTokens)
  }
  if ('user' in asked) changes.set('user', upstreamUser(memberId))
  const streams = asked.stream === true
  const bodyWith = (more: ReadonlyMap<string, unknown>) =>
    more.size === 0 ? raw : Buffer.from(withMembers(text, more, asked))
  const without = bodyWith(changes)
  const hidesUsage = streams && !wantsUsage(asked)
  if (hidesUsage) changes.set('stream_options', { ...optionsOf(asked), include_usage: true })
  return {
    model: asked.model ?? agent.model,
    body: hidesUsage ? bodyWith(changes) : without,
    streams,
    hidesUsage,
    estimate: estimateOf(raw, asked, asked.model ? usualOutputTokens : agent.maxTokens),
    ...(hidesUsage ? { bodyWithoutUsage: without } : {}),
  }
}

/** The same for each of a Member's requests, and no way back from it. */
export function upstreamUser(memberId: string): string {
  return `parley-${createHash('sha256').update(`relay-user:${memberId}`).digest('hex').slice(0, 32)}`
}

/** Tokens of what was asked, by our own count. */
export function countAsked(raw: Buffer): number {
  const { texts, media } = contentsOf(parse(raw.toString('utf8')).messages)
  // Each message costs a few tokens besides its text.
  return countTokens(texts.join('\n')) + 4 * texts.length + tokensOfMedia * media
}

function parse(text: string): Asked {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown
    throw invalidRequest('The body is not JSON.')
  }
  const parsed = shape.safeParse(value)
  if (parsed.success) return parsed.data
  const [problem] = parsed.error.issues
  const name = problem?.path.join('.') ?? ''
  throw name === ''
    ? invalidRequest('The body must be a JSON object.')
    : invalidRequest(`"${name}" is not what it should be: ${problem?.message ?? 'invalid'}.`, name)
}

function fill(changes: Map<string, unknown>, asked: Asked, name: string, value: unknown): void {
  if (value !== undefined && (asked[name] ?? null) === null) changes.set(name, value)
}

const options = z.looseObject({ include_usage: z.unknown().optional() })

function optionsOf({ stream_options }: Asked): Readonly<Record<string, unknown>> {
  return options.safeParse(stream_options).data ?? {}
}

function wantsUsage(asked: Asked): boolean {
  return optionsOf(asked)['include_usage'] === true
}

const positive = z.number().int().positive()

function estimateOf(raw: Buffer, asked: Asked, usual: number): Prepared['estimate'] {
  const { media, mediaBytes } = contentsOf(asked.messages)
  const cap = positive.safeParse(asked.max_completion_tokens ?? asked.max_tokens).data ?? usual
  const answers = positive.max(128).safeParse(asked.n).data ?? 1
  return {
    inputTokens: Math.ceil((raw.length - mediaBytes) / bytesPerToken) + tokensOfMedia * media,
    outputTokens: cap * answers,
  }
}

const part = z.looseObject({
  text: z.string().optional().catch(undefined),
  image_url: z.object({ url: z.string() }).optional().catch(undefined),
  input_audio: z.object({ data: z.string() }).optional().catch(undefined),
  file: z.object({ file_data: z.string() }).optional().catch(undefined),
})
const messagesShape = z.array(
  z.looseObject({
    content: z
      .union([z.string(), z.array(part)])
      .nullish()
      .catch(null),
  }),
)

function contentsOf(messages: unknown) {
  const texts: string[] = []
  let media = 0
  let mediaBytes = 0
  for (const { content } of messagesShape.safeParse(messages).data ?? []) {
    if (typeof content === 'string') texts.push(content)
    else
      for (const { text, image_url, input_audio, file } of content ?? []) {
        const data = image_url?.url ?? input_audio?.data ?? file?.file_data
        if (data === undefined) texts.push(text ?? '')
        else {
          media += 1
          mediaBytes += data.length
        }
      }
  }
  return { texts, media, mediaBytes }
}
