import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { nowMs, turnsIn, wordsOf } from './turn-clock.ts'

/** One request for an answer, as the model's side saw it. */
export interface Exchange {
  readonly requestedAtMs: number
  /** When each word left. */
  readonly words: { readonly atMs: number; readonly length: number }[]
  endedAtMs?: number
}

export interface BenchModel {
  readonly baseUrl: string
  /** By turn; the newest where a turn asked again. */
  readonly exchanges: ReadonlyMap<number, Exchange>
  /** Requests beyond one for a turn. */
  readonly repeated: () => number
  readonly open: () => number
  /** From now on every stream stops after its first word, until `release`. */
  hold(): void
  release(): void
  close(): Promise<void>
}

export interface Speech {
  readonly words: number
  readonly everyMs: number
}

/** A model that speaks in OpenAI's stream at a fixed pace, and costs as little as it can itself. */
export async function serveModel(speech: () => Speech): Promise<BenchModel> {
  const exchanges = new Map<number, Exchange>()
  let repeated = 0
  let open = 0
  let held: { readonly gate: Promise<void>; readonly go: () => void } | undefined

  async function complete(body: string, response: ServerResponse): Promise<void> {
    const requestedAtMs = nowMs()
    const turn = turnsIn(body).asked.at(-1)
    if (turn === undefined || !body.includes('"stream":true')) return answerAtOnce(response)
    if (exchanges.has(turn)) repeated += 1
    const exchange: Exchange = { requestedAtMs, words: [] }
    exchanges.set(turn, exchange)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const { words, everyMs } = speech()
    let nextAtMs = nowMs()
    for (const word of wordsOf(turn, words)) {
      exchange.words.push({ atMs: nowMs(), length: word.length })
      response.write(chunk({ content: word }))
      if (held) await held.gate
      nextAtMs = Math.max(nextAtMs + everyMs, nowMs() - everyMs)
      const waitMs = nextAtMs - nowMs()
      if (waitMs > 0) await pause(waitMs)
    }
    exchange.endedAtMs = nowMs()
    response.end(`${chunk({}, 'stop')}${usageChunk}data: [DONE]\n\n`)
  }

  const server = createServer((request, response) => {
    if (request.method === 'GET') return respond(response, { object: 'list', data: [{ id: modelName }] })
    open += 1
    void read(request)
      .then(body => complete(body, response))
      .finally(() => (open -= 1))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    baseUrl: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/v1`,
    exchanges,
    repeated: () => repeated,
    open: () => open,
    hold() {
      const { promise: gate, resolve: go } = Promise.withResolvers<void>()
      held = { gate, go }
    },
    release() {
      held?.go()
      held = undefined
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export const modelName = 'bench-model'

async function read(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  return Buffer.concat(pieces).toString()
}

const head = { id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1, model: modelName }
const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 }
const usageChunk = `data: ${JSON.stringify({ ...head, choices: [], usage })}\n\n`

function chunk(delta: { readonly content?: string }, finish: string | null = null): string {
  return `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`
}

/** Titles, which nobody waits for. */
function answerAtOnce(response: ServerResponse): void {
  const message = { role: 'assistant', content: 'A title' }
  respond(response, {
    ...head,
    object: 'chat.completion',
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage,
  })
}

function respond(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
