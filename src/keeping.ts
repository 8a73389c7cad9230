import type { Clock } from './core/clock.ts'
import { createEraseHandler, eraseJobKind } from './core/erasure.ts'
import { createHomeHandler, homeJobKind } from './core/home.ts'
import type { LinkMaking } from './core/linking.ts'
import type { Log } from './core/log.ts'
import type { ChatPlatform } from './core/platform.ts'
import { createRetentionHandler, retentionJobKind } from './core/retention.ts'
import type { Store } from './core/store.ts'
import { createTellHandler, tellJobKind } from './core/telling.ts'
import type { Platform } from './core/thread.ts'
import type { JobHandler } from './core/worker.ts'

/** The jobs of linking, telling, erasing and retention, by kind. */
export function keepingHandlers(deps: {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly platforms: ReadonlyMap<Platform, ChatPlatform>
  readonly linking: LinkMaking
}): readonly (readonly [string, JobHandler])[] {
  return [
    [homeJobKind, createHomeHandler(deps)],
    [tellJobKind, createTellHandler(deps)],
    [eraseJobKind, createEraseHandler(deps)],
    [retentionJobKind, createRetentionHandler(deps)],
  ]
}
