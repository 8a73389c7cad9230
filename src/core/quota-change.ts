import { type Authority, checkManages } from './authority.ts'
import { ParleyError } from './errors.ts'
import type { FieldProblem } from './field-problem.ts'
import type { QuotaRule } from './quota.ts'
import type { Stores } from './store.ts'
import { type Workspace, workspaceKey } from './workspace.ts'

export type NewQuotaRule = Omit<QuotaRule, 'workspace' | 'id'>

/** What one click sets. */
export const fiveADay: NewQuotaRule = {
  scope: 'member',
  subject: '*',
  unit: 'requests',
  period: 'day',
  limit: 5,
  soft: false,
}

/**
 * Replaces all rules of a workspace, or of the installation, on record with before and after. Throws `forbidden`, and
 * `invalid` with fields such as `2.limit`. To be called in a transaction.
 */
export async function changeQuotas(
  stores: Stores,
  authority: Authority,
  change: {
    readonly workspace: Workspace | undefined
    readonly rules: readonly NewQuotaRule[]
    readonly atMs: number
    readonly address?: string
  },
): Promise<void> {
  const { workspace, rules, atMs, address } = change
  checkManages(authority, workspace)
  const fields = problemsIn(rules, workspace)
  if (fields.length > 0) throw new ParleyError('invalid', 'Some of these rules do not fit.', { fields })
  const before = await stores.quotaRules.replace(workspace, rules)
  await stores.audits.add({
    atMs,
    actorId: authority.memberId,
    action: 'quotas_changed',
    subject: workspace ? workspaceKey(workspace) : 'installation',
    detail: { before: before.map(toText).join('; '), after: rules.map(toText).join('; ') },
    ...(address === undefined ? {} : { address }),
  })
}

function problemsIn(
  rules: readonly NewQuotaRule[],
  workspace: Workspace | undefined,
): readonly FieldProblem[] {
  const seen = new Set<string>()
  return rules.flatMap((rule, at): FieldProblem[] => {
    const { scope, subject, role = '', unit, period, limit } = rule
    const problems: FieldProblem[] = []
    if (!Number.isSafeInteger(limit) || limit < 0)
      problems.push({ field: `${at}.limit`, code: 'out_of_range' })
    if (subject.trim() === '') problems.push({ field: `${at}.id`, code: 'required' })
    const own = workspace && ['*', workspace.workspaceId, workspaceKey(workspace)]
    if (scope === 'workspace' && own && !own.includes(subject))
      problems.push({ field: `${at}.id`, code: 'malformed' })
    const sets = JSON.stringify([scope, subject, role, unit, period])
    if (seen.has(sets)) problems.push({ field: `${at}.id`, code: 'taken' })
    seen.add(sets)
    return problems
  })
}

function toText({ scope, subject, role, unit, period, limit, soft }: NewQuotaRule): string {
  const whose = role === undefined ? `${scope} ${subject}` : `${scope} ${subject} as ${role}`
  return `${whose}: ${limit} ${unit} a ${period}${soft ? ', soft' : ''}`
}
