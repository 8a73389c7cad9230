import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface HeardRequest {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** Resolves once its connection is closed before the end of the answer. */
  readonly left: Promise<void>
}

/** A model service that does whatever a test tells it to, down to the bytes. */
export interface StubService {
  /** With `/v1`. */
  readonly baseUrl: string
  readonly port: number
  readonly heard: readonly HeardRequest[]
  /** How it answers from now on. */
  behave(how: Behaviour): void
  /** Resolves once it was asked so many times. */
  asked(times: number): Promise<void>
  close(): Promise<void>
}

export type Behaviour = (reply: ServerResponse, heard: HeardRequest) => void | Promise<void>

export const frame = (data: unknown): string =>
  `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`

export const chunk = (content: string, finishReason: string | null = null) => ({
  id: 'chatcmpl-stub',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'stub',
  choices: [{ index: 0, delta: { content }, finish_reason: finishReason }],
})

export const usage = (input: number, output: number) => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
})

export const completion = (content: string, used?: object) => ({
  id: 'chatcmpl-stub',
  object: 'chat.completion',
  created: 1,
  model: 'stub',
  choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
  ...(used ? { usage: used } : {}),
})

/** Frames as a service writes them, one after the other. */
export const streams =
  (...frames: readonly string[]): Behaviour =>
  reply => {
    reply.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const one of frames) reply.write(one)
    reply.end()
  }

export const says =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  reply => {
    const isText = typeof body === 'string'
    reply.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers })
    reply.end(isText ? body : JSON.stringify(body))
  }

export async function openStubService(): Promise<StubService> {
  const heard: HeardRequest[] = []
  const waiting: (() => void)[] = []
  let how: Behaviour = says(200, completion('Hello.', usage(3, 2)))
  const server = createServer((asked, reply) => {
    void read(asked).then(body => {
      const left = Promise.withResolvers<void>()
      reply.once('close', () => {
        if (!reply.writableFinished) left.resolve()
      })
      const one = { path: asked.url ?? '', headers: asked.headers, body, left: left.promise }
      heard.push(one)
      for (const wake of waiting.splice(0)) wake()
      return how(reply, one)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    port,
    heard,
    behave(next) {
      how = next
    },
    async asked(times) {
      while (heard.length < times) await new Promise<void>(resolve => waiting.push(resolve))
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

async function read(asked: IncomingMessage): Promise<string> {
  let body = ''
  for await (const piece of asked.setEncoding('utf8')) body += String(piece)
  return body
}
