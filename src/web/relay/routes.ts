import { IncomingMessage, ServerResponse } from 'node:http'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Context, Hono } from 'hono'
import type { Log } from '../../core/log.ts'
import type { UpstreamHeaders } from '../../core/upstream.ts'
import type { WebEnv } from '../context.ts'
import { protectionOf } from '../headers.ts'
import { type Origins, originOf, preflight, readableBy } from '../origin.ts'
import { readBody } from './body.ts'
import { type FindCaller, readHeaders, type RelayCaller } from './caller.ts'
import { type ExchangeDependencies, exchange } from './exchange.ts'
import type { ListModels } from './models.ts'
import { createOutlet } from './outlet.ts'
import { notAllowed, refusalBody, refusalOf, RelayRefusal } from './refusal.ts'

export interface RelayDependencies extends ExchangeDependencies {
  readonly callerOf: FindCaller
  readonly models: ListModels
  readonly origins: Origins
  readonly log: Log
}

/** The relay as part of the site. */
export interface Relay {
  readonly routes: Hono<WebEnv>
  /**
   * Takes nothing new, lets what is under way end for at most so long, and resolves once the books are written. What is
   * left then ends with its connection.
   */
  drain(withinMs: number): Promise<void>
}

/** More at once are turned away: each holds its request in memory. */
const mostAtOnce = 5_000

/** `POST /v1/chat/completions` and `GET /v1/models`, for API keys alone: no cookie is looked at. */
export function createRelay(deps: RelayDependencies): Relay {
  const routes = new Hono<WebEnv>()
  const open = new Set<Promise<unknown>>()
  let isClosing = false
  const wall = protectionOf(deps.origins.publicUrl)
  routes.use('/v1/*', async (c, next) => {
    const from = originOf(c, deps.origins)
    const isAllowed = from === 'allowed'
    if (c.req.method === 'OPTIONS' && isAllowed) return preflight(c)
    if (from === 'foreign' && !holdsKey(c)) return refuse(c, deps.log, foreign())
    await next()
    c.res.headers.append('Vary', 'Origin')
    if (isAllowed) for (const [name, value] of Object.entries(readableBy(c))) c.res.headers.set(name, value)
    return undefined
  })
  routes.post('/v1/chat/completions', c => {
    if (isClosing || open.size >= mostAtOnce) return refuse(c, deps.log, busy())
    const done = complete(deps, wall, c).finally(() => open.delete(done))
    open.add(done)
    return done
  })
  routes.get('/v1/models', c =>
    answered(deps, c, async () => c.json({ object: 'list', data: await deps.models() })),
  )
  routes.get('/v1/models/:id{.+}', c =>
    answered(deps, c, async () => {
      const id = c.req.param('id')
      const card = (await deps.models()).find(model => model.id === id)
      if (card) return c.json(card)
      throw new RelayRefusal(404, 'invalid_request_error', 'model_not_found', `There is no model "${id}".`)
    }),
  )
  routes.all('/v1/*', c => refuse(c, deps.log, nothingHere()))
  routes.onError((thrown, c) => refuse(c, deps.log, refusalOf(thrown)))
  return {
    routes,
    async drain(withinMs) {
      isClosing = true
      const late = Promise.withResolvers<void>()
      const timer = setTimeout(late.resolve, withinMs)
      await Promise.race([Promise.allSettled(open), late.promise])
      clearTimeout(timer)
      await deps.books.idle()
    },
  }
}

async function complete(
  deps: RelayDependencies,
  wall: Readonly<Record<string, string>>,
  c: Context<WebEnv>,
): Promise<Response> {
  const { incoming, outgoing } = connectionOf(c)
  const outlet = createOutlet(outgoing)
  const startedAtMs = deps.nowMs()
  try {
    const asked = readHeaders(incoming.headers)
    const caller = await deps.callerOf(asked.parleyKey)
    const raw = await readBody(incoming)
    const headersFor = answerHeaders(c, deps.origins, wall)
    const { model, outcome, status } = await exchange(deps, { asked, caller, raw, outlet, headersFor })
    deps.log.debug(
      { component: 'relay', model, outcome, status, durationMs: deps.nowMs() - startedAtMs },
      'relayed',
    )
    return RESPONSE_ALREADY_SENT
  } catch (thrown) {
    if (!outlet.begun) return refuse(c, deps.log, refusalOf(thrown))
    deps.log.error({ component: 'relay', error: thrown }, 'a relayed request failed in mid-stream')
    outlet.cut()
    return RESPONSE_ALREADY_SENT
  }
}

/** Models are listed for whoever has a key. */
async function answered(
  deps: RelayDependencies,
  c: Context<WebEnv>,
  work: (caller: RelayCaller) => Promise<Response>,
): Promise<Response> {
  const { parleyKey } = readHeaders(c.req.header())
  return work(await deps.callerOf(parleyKey))
}

const passedHeaders = ['content-type', 'openai-model', 'openai-processing-ms', 'openai-version'] as const

function answerHeaders(c: Context<WebEnv>, origins: Origins, wall: Readonly<Record<string, string>>) {
  const readable = originOf(c, origins) === 'allowed' ? readableBy(c) : {}
  const requestId = c.get('requestId')
  return (from: UpstreamHeaders): Readonly<Record<string, string>> => {
    const headers: Record<string, string> = {
      ...wall,
      ...readable,
      Vary: 'Origin',
      'X-Request-Id': requestId,
      'Cache-Control': 'no-store',
      // A proxy in front that gathers what it is sent would make one piece of a stream.
      'X-Accel-Buffering': 'no',
    }
    for (const name of passedHeaders) {
      const value = from[name]
      if (typeof value === 'string') headers[name] = value
    }
    return headers
  }
}

function refuse(c: Context<WebEnv>, log: Log, refusal: RelayRefusal): Response {
  const { status, code, cause } = refusal
  if (status >= 500) log.warn({ component: 'relay', status, code, error: cause }, 'a request was not relayed')
  return c.json(refusalBody(refusal), status, { 'cache-control': 'no-store', ...refusal.headers })
}

function holdsKey(c: Context): boolean {
  return c.req.header('Authorization') !== undefined || c.req.header('X-Parley-Key') !== undefined
}

const foreign = () => notAllowed('foreign_origin', 'This page may not use Parley.')
const nothingHere = () =>
  new RelayRefusal(404, 'invalid_request_error', 'not_found', 'The relay has no such address.')
const busy = () =>
  new RelayRefusal(503, 'server_error', 'overloaded', 'Too much is under way: try again in a moment.', {
    headers: { 'Retry-After': '1' },
  })

/** What comes through is written straight onto the connection: a Response in between costs more than all the rest. */
function connectionOf(c: Context): { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse } {
  const { incoming, outgoing } = (c.env ?? {}) as Partial<Record<'incoming' | 'outgoing', unknown>>
  if (incoming instanceof IncomingMessage && outgoing instanceof ServerResponse) return { incoming, outgoing }
  throw new Error('The relay needs a connection to write to.')
}
