import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Context, Hono } from 'hono'
import type { Fault, Faults } from '../faults.ts'
import { agentMethods } from './agent-methods.ts'
import { createArgs, type Fields, isFields, SlackRefusal } from './args.ts'
import { chatMethods } from './chat-methods.ts'
import { conversationMethods } from './conversation-methods.ts'
import type { Limits } from './limits.ts'
import type { Method, Workspace } from './method.ts'
import { streamMethods } from './stream-methods.ts'
import type { PracticeTokens } from './tokens.ts'
import { workspaceMethods } from './workspace-methods.ts'

/** One call of the Web API, as it was made and as it ended. */
export interface SlackCall {
  readonly method: string
  /** Without the token. */
  readonly args: Fields
  readonly atMs: number
  /** `ok`, the error's code, `ratelimited`, or what a fault did to it: `http 500`, `cut`. */
  readonly outcome: string
}

export interface WebApiOptions {
  readonly workspace: Workspace
  readonly faults: Faults
  readonly limits: Limits
  readonly tokens: PracticeTokens
  readonly seen: (call: SlackCall) => void
}

const methods: Readonly<Record<string, Method>> = {
  ...workspaceMethods,
  ...chatMethods,
  ...streamMethods,
  ...agentMethods,
  ...conversationMethods,
}

interface Answer {
  readonly status: number
  readonly body: Fields
  readonly headers?: Record<string, string>
  readonly outcome: string
}

/** The routes under `/api/`. */
export function createWebApi(options: WebApiOptions): Hono {
  const app = new Hono()
  app.all('/api/:method', async c => {
    const name = c.req.param('method')
    const all = await readFields(c)
    const { token, ...args } = all
    const atMs = options.workspace.world.now()
    const work = () => answer(options, name, args, bearer(c) ?? token, new URL(c.req.url).host)
    const answered = await withFault(options.faults.strike(name), work)
    options.seen({ method: name, args, atMs, outcome: answered === 'cut' ? 'cut' : answered.outcome })
    if (answered === 'cut') return cut(c)
    return new Response(JSON.stringify(answered.body), {
      status: answered.status,
      headers: { 'content-type': 'application/json; charset=utf-8', ...answered.headers },
    })
  })
  return app
}

function answer(
  { workspace, limits, tokens }: WebApiOptions,
  name: string,
  args: Fields,
  token: unknown,
  host: string,
): Answer {
  try {
    const method = methods[name]
    if (!method) return refusal('unknown_method')
    const problem = name === 'api.test' ? undefined : tokenProblem(token, name, tokens)
    if (problem) return refusal(problem)
    const waitSeconds = limits.take(name, typeof args['channel'] === 'string' ? args['channel'] : undefined)
    if (waitSeconds !== undefined) return rateLimited(waitSeconds)
    workspace.streams.expire()
    const result = method(createArgs(args), workspace, { host })
    return { status: 200, body: { ok: true, ...result }, outcome: 'ok' }
  } catch (error) {
    if (error instanceof SlackRefusal) return refusal(error.code, error.details)
    throw error
  }
}

function tokenProblem(token: unknown, method: string, tokens: PracticeTokens): string | undefined {
  if (typeof token !== 'string' || token === '') return 'not_authed'
  if (token !== tokens.bot && token !== tokens.app) return 'invalid_auth'
  const wanted = method === 'apps.connections.open' ? tokens.app : tokens.bot
  return token === wanted || method === 'auth.test' ? undefined : 'not_allowed_token_type'
}

const refusal = (code: string, details: readonly string[] = []): Answer => ({
  status: 200,
  body: { ok: false, error: code, ...(details.length > 0 && { response_metadata: { messages: details } }) },
  outcome: code,
})

const rateLimited = (seconds: number): Answer => ({
  status: 429,
  body: { ok: false, error: 'ratelimited' },
  headers: { 'retry-after': String(seconds) },
  outcome: 'ratelimited',
})

async function withFault(fault: Fault | undefined, work: () => Answer): Promise<Answer | 'cut'> {
  switch (fault?.kind) {
    case undefined:
      return work()
    case 'rate-limited':
      return rateLimited(Math.ceil(fault.retryAfterMs / 1000))
    case 'refused':
      return refusal(fault.code)
    case 'server-error': {
      if (fault.afterCommit) work()
      const status = fault.status ?? 500
      return { status, body: { ok: false, error: 'internal_error' }, outcome: `http ${status}` }
    }
    case 'cut':
      if (fault.afterCommit) work()
      return 'cut'
    case 'slow': {
      const early = fault.afterCommit ? work() : undefined
      await sleep(fault.delayMs)
      return early ?? work()
    }
  }
}

/** Cuts the connection under the request, where there is one; a caller in this process gets a 502. */
function cut(c: Context): Response {
  const env: unknown = c.env
  const incoming = isFields(env) ? (env['incoming'] as IncomingMessage | undefined) : undefined
  if (!incoming) return c.body(null, 502)
  incoming.socket.destroy()
  return RESPONSE_ALREADY_SENT
}

const bearer = (c: Context) => c.req.header('authorization')?.match(/^Bearer (.+)$/i)?.[1]

async function readFields(c: Context): Promise<Fields> {
  const query = c.req.query()
  if (c.req.method === 'GET') return query
  const type = c.req.header('content-type') ?? ''
  if (!type.startsWith('application/json')) return { ...query, ...(await c.req.parseBody()) }
  const body: unknown = await c.req.json().catch(() => undefined)
  return isFields(body) ? { ...query, ...body } : query
}
