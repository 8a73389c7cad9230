import type { RequestListener } from 'node:http'
import type { ModelEvent } from '../../../core/model.ts'

/** Who answered, after whom; or how it failed. */
export function told(events: readonly ModelEvent[]) {
  const last = events.at(-1)
  if (!last || last.type === 'text') return 'cut'
  const { provider = 'unsaid', tried = [] } = last.response
  const before = tried.map(attempt => `${attempt.provider}: ${attempt.error}`)
  return [...before, last.type === 'failed' ? `${provider}: ${last.error.code}` : provider]
}

export const failing =
  (
    status: number,
    error: object = { message: 'no' },
    headers: Record<string, string> = {},
  ): RequestListener =>
  (_, reply) =>
    void reply
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify({ error }))

/** Says these words and ends well. */
export const saying =
  (text: string, hear?: (headers: Record<string, unknown>) => void): RequestListener =>
  (asked, reply) => {
    hear?.(asked.headers)
    reply.writeHead(200, { 'content-type': 'text/event-stream' })
    const choice = { index: 0, delta: { content: text }, finish_reason: 'stop' }
    reply.end(`data: ${JSON.stringify({ id: 'c1', model: 'm', choices: [choice] })}\n\ndata: [DONE]\n\n`)
  }

export const breaking: RequestListener = (_, reply) => {
  reply.writeHead(200, { 'content-type': 'text/event-stream' })
  const choice = { index: 0, delta: { content: 'Half of' } }
  reply.write(`data: ${JSON.stringify({ choices: [choice] })}\n\n`, () => reply.destroy())
}
