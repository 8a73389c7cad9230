import type { RequestEnd } from './captured-request.ts'
import type { ChatRequest } from './chat-request.ts'
import { type CompletionHead, toChunk, toUsageChunk } from './chunks.ts'
import type { Holds } from './holds.ts'
import type { ReplyPlan } from './reply-plan.ts'

/** One completion on its way out. */
export interface Exchange {
  readonly request: ChatRequest
  readonly plan: ReplyPlan
  readonly head: CompletionHead
  /** Aborted once the client is gone. */
  readonly left: AbortController
  /** Drops the connection, once what was sent is on its way. */
  readonly cut: () => Promise<void>
  readonly ended: (end: RequestEnd) => void
  /** Keeps the books: this is what the caller is told they used. */
  readonly told: (usage: unknown) => void
}

/** A completion as server-sent events. */
export function streamReply(exchange: Exchange, holds: Holds): Response {
  const { left } = exchange
  const encoder = new TextEncoder()
  const events = eventsOf(exchange, holds)
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await events.next()
      if (left.signal.aborted) return
      if (done) controller.close()
      else controller.enqueue(encoder.encode(`data: ${value}\n\n`))
    },
    cancel() {
      left.abort()
      exchange.ended('left')
    },
  })
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      // Named, because otherwise the server keeps the first chunks back to learn whether they are all.
      'transfer-encoding': 'chunked',
    },
  })
}

/** The `data:` of each event of a stream, in OpenAI's order. */
async function* eventsOf(exchange: Exchange, holds: Holds): AsyncGenerator<string, void> {
  const { request, plan, head, ended } = exchange
  const left = exchange.left.signal
  const chunk = (delta: Readonly<Record<string, string>>, finishReason: string | null = null) =>
    JSON.stringify(toChunk(head, delta, finishReason, request.includeUsage))
  await pause(plan.delayMs, left)
  yield chunk({ role: 'assistant', content: '' })
  for (let index = 0; index <= plan.pieces.length; index += 1) {
    await holds.pass(index, plan.holdBeforeChunk, left)
    if (left.aborted) return
    if (plan.break?.beforeChunk === index) return yield* broken(exchange, plan.break)
    const piece = plan.pieces[index]
    if (piece === undefined) break
    await pause(plan.wordDelayMs, left)
    yield chunk({ [plan.field]: piece })
  }
  yield chunk({}, plan.finishReason)
  if (request.includeUsage && plan.usage !== null) {
    exchange.told(plan.usage)
    yield JSON.stringify(toUsageChunk(head, plan.usage))
  }
  // Before the last event: a client may hang up as soon as it reads that.
  ended('answered')
  yield '[DONE]'
}

async function* broken(
  exchange: Exchange,
  how: NonNullable<ReplyPlan['break']>,
): AsyncGenerator<string, void> {
  const { cut, ended } = exchange
  switch (how.how) {
    case 'cut':
      await cut()
      return
    case 'stall':
      await pause(Infinity, exchange.left.signal)
      return
    case 'end':
      if (how.done) yield '[DONE]'
      break
    case 'malformed':
      yield '{"id":"chatcmpl-practice","choices":[{"delta":{"content":"half a'
      break
    case 'error':
      yield JSON.stringify({ error: { type: 'server_error', param: null, code: null, ...how.error } })
      break
  }
  ended('broken')
}

/** Waits, or until the client is gone. */
async function pause(ms: number, left: AbortSignal): Promise<void> {
  if (ms <= 0 || left.aborted) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = Number.isFinite(ms) ? setTimeout(resolve, ms) : undefined
  left.addEventListener('abort', () => resolve(), { once: true })
  await promise
  clearTimeout(timer)
}
