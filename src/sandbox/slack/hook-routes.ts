import { Hono } from 'hono'
import { isFields, SlackRefusal } from './args.ts'
import { hookPrefix, type Hooks } from './hooks.ts'

/** response_urls answer 404 once they are used up, and 400 when they cannot be obeyed. */
export function hookRoutes(hooks: Hooks): Hono {
  const app = new Hono()
  app.post(`${hookPrefix}:id`, async c => {
    const body: unknown = await c.req.json().catch(() => undefined)
    if (!isFields(body)) return c.text('invalid_payload', 400)
    try {
      const problem = hooks.answer(c.req.param('id'), body)
      return problem ? c.text(problem, 404) : c.text('ok')
    } catch (error) {
      if (error instanceof SlackRefusal) return c.text(error.code, 400)
      throw error
    }
  })
  return app
}
