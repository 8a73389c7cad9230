import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { ParleyError } from '../../core/errors.ts'
import type { WebEnv } from '../context.ts'
import { requireSignedIn } from '../guards.ts'
import type { Talk } from '../talk.ts'
import { createApi, refusals } from './api.ts'

const agentShape = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    guided: z.boolean().describe('It asks questions of its own before it answers.'),
  })
  .openapi('Agent')

const listAgents = createRoute({
  method: 'get',
  path: '/api/v1/agents',
  summary: 'Agents to choose from for dialogues of the web',
  responses: {
    200: {
      description: 'They, and which answers where nobody chose.',
      content: {
        'application/json': {
          schema: z.object({
            items: z.array(agentShape),
            usual: z.string(),
            chosen: z.string().optional().describe('Your own choice, where it may be chosen.'),
          }),
        },
      },
    },
    ...refusals({ 401: 'Sign in first.' }),
  },
})

/** `/api/v1/agents`. */
export function createAgentsApi(talk: Pick<Talk, 'agents'>): OpenAPIHono<WebEnv> {
  const api = createApi()
  api.use('/api/v1/agents', requireSignedIn)
  api.openapi(listAgents, async c => {
    const signedIn = c.get('signedIn')
    if (!signedIn) throw new ParleyError('unauthenticated', 'Sign in first.')
    const { agents, usual, chosen } = await talk.agents(signedIn)
    return c.json({ items: [...agents], usual, ...(chosen === undefined ? {} : { chosen }) }, 200)
  })
  return api
}
