import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * A model service that takes no time, in a process of its own. What it does stands in the last message of a request:
 * `whole`, `fast N` (N frames, as fast as they go), `paced N MS` or `idle` (one frame, and then nothing).
 * `GET /left` tells when the last stream was left, on the clock that all processes share.
 */
const used = { prompt_tokens: 12, completion_tokens: 34, total_tokens: 46 }
const head = { id: 'chatcmpl-bench', created: 1, model: 'bench' }
const whole = Buffer.from(
  JSON.stringify({
    ...head,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: 'x'.repeat(600) }, finish_reason: 'stop' }],
    usage: used,
  }),
)
const frame = (data: unknown) => Buffer.from(`data: ${JSON.stringify(data)}\n\n`)
const word = frame({
  ...head,
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta: { content: ' word' }, finish_reason: null }],
})
const stop = frame({ ...head, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
const usageFrame = frame({ ...head, choices: [], usage: used })
const done = Buffer.from('data: [DONE]\n\n')

let leftAtMs = 0

async function answer(reply: ServerResponse, body: string): Promise<void> {
  const [, mode = 'whole', count = '0', ms = '0'] = /bench:(\w+) ?(\d*) ?(\d*)/.exec(body) ?? []
  if (mode === 'whole') {
    reply.writeHead(200, { 'content-type': 'application/json', 'content-length': whole.length })
    reply.end(whole)
    return
  }
  reply.once('close', () => {
    if (!reply.writableFinished) leftAtMs = performance.timeOrigin + performance.now()
  })
  reply.writeHead(200, { 'content-type': 'text/event-stream' })
  reply.write(word)
  if (mode === 'idle') return
  for (let at = 1; at < Number(count); at += 1) {
    if (mode === 'paced') await pause(Number(ms))
    if (reply.destroyed) return
    if (!reply.write(word)) await drained(reply)
  }
  reply.write(stop)
  if (body.includes('include_usage')) reply.write(usageFrame)
  reply.end(done)
}

function drained(reply: ServerResponse): Promise<void> {
  return new Promise(resolve => {
    const go = () => {
      reply.off('drain', go).off('close', go)
      resolve()
    }
    reply.once('drain', go).once('close', go)
  })
}

async function read(asked: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of asked) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

const server = createServer((asked, reply) => {
  if (asked.url === '/left') reply.end(String(leftAtMs))
  else void read(asked).then(body => answer(reply, body))
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.stdout.write(`${typeof address === 'object' && address ? address.port : 0}\n`)
})
