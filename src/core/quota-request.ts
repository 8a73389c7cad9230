import type { QuotaStanding, QuotaUnit } from './quota.ts'
import type { Place } from './thread.ts'
import type { Workspace } from './workspace.ts'

/** Somebody asks those who manage for more of a limit, for the rest of its period. */
export interface QuotaRequest {
  readonly id: string
  /** Who asks: an Identity. */
  readonly askerId: string
  readonly place: Place
  readonly unit: QuotaUnit
  readonly bucket: string
  readonly subject: string
  readonly scope: QuotaStanding['rule']['scope']
  /** As they were when it was asked. */
  readonly limit: number
  readonly used: number
  readonly resetsAtMs: number
  readonly requestedAtMs: number
  /** Why, in the asker's words. */
  readonly reason?: string
  readonly state: 'open' | 'granted' | 'declined'
  readonly decidedBy?: string
  readonly decidedAtMs?: number
  /** How much was given on top. */
  readonly amount?: number
}

export interface QuotaRequests {
  /** False when the same person's request for the same limit and period is open or was decided already. */
  add(request: Omit<QuotaRequest, 'state'>): Promise<boolean>
  find(id: string): Promise<QuotaRequest | undefined>
  /** Open ones first, then newest first; of one workspace, or of all. */
  list(workspace: Workspace | undefined, limit: number): Promise<readonly QuotaRequest[]>
  /** Decides an open one; false when somebody else was first. */
  decide(
    id: string,
    decision: {
      readonly state: 'granted' | 'declined'
      readonly by: string
      readonly atMs: number
      readonly amount?: number
    },
  ): Promise<boolean>
}
