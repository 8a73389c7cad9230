/** One message of a request, its content as plain text. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

export interface ChatRequest {
  readonly model: string
  readonly messages: readonly ChatMessage[]
  readonly stream: boolean
  readonly includeUsage: boolean
  readonly maxTokens?: number
}

type Fields = Readonly<Record<string, unknown>>

/** Reads the body of `POST /chat/completions`; a string says what is wrong with it. */
export function parseChatRequest(body: unknown): ChatRequest | string {
  if (!isFields(body)) return 'The body must be a JSON object.'
  const { model, messages } = body
  if (typeof model !== 'string' || model === '') return 'you must provide a model parameter'
  if (!Array.isArray(messages) || messages.length === 0)
    return 'messages must be a list with at least one message.'
  const streamOptions = body['stream_options']
  const maxTokens = body['max_completion_tokens'] ?? body['max_tokens']
  return {
    model,
    messages: messages.filter(isFields).map(toMessage),
    stream: body['stream'] === true,
    includeUsage: isFields(streamOptions) && streamOptions['include_usage'] === true,
    ...(typeof maxTokens === 'number' && maxTokens > 0 ? { maxTokens } : {}),
  }
}

function toMessage(message: Fields): ChatMessage {
  const role = message['role']
  return {
    role: role === 'assistant' ? 'assistant' : role === 'system' || role === 'developer' ? 'system' : 'user',
    content: textOf(message['content']),
  }
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .filter(isFields)
    .map(part => (typeof part['text'] === 'string' ? part['text'] : ''))
    .join('')
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
