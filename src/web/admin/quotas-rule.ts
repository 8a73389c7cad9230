import { parseAmount } from '../../core/amount.ts'
import type { NewQuotaRule } from '../../core/quota-change.ts'
import { ParleyError } from '../../core/errors.ts'
import type { FieldProblem } from '../../core/field-problem.ts'
import { quotaPeriods, quotaScopes, quotaUnits } from '../../core/quota.ts'
import type { Store } from '../../core/store.ts'
import { type Workspace, workspaceKey } from '../../core/workspace.ts'
import type { Naming } from './quotas-pages.ts'

/** The fields of the form of one limit. */
export const ruleFields = [
  'scope',
  'subject',
  'role',
  'unit',
  'amount',
  'period',
  'soft',
  'stepDownTo',
] as const
export type RuleFields = Readonly<Record<(typeof ruleFields)[number], string>>

export interface RuleReading {
  readonly store: Store
  readonly naming: Naming
  readonly workspace: Workspace | undefined
  /** Ids of the Agents that are offered. */
  readonly agents: readonly string[]
}

/** A limit as it was typed. Throws `invalid` with what was wrong, field by field. */
export async function readRule(typed: RuleFields, reading: RuleReading): Promise<NewQuotaRule> {
  const problems: FieldProblem[] = []
  const offered = <Value extends string>(field: keyof RuleFields, among: readonly Value[]) => {
    const value = among.find(one => one === typed[field])
    if (value === undefined) problems.push({ field, code: 'not_offered' })
    return value
  }
  const scope = offered('scope', quotaScopes)
  const unit = offered('unit', quotaUnits)
  const period = offered('period', quotaPeriods)
  const role = typed.role.trim()
  if (role !== '' && !/^(?:[a-z]+:[\w-]{1,64}|external)$/i.test(role))
    problems.push({ field: 'role', code: 'malformed' })
  const limit = unit && parseAmount(unit, typed.amount)
  if (unit && limit === undefined)
    problems.push({ field: 'amount', code: typed.amount.trim() === '' ? 'required' : 'malformed' })
  if (typed.stepDownTo !== '' && !reading.agents.includes(typed.stepDownTo))
    problems.push({ field: 'stepDownTo', code: 'not_offered' })
  const subject = scope && (await subjectOf(scope, typed.subject.trim(), reading))
  if (scope && subject === undefined) problems.push({ field: 'subject', code: 'not_offered' })
  if (!scope || !unit || !period || limit === undefined || subject === undefined || problems.length > 0)
    throw new ParleyError('invalid', 'This limit cannot be taken as it is.', { fields: problems })
  const soft = typed.soft !== ''
  return {
    scope,
    subject,
    unit,
    period,
    limit,
    soft,
    ...(role === '' ? {} : { role }),
    ...(soft && typed.stepDownTo !== '' ? { stepDownTo: typed.stepDownTo } : {}),
  }
}

/** Whom a limit is for, by what was typed of them; `*` for each. Undefined when there is nobody of that name, or several. */
async function subjectOf(
  scope: NewQuotaRule['scope'],
  typed: string,
  { store, naming, workspace }: RuleReading,
): Promise<string | undefined> {
  if (scope === 'workspace') return workspace ? workspaceKey(workspace) : typed || '*'
  if (typed === '' || typed === '*') return '*'
  if (scope === 'channel') {
    const named = naming.channelsNamed(typed)
    if (named.length > 0) return named.length === 1 ? named[0] : undefined
    return /^[\w:.-]{1,100}$/.test(typed) ? typed : undefined
  }
  return personOf(store, typed)
}

async function personOf({ members, identities }: Store, typed: string): Promise<string | undefined> {
  const member =
    (await members.find(typed)) ??
    (await members.findByUsername(typed.replace(/^@/, ''))) ??
    (typed.includes('@') ? await members.findByEmail(typed) : undefined)
  if (member) return member.id
  return (await identities.get([typed])).get(typed)?.id
}
