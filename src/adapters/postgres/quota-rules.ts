import { sql } from 'kysely'
import { z } from 'zod'
import { ParleyError } from '../../core/errors.ts'
import { type QuotaRule, type QuotaRules, quotaPeriods, quotaScopes, quotaUnits } from '../../core/quota.ts'
import type { Workspace } from '../../core/workspace.ts'
import type { Handle } from './database.ts'
import { codeOf, uniqueViolation } from './failures.ts'
import { newId } from './ids.ts'
import type { Session } from './session.ts'

const ruleColumns = [
  'id',
  'ordinal',
  'platform',
  'workspace_id',
  'scope',
  'subject',
  'role',
  'unit',
  'period',
  'most',
  'soft',
  'step_down_to',
] as const

export function createQuotaRules(session: Session): QuotaRules {
  const { handle } = session
  const all = () => handle.selectFrom('quota_rules').select(ruleColumns).orderBy('ordinal').orderBy('id')
  return {
    async list(workspace) {
      const rows = workspace
        ? all().where('platform', '=', workspace.platform).where('workspace_id', '=', workspace.workspaceId)
        : all().where('platform', 'is', null)
      return (await rows.execute()).map(toQuotaRule)
    },
    async over(workspace) {
      const rows = workspace
        ? all().where(on =>
            on.or([
              on('platform', 'is', null),
              on.and({ platform: workspace.platform, workspace_id: workspace.workspaceId }),
            ]),
          )
        : all()
      return (await rows.execute()).map(toQuotaRule)
    },
    lock: () => lock(handle),
    replace: (workspace, rules) => session.atomically(inner => replace(inner, workspace, rules)),
  }
}

async function replace(
  { handle }: Session,
  workspace: Workspace | undefined,
  rules: Parameters<QuotaRules['replace']>[1],
): Promise<readonly QuotaRule[]> {
  // Of two who replace them at once the later one replaces what the first one set.
  await lock(handle)
  const old = handle.deleteFrom('quota_rules').returningAll()
  const before = await (workspace
    ? old.where('platform', '=', workspace.platform).where('workspace_id', '=', workspace.workspaceId)
    : old.where('platform', 'is', null)
  ).execute()
  await insert(handle, workspace, rules)
  return before.toSorted((a, b) => a.ordinal - b.ordinal).map(toQuotaRule)
}

async function lock(handle: Handle): Promise<void> {
  await sql`lock table quota_rules in share row exclusive mode`.execute(handle)
}

async function insert(
  handle: Handle,
  workspace: Workspace | undefined,
  rules: Parameters<QuotaRules['replace']>[1],
): Promise<void> {
  if (rules.length === 0) return
  const rows = rules.map((rule, ordinal) => ({
    id: newId(),
    ordinal,
    platform: workspace?.platform ?? null,
    workspace_id: workspace?.workspaceId ?? null,
    scope: rule.scope,
    subject: rule.subject,
    role: rule.role ?? null,
    unit: rule.unit,
    period: rule.period,
    most: rule.limit,
    soft: rule.soft,
    step_down_to: rule.stepDownTo ?? null,
  }))
  try {
    await handle.insertInto('quota_rules').values(rows).execute()
  } catch (thrown) {
    if (codeOf(thrown) !== uniqueViolation) throw thrown
    throw new ParleyError('invalid', 'Two of these rules set the same limit twice.', { cause: thrown })
  }
}

/** A row as the database gives it, whether as columns or as JSON; counts may come as text. */
const ruleShape = z.object({
  id: z.string(),
  platform: z.enum(['slack', 'discord', 'web']).nullable(),
  workspace_id: z.string().nullable(),
  scope: z.enum(quotaScopes),
  subject: z.string(),
  role: z.string().nullable(),
  unit: z.enum(quotaUnits),
  period: z.enum(quotaPeriods),
  most: z.coerce.number(),
  soft: z.boolean(),
  step_down_to: z.string().nullable(),
})

export function toQuotaRule(row: unknown): QuotaRule {
  const { id, platform, workspace_id, scope, subject, role, unit, period, most, soft, step_down_to } =
    ruleShape.parse(row)
  return {
    id,
    ...(platform === null || workspace_id === null
      ? {}
      : { workspace: { platform, workspaceId: workspace_id } }),
    scope,
    subject,
    ...(role === null ? {} : { role }),
    unit,
    period,
    limit: most,
    soft,
    ...(step_down_to === null ? {} : { stepDownTo: step_down_to }),
  }
}
