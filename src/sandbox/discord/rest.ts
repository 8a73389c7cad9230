import { setTimeout as delay } from 'node:timers/promises'
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import type { Context } from 'hono'
import type { Fault, Faults } from '../faults.ts'
import { describeBody, readBody } from './body.ts'
import type { RequestBody } from './body.ts'
import type { Buckets, Verdict } from './buckets.ts'
import { Refusal, refusalBody } from './errors.ts'

/** One REST call as the stand-in saw it. */
export interface DiscordCall {
  /** The method alone: `POST`. */
  readonly method: string
  /** As faults name it: `POST /channels/:id/messages`. */
  readonly route: string
  readonly path: string
  readonly body: unknown
  readonly atMs: number
  /** Undefined while the call is being answered; 0 when its connection was cut. */
  readonly status: number | undefined
}

export interface RestRequest {
  /** A part of the path by the name the route gives it. */
  param(name: string): string
  query(name: string): string | undefined
  readonly body: RequestBody
  /** `http://127.0.0.1:1234`, as the client reached it. */
  readonly origin: string
}

/** `undefined` answers 204 without a body. */
export type RestHandler = (request: RestRequest) => unknown
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export type Route = readonly [method: Method, path: string, handler: RestHandler]

export interface RestOptions {
  readonly token: string
  readonly faults: Faults
  readonly buckets: Buckets | undefined
  readonly now: () => number
  /** Ends waits for slow answers when the stand-in is closed. */
  readonly closed: AbortSignal
}

/** Serves the routes under /api/v10, each behind authorization, rate limits and planned faults. */
export function createRest(options: RestOptions, routes: readonly Route[]) {
  const app = new Hono()
  const calls: DiscordCall[] = []

  const serve = async (context: Context, handler: RestHandler): Promise<Response> => {
    const path = pathOf(context)
    const { method } = context.req
    const route = `${method} ${templateOf(path)}`
    const call: Writable<DiscordCall> = {
      method,
      route,
      path,
      body: undefined,
      atMs: options.now(),
      status: undefined,
    }
    calls.push(call)
    const answer = await answerCall(options, context, { route, path, call, handler }).catch(
      (error: unknown) => toErrorResponse(error, {}),
    )
    call.status = answer?.status ?? 0
    return answer ?? cut(context)
  }

  for (const [method, path, handler] of routes)
    for (const base of ['/api/v10', '/api'])
      app.on(method, `${base}${path}`, context => serve(context, handler))
  app.all('/api/*', context =>
    serve(context, () => {
      throw new NotFound()
    }),
  )
  return { app, calls }
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

class NotFound extends Error {}

interface Served {
  readonly route: string
  readonly path: string
  readonly call: { body: unknown }
  readonly handler: RestHandler
}

/** Answers one call; undefined when its connection is to be cut instead. */
async function answerCall(
  options: RestOptions,
  context: Context,
  { route, path, call, handler }: Served,
): Promise<Response | undefined> {
  const tokenInPath = path.startsWith('/webhooks/') || path.startsWith('/interactions/')
  if (!tokenInPath && context.req.header('authorization') !== `Bot ${options.token}`)
    return Response.json({ message: '401: Unauthorized', code: 0 }, { status: 401 })
  const body = await readBody(context.req)
  call.body = describeBody(body)
  const verdict: Verdict = options.buckets?.take(route, path) ?? { headers: {} }
  if (verdict.refused) return tooMany(verdict.refused, verdict.headers)
  const work = async () => {
    try {
      return toResponse(await handler(toRequest(context, body)), verdict.headers)
    } catch (error) {
      return toErrorResponse(error, verdict.headers)
    }
  }
  const fault = options.faults.strike(route)
  return fault ? commit(fault, work, options.closed, verdict.headers) : work()
}

async function commit(
  fault: Fault,
  work: () => Promise<Response>,
  closed: AbortSignal,
  headers: Verdict['headers'],
): Promise<Response | undefined> {
  switch (fault.kind) {
    case 'rate-limited': {
      const seconds = String(Math.ceil(fault.retryAfterMs / 1000))
      return tooMany(
        { retryAfterMs: fault.retryAfterMs, global: false },
        {
          ...headers,
          'X-RateLimit-Remaining': '0',
          'X-RateLimit-Reset-After': (fault.retryAfterMs / 1000).toFixed(3),
          'X-RateLimit-Scope': 'user',
          'Retry-After': seconds,
        },
      )
    }
    case 'refused':
      return toErrorResponse(new Refusal(Number(fault.code)), headers)
    case 'server-error': {
      if (fault.afterCommit === true) await work()
      const status = fault.status ?? 502
      return Response.json({ message: `${status}: Server Error`, code: 0 }, { status })
    }
    case 'cut':
      if (fault.afterCommit === true) await work()
      return undefined
    case 'slow': {
      const early = fault.afterCommit === true ? await work() : undefined
      await pause(fault.delayMs, closed)
      return early ?? work()
    }
  }
}

async function pause(delayMs: number, closed: AbortSignal) {
  const outcome = delay(delayMs, undefined, { signal: closed, ref: false })
  // Closing the stand-in ends the wait early; the answer then goes to a socket that is about to close.
  await outcome.catch((error: unknown) => {
    if (!closed.aborted) throw error
  })
}

function tooMany({ retryAfterMs, global }: NonNullable<Verdict['refused']>, headers: Verdict['headers']) {
  const body = { message: 'You are being rate limited.', retry_after: retryAfterMs / 1000, global }
  return Response.json(body, { status: 429, headers })
}

function toResponse(answer: unknown, headers: Verdict['headers']): Response {
  if (answer === undefined) return new Response(null, { status: 204, headers })
  if (answer instanceof Response) return answer
  return Response.json(answer, { headers })
}

function toErrorResponse(error: unknown, headers: Verdict['headers']): Response {
  if (error instanceof Refusal) return Response.json(refusalBody(error), { status: error.status, headers })
  const status = error instanceof NotFound ? 404 : 500
  const message =
    status === 404 ? '404: Not Found' : `500: ${error instanceof Error ? error.message : 'Server Error'}`
  return Response.json({ message, code: 0 }, { status, headers })
}

/** Ends the connection without an answer; where there is no socket, the answer says what would have been. */
function cut(context: Context): Response {
  const { incoming } = (context.env ?? {}) as Partial<HttpBindings>
  incoming?.socket.destroy()
  return new Response('cut', { status: 502 })
}

function toRequest(context: Context, body: RequestBody): RestRequest {
  return {
    param: name => context.req.param(name) ?? '',
    query: name => context.req.query(name),
    body,
    origin: `http://${context.req.header('host') ?? '127.0.0.1'}`,
  }
}

/** The path as bots know it, below /api/v10. */
function pathOf(context: Context): string {
  return decodeURIComponent(context.req.path).replace(/^.*?\/api(\/v10)?(?=\/)/, '')
}

/** The path with its ids and tokens replaced: /webhooks/:id/:token/messages/@original. */
function templateOf(path: string): string {
  return path
    .replace(/^\/(webhooks|interactions)\/([^/]+)\/[^/]+/, '/$1/$2/:token')
    .replace(/(?<=\/)\d{17,20}(?=\/|$)/g, ':id')
}
