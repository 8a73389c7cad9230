import { OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { etag } from 'hono/etag'
import type { WebEnv } from '../context.ts'
import { failWith } from '../failure.ts'
import { docsRoutes } from './docs.ts'
import { isDoneOnce } from './idempotency.ts'
import { type ApiDescription, type Method, type Operation, operationsIn } from './operations.ts'
import { scopesFor } from './scopes.ts'

/** What is read again and again, and seldom changed meanwhile. */
const tagged = [
  '/api/openapi.json',
  '/api/v1/me',
  '/api/v1/api-keys',
  '/api/v1/identities',
  '/api/v1/sessions',
  '/api/v1/facets',
  '/api/v1/dialogues',
  '/api/v1/dialogues/:id',
  '/api/v1/public',
  '/api/v1/public/:id',
]

/**
 * The parts of the API as one, and what it is at `/api/openapi.json` and to be read at `/api/docs`, for whoever asks. A
 * method that a described address does not take is 405.
 */
export function describedApi(parts: readonly OpenAPIHono<WebEnv>[], publicUrl: string): OpenAPIHono<WebEnv> {
  const api = new OpenAPIHono<WebEnv>()
  api.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'The accessToken of a sign-in, or an API key.',
  })
  for (const path of tagged) api.get(path, etag())
  for (const part of parts) api.route('/', part)
  let described: ApiDescription | undefined
  const description = () => (described ??= describe(api, publicUrl))
  api.get('/api/openapi.json', c => c.json(description()))
  api.route('/', docsRoutes(description))
  api.all('/api/v1/*', otherMethods(description))
  return api
}

function describe(api: OpenAPIHono<WebEnv>, publicUrl: string): ApiDescription {
  const document = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Parley',
      version: '1',
      description:
        'Errors are problem+json (RFC 9457) with a stable `code`. Lists give `{items, nextCursor}`; the next page is asked for with `cursor`.',
    },
    servers: [{ url: publicUrl }],
  })
  const paths = Object.entries(document.paths ?? {}).map(([path, item]) => {
    const operations = operationsIn(item).map(([method, operation]) => [
      method,
      completed(method, path, operation),
    ])
    return [path, { ...item, ...Object.fromEntries(operations) }]
  })
  return { ...document, paths: Object.fromEntries(paths) }
}

/** What holds for every route and is told of each: its name, the scopes that open it, and doing it once. */
function completed(method: Method, path: string, operation: Operation): Operation {
  const scopes = scopesFor(method.toUpperCase(), path)
  const isOnce = method === 'post' && operation.security !== undefined && isDoneOnce(path)
  const once = {
    name: 'Idempotency-Key',
    in: 'header' as const,
    required: false,
    description: 'The same request with the same key within 24 hours is done once and answered the same.',
    schema: { type: 'string' as const, maxLength: 255 },
  }
  return {
    ...operation,
    operationId: operation.operationId ?? nameOf(method, path),
    ...(operation.security === undefined ? {} : { 'x-scopes': scopes }),
    ...(isOnce ? { parameters: [...(operation.parameters ?? []), once] } : {}),
  }
}

/** `get /api/v1/dialogues/{id}/events` is `getDialoguesIdEvents`. */
function nameOf(method: string, path: string): string {
  const words = path
    .replace(/^\/api\/v1\//, '')
    .split(/[^A-Za-z0-9]+/)
    .filter(word => word !== '')
  return [method, ...words.map(word => word.charAt(0).toUpperCase() + word.slice(1))].join('')
}

/** For an address that is known and a method that is not; anything else goes on. */
function otherMethods(description: () => ApiDescription): MiddlewareHandler<WebEnv> {
  let known: readonly { readonly form: RegExp; readonly methods: readonly string[] }[] | undefined
  return async (c, next) => {
    known ??= Object.entries(description().paths ?? {}).map(([path, item]) => ({
      form: new RegExp(`^${path.replaceAll(/[.]/g, '\\.').replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
      methods: operationsIn(item).map(([method]) => method.toUpperCase()),
    }))
    const allowed = known.filter(({ form }) => form.test(c.req.path)).flatMap(one => one.methods)
    if (allowed.length === 0 || allowed.includes(c.req.method)) return next()
    c.header('Allow', allowed.join(', '))
    return failWith(c, 405, 'method_not_allowed')
  }
}
