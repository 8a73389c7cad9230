import type { Context, Hono } from 'hono'
import type { Agents } from '../../core/agent.ts'
import type { ChatPlatform } from '../../core/platform.ts'
import type { Store } from '../../core/store.ts'
import type { Platform } from '../../core/thread.ts'
import type { WebEnv } from '../context.ts'
import { channelRoutes } from './channels.ts'
import { policyRoutes } from './policy.ts'
import { retentionRoutes } from './retention.ts'
import { settingsRoutes } from './settings.ts'

/** What the pages of places need: policy, channels, retention and settings. */
export interface PlacePages {
  readonly store: Store
  readonly nowMs: () => number
  /** Who answers where, for the dry run. */
  readonly agents: Agents
  readonly platforms: ReadonlyMap<Platform, ChatPlatform>
  /** Whence a request comes, for the audit. */
  readonly address: (c: Context) => string | undefined
}

/** The pages of places. */
export function placePages(deps: PlacePages): readonly Hono<WebEnv>[] {
  return [policyRoutes(deps), channelRoutes(deps), retentionRoutes(deps), settingsRoutes(deps)]
}
