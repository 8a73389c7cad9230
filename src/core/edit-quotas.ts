import type { Authority } from './authority.ts'
import type { Act } from './managing.ts'
import { changeQuotas, type NewQuotaRule } from './quota-change.ts'
import type { QuotaRule } from './quota.ts'
import type { Stores } from './store.ts'
import type { Workspace } from './workspace.ts'

/** What a rule sets, apart from how much: no two rules of one workspace share it. */
export function quotaKey({ scope, subject, role, unit, period }: NewQuotaRule): string {
  return [scope, subject, role ?? '', unit, period].join('|')
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

function toNew({ scope, subject, role, unit, period, limit, soft, stepDownTo }: QuotaRule): NewQuotaRule {
  return {
    scope,
    subject,
    unit,
    period,
    limit,
    soft,
    ...(role === undefined ? {} : { role }),
    ...(stepDownTo === undefined ? {} : { stepDownTo }),
  }
}
