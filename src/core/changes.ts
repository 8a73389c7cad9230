import type { ShownMessage } from './history.ts'
import type { Platform } from './thread.ts'
import type { TitleBy } from './dialogue.ts'
import type { TurnState } from './turn.ts'
import type { ErrorCode } from './errors.ts'

/** Everything of a Dialogue bears the revision at which it last changed. */
interface Revised {
  readonly revision: number
}

export interface ChangedHead extends Revised {
  readonly title: string
  readonly titleBy: TitleBy
  readonly platform: Platform
  readonly agent?: string
  /** The current branch; absent on the trunk. */
  readonly branchId?: string
}

export interface ChangedMessage extends Revised {
  readonly message: ShownMessage
  /** Absent on the trunk. */
  readonly branchId?: string
}

export interface ChangedTurn extends Revised {
  readonly id: string
  readonly messageId: string
  readonly state: TurnState
  /** What is stored: empty while it is being written. */
  readonly text: string
  readonly askerId: string
  /** Where its answer stands; absent on the trunk. */
  readonly branchId?: string
  readonly error?: ErrorCode
}

export interface Changed {
  /** All up to this one is told. */
  readonly revision: number
  readonly head?: ChangedHead
  readonly messages: readonly ChangedMessage[]
  readonly turns: readonly ChangedTurn[]
}

/** What changed in a Dialogue, for those who know what it was before. Nobody's right to it is checked here. */
export interface Changes {
  /** The Dialogue's revision now; undefined when there is none. */
  revision(dialogueId: string): Promise<number | undefined>
  /** What changed after that revision, nothing of it twice. */
  since(dialogueId: string, revision: number): Promise<Changed | undefined>
  /** How it stands, with its newest messages and Turns, at most `limit` of each. */
  newest(dialogueId: string, limit: number): Promise<Changed | undefined>
  /** One Turn as these tell it. */
  turn(id: string): Promise<(ChangedTurn & { readonly dialogueId: string }) | undefined>
}
