import type { NoticeDetail } from './notice.ts'
import type { QuotaStanding } from './quota.ts'
import type { Stores } from './store.ts'
import { tellLater } from './telling.ts'
import type { Workspace } from './workspace.ts'

/** The kind of the notice of a limit that is mostly used. */
const quotaNoticeKind = 'quota_warning'

/**
 * Tells whom it concerns that most of a limit is used: of a person's own limit that person, on their platform and on
 * the web; of a channel's or a workspace's those who manage it, on the web.
 */
export async function warnOf(
  stores: Pick<Stores, 'jobs' | 'members' | 'notices' | 'workspaceRoles'>,
  warning: {
    readonly askerId: string
    readonly place: Workspace
    readonly news: readonly QuotaStanding[]
    readonly atMs: number
  },
): Promise<void> {
  const { askerId, place, news, atMs } = warning
  for (const standing of news) {
    const detail = detailOf(standing)
    const notice = { kind: quotaNoticeKind, detail, atMs }
    if (standing.rule.scope === 'member') {
      const member = await stores.members.ofIdentity(askerId)
      if (member) await stores.notices.add(member.id, notice)
      await tellLater(stores.jobs, askerId, { news: 'quota', ...detail })
      continue
    }
    for (const memberId of await stores.workspaceRoles.managing(place))
      await stores.notices.add(memberId, notice)
  }
}

function detailOf({ rule, limit, used, held }: QuotaStanding) {
  const { scope, unit, period } = rule
  return { scope, unit, period, limit, used: used + held } satisfies NoticeDetail
}
