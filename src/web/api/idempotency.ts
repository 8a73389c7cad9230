import { createHash } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { z } from 'zod'
import { ParleyError } from '../../core/errors.ts'
import {
  type IdempotentReplies,
  type KeptReply,
  maxReplyLength,
  type OnceRequest,
} from '../../core/idempotency.ts'
import type { WebEnv } from '../context.ts'
import { problem, problemOf } from '../problem.ts'

const header = 'Idempotency-Key'

/** These give or take away what lets somebody in, and know no Member yet; the header means nothing to them. */
const exempt =
  /^\/api\/v1\/(?:register|login|logout|token\/refresh|email-verify|forget-password|password-reset)(?:\/|$)/

/** Printable, and no longer than anybody's ids are. */
const keyForm = /^[\x21-\x7e]{1,255}$/

/**
 * A POST with an Idempotency-Key is done once: sent again it gets the reply of the first, another body with the same key
 * 422, and while the first is under way 409. What failed is not kept, so that it can be tried again. A reply that says
 * `no-store` holds a secret and is not stored either: asked for again it is 409.
 */
export function idempotency(replies: IdempotentReplies, nowMs: () => number): MiddlewareHandler<WebEnv> {
  return async (c, next) => {
    const key = c.req.header(header)
    const member = c.get('signedIn')?.member
    if (key === undefined || c.req.method !== 'POST' || !member || exempt.test(c.req.path)) return next()
    if (!keyForm.test(key)) return problemOf(c, badKey('malformed'))
    const request = await requestOf(c, member.id, key, nowMs())
    const claim = await replies.claim(request)
    switch (claim.state) {
      case 'claimed':
        c.set('onceId', request.hash)
        return run(c, next, { replies, request, token: claim.token })
      case 'running':
        c.header('Retry-After', '1')
        return conflict(c, 'inFlight')
      case 'done':
        return replayed(c, claim)
      case 'other':
        return problemOf(c, badKey('taken'))
      case 'full':
        return problemOf(
          c,
          new ParleyError('rate_limited', 'Too many keys at once.', { retryAfterMs: 60 * 60_000 }),
        )
    }
  }
}

interface Run {
  readonly replies: IdempotentReplies
  readonly request: OnceRequest
  readonly token: string
}

async function run(c: Context<WebEnv>, next: () => Promise<void>, { replies, request, token }: Run) {
  let isKept = false
  try {
    await next()
    if (c.error || !c.res.ok) return
    const reply = await replyOf(c.res)
    await replies.keep(request, token, { status: c.res.status, ...(reply === undefined ? {} : { reply }) })
    isKept = true
  } finally {
    if (!isKept) await replies.release(request, token)
  }
}

async function requestOf(c: Context, memberId: string, key: string, atMs: number): Promise<OnceRequest> {
  const { pathname, search } = new URL(c.req.url)
  // Read as text first: the route reads the same text as JSON afterwards.
  const body = await c.req.text()
  return { memberId, hash: hashOf(pathname, key), requestHash: hashOf(search, body), atMs }
}

function hashOf(...texts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('base64url')
}

const replyShape = z.object({
  body: z.string(),
  headers: z.array(z.tuple([z.string(), z.string()])),
})

const keptHeaders = ['content-type', 'location'] as const

async function replyOf(response: Response): Promise<string | undefined> {
  if ((response.headers.get('cache-control') ?? '').includes('no-store')) return undefined
  const body = await response.clone().text()
  if (body.length > maxReplyLength) return undefined
  const headers = keptHeaders.flatMap(name => {
    const value = response.headers.get(name)
    return value === null ? [] : [[name, value]]
  })
  return JSON.stringify({ body, headers })
}

function replayed(c: Context<WebEnv>, { status, reply }: KeptReply): Response {
  if (reply === undefined) return conflict(c, 'replyGone')
  const { body, headers } = replyShape.parse(JSON.parse(reply))
  return new Response(body === '' ? null : body, {
    status,
    headers: [...headers, ['idempotency-replayed', 'true']],
  })
}

function conflict(c: Context<WebEnv>, why: 'inFlight' | 'replyGone'): Response {
  return problem(c, { status: 409, code: 'conflict', detail: c.get('words').problems[why] })
}

function badKey(code: 'malformed' | 'taken'): ParleyError {
  return new ParleyError('invalid', 'No such idempotency key.', { fields: [{ field: header, code }] })
}
