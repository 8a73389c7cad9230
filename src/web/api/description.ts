import { OpenAPIHono } from '@hono/zod-openapi'
import type { WebEnv } from '../context.ts'

/** The parts of the API as one, and what it is at `/api/openapi.json`, for whoever asks. */
export function describedApi(parts: readonly OpenAPIHono<WebEnv>[], publicUrl: string): OpenAPIHono<WebEnv> {
  const api = new OpenAPIHono<WebEnv>()
  api.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'The accessToken of a sign-in, or an API key.',
  })
  for (const part of parts) api.route('/', part)
  api.doc31('/api/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Parley',
      version: '1',
      description: 'Errors are problem+json (RFC 9457) with a stable `code`.',
    },
    servers: [{ url: publicUrl }],
  })
  return api
}
