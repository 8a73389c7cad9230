import { Hono } from 'hono'
import type { WebEnv } from './context.ts'

export interface Readiness {
  /** True when the database answers and every gateway has been up once. */
  readonly ready: boolean
  readonly database: 'up' | 'down'
  readonly gateways: Readonly<Record<string, 'connected' | 'reconnecting' | 'never connected'>>
}

/** Whether the process lives, and whether it can serve. */
export function healthRoutes(readiness: () => Promise<Readiness>): Hono<WebEnv> {
  return new Hono<WebEnv>()
    .get('/healthz', c => c.json({ alive: true }))
    .get('/readyz', async c => {
      const now = await readiness()
      return c.json(now, now.ready ? 200 : 503)
    })
}
