import { answerTo } from './answer.ts'
import type { ChatRequest } from './chat-request.ts'
import { toUsage } from './chunks.ts'
import type { Break, ScriptedReply } from './scripted-reply.ts'
import { promptTokens, tokensIn, wordsOf } from './tokens.ts'

/** All that is decided about a reply before its first byte. */
export interface ReplyPlan {
  readonly pieces: readonly string[]
  readonly field: 'content' | 'refusal'
  readonly delayMs: number
  readonly wordDelayMs: number
  readonly finishReason: string
  readonly holdBeforeChunk?: number
  readonly break?: Break
  /** null leaves it out. */
  readonly usage: unknown
}

/** The reply to a request: the script's where it says something, the practice model's own for the rest. */
export function planReply(
  request: ChatRequest,
  script: ScriptedReply | undefined,
  wordDelayMs: number,
): ReplyPlan {
  const isScripted = script?.text !== undefined || script?.chunks !== undefined
  const answer = isScripted
    ? { text: script.text ?? '', slowness: 1, fails: false }
    : answerTo(request.messages)
  const whole = script?.chunks ?? wordsOf(answer.text)
  const pieces = isScripted ? whole : within(whole, request.maxTokens)
  const finishReason = script?.finishReason ?? (pieces.length < whole.length ? 'length' : 'stop')
  const breaks = script?.break ?? (answer.fails ? failureAfter(pieces.length) : undefined)
  const usage = toUsage(promptTokens(request.messages), tokensIn(pieces.join('')))
  return {
    pieces,
    field: script?.asRefusal ? 'refusal' : 'content',
    delayMs: script?.delayMs ?? 0,
    wordDelayMs: script?.wordDelayMs ?? wordDelayMs * answer.slowness,
    finishReason,
    usage: script?.usage === undefined ? usage : script.usage,
    ...(script?.holdBeforeChunk === undefined ? {} : { holdBeforeChunk: script.holdBeforeChunk }),
    ...(breaks ? { break: breaks } : {}),
  }
}

function within(pieces: readonly string[], maxTokens = Infinity): readonly string[] {
  let length = 0
  const end = pieces.findIndex(piece => (length += piece.length) > maxTokens * 4)
  return end < 0 ? pieces : pieces.slice(0, end)
}

function failureAfter(beforeChunk: number): Break {
  const message = 'The practice model failed, as you asked it to.'
  return { beforeChunk, how: 'error', error: { message, type: 'server_error', code: 'server_error' } }
}
