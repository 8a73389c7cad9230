import type { Act } from './managing.ts'
import type { QuotaRule } from './quota.ts'
import type { Store } from './store.ts'
import { type Workspace, workspaceKey } from './workspace.ts'

export type QuotaDraft = Omit<QuotaRule, 'id' | 'workspace'>

/** What a rule sets, apart from how much: no two rules of one workspace share it. */
export function quotaKey({ scope, subject, role, unit, period }: QuotaDraft): string {
  return [scope, subject, role ?? '', unit, period].join('|')
}

/** Replaces the rules of a workspace, or of the installation, by what `edit` makes of them; each change is on record. */
export async function editQuotas(
  store: Pick<Store, 'atomically'>,
  act: Act,
  workspace: Workspace | undefined,
  edit: (rules: readonly QuotaDraft[]) => readonly QuotaDraft[],
): Promise<void> {
  await store.atomically(async stores => {
    const before = (await stores.quotaRules.list(workspace)).map(toDraft)
    const after = edit(before)
    await stores.quotaRules.replace(workspace, after)
    const was = new Map(before.map(rule => [quotaKey(rule), rule]))
    const is = new Map(after.map(rule => [quotaKey(rule), rule]))
    for (const key of new Set([...was.keys(), ...is.keys()])) {
      const [old, changed] = [said(was.get(key)), said(is.get(key))]
      if (old === changed) continue
      await stores.audits.add({
        atMs: act.atMs,
        actorId: act.memberId,
        action: 'quotas_changed',
        subject: workspace ? workspaceKey(workspace) : 'installation',
        detail: { rule: key, before: old, after: changed },
        ...(act.address === undefined ? {} : { address: act.address }),
      })
    }
  })
}

function toDraft(rule: QuotaRule): QuotaDraft {
  const { scope, subject, role, unit, period, limit, soft, stepDownTo } = rule
  const draft = { scope, subject, unit, period, limit, soft }
  return {
    ...draft,
    ...(role === undefined ? {} : { role }),
    ...(stepDownTo === undefined ? {} : { stepDownTo }),
  }
}

function said(rule: QuotaDraft | undefined): string | null {
  if (!rule) return null
  const after = rule.stepDownTo === undefined ? '' : `, then ${rule.stepDownTo}`
  return `${rule.limit}${rule.soft ? ' soft' : ''}${after}`
}
