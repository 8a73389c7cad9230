import { type Authority, checkManages } from './authority.ts'
import { ParleyError } from './errors.ts'
import type { FieldProblem } from './field-problem.ts'
import type { Act } from './managing.ts'
import type { QuotaRule } from './quota.ts'
import type { Stores } from './store.ts'
import { type Workspace, workspaceKey } from './workspace.ts'

export type NewQuotaRule = Omit<QuotaRule, 'workspace' | 'id'>

/** What a rule sets, apart from how much: no two rules of one workspace share it. */
export function quotaKey({ scope, subject, role, unit, period }: NewQuotaRule): string {
  return [scope, subject, role ?? '', unit, period].join('|')
}

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
    const { scope, subject, limit } = rule
    const problems: FieldProblem[] = []
    if (!Number.isSafeInteger(limit) || limit < 0)
      problems.push({ field: `${at}.limit`, code: 'out_of_range' })
    if (subject.trim() === '') problems.push({ field: `${at}.id`, code: 'required' })
    const own = workspace && ['*', workspace.workspaceId, workspaceKey(workspace)]
    if (scope === 'workspace' && own && !own.includes(subject))
      problems.push({ field: `${at}.id`, code: 'malformed' })
    const sets = quotaKey(rule)
    if (seen.has(sets)) problems.push({ field: `${at}.id`, code: 'taken' })
    seen.add(sets)
    return problems
  })
}

function toText({ scope, subject, role, unit, period, limit, soft, stepDownTo }: NewQuotaRule): string {
  const whose = role === undefined ? `${scope} ${subject}` : `${scope} ${subject} as ${role}`
  const beyond = stepDownTo === undefined ? '' : `, then ${stepDownTo}`
  return `${whose}: ${limit} ${unit} a ${period}${soft ? ', soft' : ''}${beyond}`
}

/**
 * Replaces the rules of a workspace, or of the installation, by what `edit` makes of them. On record, and throws, as
 * `changeQuotas`; to be called in a transaction.
 */
export async function editQuotas(
  stores: Stores,
  {
    authority,
    act,
    workspace,
  }: { readonly authority: Authority; readonly act: Act; readonly workspace: Workspace | undefined },
  edit: (rules: readonly NewQuotaRule[]) => readonly NewQuotaRule[],
): Promise<void> {
  await stores.quotaRules.lock()
  const rules = edit((await stores.quotaRules.list(workspace)).map(toNew))
  await changeQuotas(stores, authority, { ...act, workspace, rules })
}

function toNew({ id: _id, workspace: _workspace, ...rule }: QuotaRule): NewQuotaRule {
  return rule
}
