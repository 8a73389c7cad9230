import type { Platform } from './thread.ts'
import type { QuotaStanding } from './quota.ts'
import type { CallPurpose } from './usage.ts'
import type { Workspace } from './workspace.ts'

/** Which usage is looked at. */
export interface UsageFilter {
  /** Absent for the whole installation. */
  readonly workspace?: Workspace
  /** From this moment on. */
  readonly fromMs: number
  /** Up to this moment, without it. */
  readonly toMs: number
  /** Only what this line of a report is made of. */
  readonly only?: { readonly aspect: UsageAspect; readonly key: string }
}

/** What is added up. */
export interface UsageTotal {
  readonly requests: number
  /** Requests to models; a question may take several. */
  readonly calls: number
  readonly inputTokens: number
  readonly cachedInputTokens: number
  readonly outputTokens: number
  /** Of the calls whose model's price was known. */
  readonly costMicros: number
  /** Calls whose price was not known: their cost is not in `costMicros`. */
  readonly unpricedCalls: number
  /** Calls that the provider told nothing about, counted by Parley itself. */
  readonly estimatedCalls: number
}

export const usageAspects = ['day', 'model', 'channel', 'person', 'platform', 'agent', 'workspace'] as const
export type UsageAspect = (typeof usageAspects)[number]

/** One line of a report: everything with the same `key`. */
export interface UsageLine {
  /**
   * A day as `2026-11-21` in the time zone of what is looked at; a model; `slack:T1:C1`; a Member's or unlinked
   * Identity's id; a platform; an Agent's id; `slack:T1`.
   */
  readonly key: string
  /** A person's name; the key where there is no better. */
  readonly name: string
  readonly total: UsageTotal
}

/** One call, for those who want every one of them. */
export interface UsageRow {
  readonly callId: string
  readonly atMs: number
  readonly platform: Platform
  readonly workspaceId: string
  readonly channelId: string
  readonly identityId: string
  readonly memberId?: string
  readonly personName: string
  readonly agentId?: string
  readonly model: string
  readonly provider?: string
  readonly purpose: CallPurpose
  readonly requests: number
  readonly inputTokens: number
  readonly cachedInputTokens: number
  readonly outputTokens: number
  /** Absent when the price was not known. */
  readonly costMicros?: number
  readonly estimated: boolean
}

/** Where a Quota stands for one subject. */
export interface SubjectStanding extends QuotaStanding {
  /** The subject's name where it is a person, else its id. */
  readonly name: string
}

/** What was consumed, added up; numbers and names, never content. */
export interface UsageReports {
  total(filter: UsageFilter): Promise<UsageTotal>
  /**
   * By one aspect: days in their order, days without usage left out; anything else by tokens, most first, and by cost
   * before that where there is any. At most `limit` lines, 1,000 unless told.
   */
  by(aspect: UsageAspect, filter: UsageFilter, limit?: number): Promise<readonly UsageLine[]>
  /** Every call, oldest first, a page at a time, so that any amount of them can be written out. */
  rows(filter: UsageFilter): AsyncIterable<UsageRow>
  /**
   * How every rule stands at this moment: each that names a subject for it, each default for the subjects that it
   * held for since its period began, those with least left first, at most `limit`. Of one workspace, its own and the
   * installation's; without one, all there are.
   */
  standings(
    workspace: Workspace | undefined,
    nowMs: number,
    limit?: number,
  ): Promise<readonly SubjectStanding[]>
}

const columns = [
  'time',
  'platform',
  'workspace',
  'channel',
  'person',
  'personId',
  'agent',
  'model',
  'provider',
  'purpose',
  'requests',
  'inputTokens',
  'cachedInputTokens',
  'outputTokens',
  'costMicros',
  'estimated',
] as const

/** The rows as CSV (RFC 4180), header first, line by line. An unknown cost is an empty field. */
export async function* toCsv(rows: AsyncIterable<UsageRow>): AsyncGenerator<string> {
  yield `${columns.join(',')}\r\n`
  for await (const row of rows) {
    const fields = [
      new Date(row.atMs).toISOString(),
      row.platform,
      row.workspaceId,
      row.channelId,
      row.personName,
      row.memberId ?? row.identityId,
      row.agentId ?? '',
      row.model,
      row.provider ?? '',
      row.purpose,
      row.requests,
      row.inputTokens,
      row.cachedInputTokens,
      row.outputTokens,
      row.costMicros ?? '',
      row.estimated ? 'yes' : '',
    ]
    yield `${fields.map(field => toField(String(field))).join(',')}\r\n`
  }
}

/** A text that a spreadsheet would take for a formula is shown as the text it is. */
function toField(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
