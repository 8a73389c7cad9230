import type { AccountParts } from './accounts.ts'
import type { Database } from './adapters/postgres/database.ts'
import type { LiveFeed } from './adapters/postgres/live.ts'
import type { Connections } from './connections.ts'
import type { Agent, Agents } from './core/agent.ts'
import type { Leadership } from './core/leadership.ts'
import type { LinkMaking } from './core/linking.ts'
import type { Log } from './core/log.ts'
import type { Setup } from './core/setup.ts'
import type { Store } from './core/store.ts'
import type { Trail } from './core/trail.ts'
import type { ProviderParts } from './providers.ts'
import type { OpenRelay } from './relay.ts'
import type { SignInParts } from './sign-in.ts'

/** What platforms, worker and web of one process are made of. */
export interface Parts {
  readonly database: Database
  readonly store: Store
  readonly leadership: Leadership
  readonly live: LiveFeed
  readonly log: Log
  readonly trail: Trail
  readonly links: Connections
  readonly model: ProviderParts['model']
  readonly providers: ProviderParts
  readonly setup: Setup
  readonly agent: Agent
  readonly agents: Agents
  readonly leaseMs: number
  readonly lateMs: number | undefined
  readonly linking: LinkMaking
  readonly publicUrl: string
  readonly accounts: AccountParts
  readonly signIn: SignInParts
  readonly relay: OpenRelay
}
