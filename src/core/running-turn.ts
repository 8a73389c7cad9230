import type { Agent, Agents } from './agent.ts'
import type { Clock } from './clock.ts'
import type { Job } from './job.ts'
import type { Live } from './live.ts'
import type { Log } from './log.ts'
import type { LanguageModel } from './model.ts'
import type { ChatPlatform } from './platform.ts'
import type { Policy } from './policy.ts'
import type { Signals, Store } from './store.ts'
import type { RoleReader } from './role-reader.ts'
import type { Platform } from './thread.ts'
import type { Trail } from './trail.ts'
import type { TurnBrief } from './turn.ts'

export interface TurnDependencies {
  readonly store: Store
  readonly signals: Signals
  readonly clock: Clock
  readonly log: Log
  readonly trail: Trail
  readonly model: LanguageModel
  readonly agents: Agents
  readonly platforms: ReadonlyMap<Platform, ChatPlatform>
  readonly newId: () => string
  /** What the platform calls a person there, for rules of roles. */
  readonly roles?: RoleReader
  /** Where Parley is on the web. */
  readonly publicUrl?: string
  /** Told of every state of the answer. */
  readonly live: Pick<Live, 'show' | 'letGo'>
}

/** One Turn being run by this process. */
export interface Running extends TurnBrief {
  readonly job: Job
  /** Who answers; a soft limit puts a cheaper one in its place. */
  agent: Agent
  readonly platform: ChatPlatform
  /** What holds where it is asked. */
  readonly policy: Policy
  readonly log: Log
  /** The job is not ours any more, or the process is leaving. */
  readonly leave: AbortSignal
  /** Aborted when the Turn is told to stop, or must be left. */
  readonly halt: AbortSignal
}
