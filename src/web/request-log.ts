import type { MiddlewareHandler } from 'hono'
import type { Log } from '../core/log.ts'
import type { WebEnv } from './context.ts'

/** Routes whose path ends in a secret. */
const secretPaths = /^\/(email-verify|password-reset|link|setup)\/.+/

/** One line for each request: what was asked, how it ended, how long it took. */
export function requestLog(log: Log, nowMs: () => number): MiddlewareHandler<WebEnv> {
  return async (c, next) => {
    const startedAtMs = nowMs()
    await next()
    const isQuiet = /^\/(sandbox|healthz|readyz|metrics|assets)/.test(c.req.path)
    log[isQuiet ? 'debug' : 'info'](
      {
        component: 'web',
        method: `${c.req.method} ${loggedPath(c.req.path)}`,
        status: c.res.status,
        durationMs: nowMs() - startedAtMs,
      },
      'request',
    )
  }
}

/** The path of a request as a log may hold it. */
export function loggedPath(path: string): string {
  return path.replace(secretPaths, '/$1/…')
}
