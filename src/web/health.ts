import { Hono } from 'hono'
import type { WebEnv } from './context.ts'

export interface Readiness {
  /** True when the database answers and every gateway has been up once. */
  readonly ready: boolean
  readonly database: 'up' | 'down'
  readonly gateways: Readonly<
    Record<string, 'connected' | 'standing by' | 'reconnecting' | 'never connected'>
  >
  /** What a platform said of why it is not connected. */
  readonly reasons?: Readonly<Record<string, string>>
}

/** What a process tells of itself in Prometheus' text. */
export interface MetricsText {
  readonly contentType: string
  text(): Promise<string>
}

/** Whether the process lives, whether it can serve, and how it does. */
export function healthRoutes(readiness: () => Promise<Readiness>, metrics?: MetricsText): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
    .get('/healthz', c => c.json({ alive: true }))
    .get('/readyz', async c => {
      const now = await readiness()
      return c.json(now, now.ready ? 200 : 503)
    })
  if (metrics)
    app.get('/metrics', async c =>
      c.body(await metrics.text(), 200, { 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' }),
    )
  return app
}
