import type { QuotaPeriod, QuotaRule, QuotaScope, QuotaUnit } from './quota.ts'
import { isPlatform } from './thread.ts'
import { isIn, type Workspace, workspaceKey } from './workspace.ts'

/** What a counter counts: `workspace:slack:T1`, `channel:slack:T1:C1`, `person:ID`, `person:ID@slack:T1`. */
export interface QuotaSubject {
  readonly scope: QuotaScope
  /** Absent for a person everywhere. */
  readonly workspace?: Workspace
  /** A workspace's, channel's or person's id. */
  readonly id: string
  /** A person's accounts, by which rules may call them too. */
  readonly accounts?: readonly string[]
}

export function parseQuotaSubject(subject: string): QuotaSubject | undefined {
  const [, kind, rest = ''] = /^(workspace|channel|person):(.+)$/s.exec(subject) ?? []
  if (kind === 'person') {
    const [, id = '', key] = /^([^@]+)(?:@(.+))?$/s.exec(rest) ?? []
    const there = key === undefined ? undefined : split(key)
    if (id === '' || (key !== undefined && there?.channelId !== '')) return undefined
    return { scope: 'member', id, ...(there ? { workspace: there.workspace } : {}) }
  }
  const there = split(rest)
  if (!there || (kind === 'channel') !== (there.channelId !== '')) return undefined
  const { workspace, channelId } = there
  return kind === 'channel'
    ? { scope: 'channel', workspace, id: channelId }
    : { scope: 'workspace', workspace, id: workspace.workspaceId }
}

function split(key: string) {
  const [platform = '', workspaceId = '', ...channel] = key.split(':')
  return isPlatform(platform) && workspaceId !== ''
    ? { workspace: { platform, workspaceId }, channelId: channel.join(':') }
    : undefined
}

/** Names by which rules may call a subject. */
function namesOf({ scope, workspace, id, accounts = [] }: QuotaSubject): readonly string[] {
  if (!workspace || scope === 'member') return [id, ...accounts]
  const key = workspaceKey(workspace)
  return scope === 'workspace' ? [id, key] : [id, `${key}:${id}`]
}

/**
 * The rule that sets this unit and period for a subject, as far as nobody's role on a platform matters: the same
 * choice that a reservation makes.
 */
export function ruleFor(
  rules: readonly QuotaRule[],
  subject: QuotaSubject,
  unit: QuotaUnit,
  period: QuotaPeriod,
): QuotaRule | undefined {
  const names = namesOf(subject)
  return rules
    .filter(
      rule =>
        rule.scope === subject.scope &&
        rule.unit === unit &&
        rule.period === period &&
        rule.role === undefined &&
        (rule.subject === '*' || names.includes(rule.subject)) &&
        holdsIn(rule, subject),
    )
    .toSorted((a, b) => rank(b) - rank(a))[0]
}

function holdsIn({ workspace }: QuotaRule, subject: QuotaSubject): boolean {
  // The installation counts people everywhere, a workspace there.
  if (subject.scope === 'member' && (workspace === undefined) !== (subject.workspace === undefined))
    return false
  return workspace === undefined || (subject.workspace !== undefined && isIn(subject.workspace, workspace))
}

function rank({ subject, workspace }: QuotaRule): number {
  return (subject === '*' ? 0 : 2) + (workspace ? 1 : 0)
}
