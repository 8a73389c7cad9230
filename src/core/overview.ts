import type { ErrorCode } from './errors.ts'
import type { Place } from './thread.ts'
import type { TurnEnd } from './turn.ts'
import type { Workspace } from './workspace.ts'

/** What went on in a time. */
export interface Period {
  readonly fromMs: number
  /** Turns by how they ended; `open` are those under way. */
  readonly turns: Readonly<Record<TurnEnd | 'open', number>>
  /** How many people asked. */
  readonly people: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** Of the calls whose price was known; absent when that was none. */
  readonly costMicros?: number
  /** How many calls had no known price. */
  readonly unpriced: number
}

export interface TopChannel {
  readonly place: Place
  readonly name?: string
  readonly workspaceName?: string
  readonly turns: number
}

export interface TopPerson {
  readonly memberId?: string
  readonly identityId: string
  readonly name?: string
  readonly turns: number
}

/** What those who manage look at first. Numbers and names, nothing that was said. */
export interface Overview {
  readonly today: Period
  readonly month: Period
  /** More Turns than are counted were asked this month: the numbers are those of the newest. */
  readonly capped: boolean
  /** Of this month, those with most Turns first. */
  readonly channels: readonly TopChannel[]
  readonly people: readonly TopPerson[]
  /** Of the last 24 hours, most frequent first. */
  readonly errors: readonly { readonly code: ErrorCode; readonly count: number; readonly lastAtMs: number }[]
}

/** Jobs of the whole installation: answers, mails, erasures and the rest. */
export interface QueueState {
  readonly waiting: number
  readonly running: number
  /** Since when the oldest that could run does not. */
  readonly oldestMs?: number
}

export interface Overviews {
  /** Days and months are those of the time zone. Without a workspace, of the whole installation. */
  look(asked: {
    readonly workspace?: Workspace
    readonly timeZone: string
    readonly nowMs: number
  }): Promise<Overview>
  queue(nowMs: number): Promise<QueueState>
}

/** So many Turns are looked at for one page, whatever was asked in the month. */
export const overviewTurns = 50_000
