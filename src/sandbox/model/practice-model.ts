import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import type { HttpBindings } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { createFaults, type Faults } from '../faults.ts'
import { type CapturedRequest, type Captures, createCaptures, type RequestEnd } from './captured-request.ts'
import { type ChatMessage, type ChatRequest, parseChatRequest } from './chat-request.ts'
import { toCompletion } from './chunks.ts'
import { createHolds, type Holds } from './holds.ts'
import { badKey, badRequest, type Refusal, refusalOf, tooLong, toRefusal, unknownModel } from './refusal.ts'
import { planReply } from './reply-plan.ts'
import type { ScriptedReply } from './scripted-reply.ts'
import { streamReply } from './stream-reply.ts'
import { promptTokens } from './tokens.ts'

export const practiceModelId = 'parley-practice'

export interface PracticeModelOptions {
  readonly now?: () => number
  /** Between two pieces of about a word; 35 unless told, as a brisk real model. */
  readonly wordDelayMs?: number
  /** Faults on `POST /chat/completions`. */
  readonly faults?: Faults
  readonly random?: () => number
  /** Keys answered with 401; those that begin with `bad` unless told. */
  readonly rejectsKey?: (key: string) => boolean
  /** Most tokens of a prompt; a longer one is refused. Unlimited unless told. */
  readonly contextTokens?: number
  /** What these messages are answered with, where no script waits; undefined leaves it to the model's own words. */
  readonly reply?: (messages: readonly ChatMessage[]) => ScriptedReply | undefined
}

export interface PracticeModel {
  readonly app: PracticeApp
  readonly requests: readonly CapturedRequest[]
  /** Every usage that was told, in the order of telling. */
  readonly books: readonly unknown[]
  readonly faults: Faults
  /** The next request, or as many as told, get this reply. */
  script(reply: ScriptedReply, times?: number): void
  /** Every stream waits before this chunk of its text until `release`. */
  hold(beforeChunk?: number): void
  release(): void
  /** Resolves once a stream waits. */
  whenHeld(): Promise<void>
  /** Resolves once no request is open. */
  whenIdle(): Promise<void>
}

type PracticeApp = Hono<{ Bindings: HttpBindings }>
type PracticeContext = Context<{ Bindings: HttpBindings }>

interface Service {
  readonly now: () => number
  readonly wordDelayMs: number
  readonly contextTokens: number
  readonly faults: Faults
  readonly holds: Holds
  readonly captures: Captures
  readonly scripts: ScriptedReply[]
  readonly reply: NonNullable<PracticeModelOptions['reply']>
  readonly books: unknown[]
}

/** A model service that needs no network and costs nothing: OpenAI's wire, honest answers from the thread alone. */
export function createPracticeModel(options: PracticeModelOptions = {}): PracticeModel {
  const holds = createHolds()
  const captures = createCaptures()
  const service: Service = {
    now: options.now ?? Date.now,
    wordDelayMs: options.wordDelayMs ?? 35,
    contextTokens: options.contextTokens ?? Infinity,
    faults: options.faults ?? createFaults(options.random),
    holds,
    captures,
    scripts: [],
    reply: options.reply ?? (() => undefined),
    books: [],
  }
  return {
    app: createApp(service, options.rejectsKey ?? (key => key.startsWith('bad'))),
    requests: captures.requests,
    books: service.books,
    faults: service.faults,
    script: (reply, times = 1) => void service.scripts.push(...Array.from({ length: times }, () => reply)),
    hold: (beforeChunk = 0) => holds.hold(beforeChunk),
    release: () => holds.release(),
    whenHeld: () => holds.whenHeld(),
    whenIdle: () => captures.whenIdle(),
  }
}

function createApp(service: Service, rejectsKey: (key: string) => boolean): PracticeApp {
  const card = { id: practiceModelId, object: 'model', created: 1_767_225_600, owned_by: 'parley' }
  const app: PracticeApp = new Hono()
  app.use('/v1/*', async (c, next) => {
    const key = keyOf(c)
    return key !== undefined && rejectsKey(key) ? toRefusal(badKey) : next()
  })
  app.get('/v1/models', c => c.json({ object: 'list', data: [card] }))
  app.get('/v1/models/:id{.+}', c => {
    const id = c.req.param('id')
    return id === practiceModelId ? c.json(card) : toRefusal(unknownModel(id))
  })
  app.post('/v1/chat/completions', async c => {
    const body: unknown = await c.req.json().catch(() => undefined)
    const request = parseChatRequest(body)
    if (typeof request === 'string') return toRefusal(badRequest(request))
    const { model, messages } = request
    const ended = service.captures.open({ model, messages, body, key: keyOf(c) })
    return complete(service, c, request, ended)
  })
  return app
}

async function complete(
  service: Service,
  c: PracticeContext,
  request: ChatRequest,
  ended: (end: RequestEnd) => void,
): Promise<Response> {
  const refuse = (refusal: Refusal) => {
    ended('refused')
    return toRefusal(refusal)
  }
  const cut = async () => {
    await dropConnection(c)
    ended('broken')
  }
  const fault = service.faults.strike('POST /chat/completions')
  if (fault?.kind === 'cut') {
    await cut()
    return new Response(null, { status: 500 })
  }
  if (fault?.kind === 'slow') await delay(fault.delayMs)
  else if (fault) return refuse(refusalOf(fault))
  if (request.model !== practiceModelId) return refuse(unknownModel(request.model))
  const tokens = promptTokens(request.messages)
  if (tokens > service.contextTokens) return refuse(tooLong(tokens, service.contextTokens))
  const script = service.scripts.shift() ?? service.reply(request.messages)
  if (script?.refuse) return refuse(script.refuse)

  const plan = planReply(request, script, service.wordDelayMs)
  const head = {
    id: `chatcmpl-practice-${service.captures.requests.length}`,
    created: Math.floor(service.now() / 1_000),
    model: request.model,
  }
  if (request.stream) {
    const left = new AbortController()
    const told = (usage: unknown) => void service.books.push(usage)
    return streamReply({ request, plan, head, left, cut, ended, told }, service.holds)
  }
  await delay(plan.delayMs)
  if (plan.break)
    return refuse({ status: 500, error: { message: 'The server had an error.', type: 'server_error' } })
  ended('answered')
  service.books.push(plan.usage)
  return c.json(toCompletion(head, plan.pieces.join(''), plan.finishReason, plan.usage))
}

/** A socket that is destroyed at once takes along what was written a moment before. */
async function dropConnection(c: PracticeContext): Promise<void> {
  const outgoing = c.env?.outgoing
  for (let turn = 0; turn < 100; turn += 1) {
    await nextTurn()
    if (turn > 0 && !outgoing?.writableLength) break
  }
  outgoing?.destroy()
}

function keyOf(c: PracticeContext): string | undefined {
  return /^Bearer\s+(.+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
}
