import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { ParleyError } from '../../core/errors.ts'
import type { FieldProblem } from '../../core/field-problem.ts'
import type { WebEnv } from '../context.ts'
import { requireSignedIn } from '../guards.ts'
import { problem, problemOf } from '../problem.ts'

export const problemShape = z
  .object({
    type: z.string(),
    status: z.int(),
    code: z.string().openapi({ description: 'Stable; programs decide by it.', example: 'invalid' }),
    detail: z.string().openapi({ description: 'One sentence for a person, in their language.' }),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem')

const problemContent = { 'application/problem+json': { schema: problemShape } }

/** The refusals of a route, by status, for its description. */
export function refusals<Status extends number>(reasons: Readonly<Record<Status, string>>) {
  const entries = Object.entries<string>(reasons).map(
    ([status, description]) => [status, { description, content: problemContent }] as const,
  )
  return Object.fromEntries(entries) as Record<
    Status,
    { description: string; content: typeof problemContent }
  >
}

/**
 * A part of the API: what was sent and does not fit its shape is a problem naming its fields, and so is whatever a route
 * throws. To be mounted with `route('/', …)`.
 */
export function createApi(): OpenAPIHono<WebEnv> {
  const api = new OpenAPIHono<WebEnv>({
    defaultHook: (result, c) => {
      if (result.success) return undefined
      const sent: unknown = 'data' in result ? result.data : undefined
      const fields = result.error.issues.map(issue => toFieldProblem(sent, issue))
      return problemOf(c, new ParleyError('invalid', 'Something sent does not fit.', { fields }))
    },
  })
  api.onError((thrown, c) => {
    const answer = problemOf(c, thrown)
    // What is our own fault is logged where all of that is.
    if (answer.status >= 500) throw thrown
    return answer
  })
  return api
}

function toFieldProblem(sent: unknown, issue: z.core.$ZodIssue): FieldProblem {
  return {
    field: issue.path.join('.'),
    code: issue.code === 'invalid_type' && at(sent, issue.path) === undefined ? 'required' : 'malformed',
  }
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  const [name, ...rest] = path
  if (name === undefined || typeof value !== 'object' || value === null) return value
  return at(Reflect.get(value, name), rest)
}

/** A reply with a body, described. */
export const given = <Shape extends z.ZodType>(description: string, schema: Shape) => ({
  description,
  content: { 'application/json': { schema } },
})

/** A reply without one. */
export const none = (description: string) => ({ description })

/** What a request brings. */
export const sent = <Shape extends z.ZodType>(schema: Shape) =>
  ({ body: { required: true, content: { 'application/json': { schema } } } }) as const

/** What any route for members may refuse. */
export const usualRefusals = refusals({
  401: 'Not signed in.',
  403: 'Not allowed, or the e-mail address is not confirmed; or the API key lacks the scope.',
  404: 'There is none, or none that you may see.',
  409: 'Not as things stand.',
  422: 'Something in the request is wrong; `errors` says where.',
  429: 'Too much at once, or no allowance left; `resetsAt` says until when.',
})

/** Tokens and persons are nothing for a cache. */
export const neverKept: MiddlewareHandler<WebEnv> = async (c, next) => {
  await next()
  c.res.headers.set('Cache-Control', 'no-store')
}

const bodiless: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE'])

/** A body is JSON and says so: what a form of another page can send, never is. */
export const requireJson: MiddlewareHandler<WebEnv> = async (c, next) => {
  const type = c.req.header('Content-Type')
  const isJson = type !== undefined && /^application\/json\s*(;|$)/i.test(type)
  // The server makes a stream for every POST; only these headers say that there is something in it.
  const hasBody =
    (c.req.header('Content-Length') ?? '0') !== '0' || c.req.header('Transfer-Encoding') !== undefined
  if (bodiless.has(c.req.method) || isJson || (type === undefined && !hasBody)) return next()
  return problem(c, { status: 415, code: 'not_json', detail: c.get('words').problems.notJson })
}

/** Common to what one has to be signed in for. */
export const memberRoutes = {
  security: [{ bearer: [] }],
  middleware: [requireSignedIn, requireJson],
}
