import { sayAmount, sayMoney } from './amount.ts'
import { authorityOf, mayAudit } from './authority.ts'
import { sentences } from './catalogue.ts'
import type { Identity } from './identity.ts'
import { type QuotaStanding, warnedAt } from './quota.ts'
import type { Stores } from './store.ts'
import type { Place } from './thread.ts'
import { type Workspace, workspaceKey } from './workspace.ts'

/** Who asks how they stand, and where. */
export interface StandingAsked {
  readonly person: Identity
  readonly place: Place
  /** What the platform calls them there, as far as it is known. */
  readonly roles: readonly string[]
  readonly atMs: number
  readonly publicUrl: string
}

const administering: ReadonlySet<string> = new Set(['slack:admin', 'slack:owner', 'discord:admin'])

/**
 * How somebody stands, as Markdown for them alone: every limit of theirs and the channel's, and the workspace's once it
 * is mostly used. Who administers the workspace is told all of it, with the way to the pages that change it.
 */
export async function standingWords(stores: Stores, asked: StandingAsked): Promise<string> {
  const { person, place, roles, atMs, publicUrl } = asked
  const member = await stores.members.ofIdentity(person.id)
  const standings = await stores.quotas.standing({ askerId: person.id, thread: place, roles, atMs })
  const manages = await administers(stores, asked)
  const zone = member?.settings.timeZone
  const shown = standings.filter(one => manages || one.rule.scope !== 'workspace' || isWarned(one))
  const words = sentences.standing
  return [
    words.title,
    ...(shown.length === 0 ? [words.none] : shown.map(one => lineOf(one, zone, atMs))),
    '',
    words.more(`${publicUrl}/usage`),
    ...(manages ? await managersWords(stores, place, atMs, publicUrl) : []),
  ].join('\n')
}

/** Whether the platform says so, or Parley does of the Member whom the account is linked to. */
export async function administers(
  { members, workspaceRoles }: Pick<Stores, 'members' | 'workspaceRoles'>,
  { person, place, roles }: Pick<StandingAsked, 'person' | 'place' | 'roles'>,
): Promise<boolean> {
  if (roles.some(role => administering.has(role))) return true
  const member = await members.ofIdentity(person.id)
  return member !== undefined && mayAudit(authorityOf(member, await workspaceRoles.of(member.id)), place)
}

/** The ways to the pages on which a workspace is managed. */
export function managingLinks(publicUrl: string, workspace: Workspace): string {
  const query = `?workspace=${encodeURIComponent(workspaceKey(workspace))}`
  return sentences.standing.manage(`${publicUrl}/admin${query}`, `${publicUrl}/admin/quotas${query}`)
}

async function managersWords(
  { settings, usageReports }: Stores,
  place: Place,
  atMs: number,
  publicUrl: string,
): Promise<readonly string[]> {
  const { platform, workspaceId } = place
  const { timeZone } = await settings.workspace(platform, workspaceId)
  const total = await usageReports.total({
    workspace: { platform, workspaceId },
    fromMs: monthStartMs(atMs, timeZone),
    toMs: atMs + 1,
  })
  const { requests, inputTokens, outputTokens, costMicros, unpricedCalls, calls } = total
  const cost =
    unpricedCalls === 0 ? sayMoney(costMicros, 'en') : sentences.standing.costUnknown(unpricedCalls, calls)
  return [
    '',
    sentences.standing.workspace(
      sayAmount('requests', requests, 'en'),
      sayAmount('tokens', inputTokens + outputTokens, 'en'),
      cost,
    ),
    managingLinks(publicUrl, place),
  ]
}

function lineOf(standing: QuotaStanding, zone: string | undefined, atMs: number): string {
  const { rule, used, held, limit, resetsAtMs, timeZone } = standing
  const say = (amount: number) => sayAmount(rule.unit, amount, 'en')
  const near = resetsAtMs - atMs < 36 * 3_600_000
  const resets = new Intl.DateTimeFormat('en', {
    ...(near ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } : { day: 'numeric', month: 'long' }),
    timeZone: zone ?? timeZone,
    ...(near ? { timeZoneName: 'short' } : {}),
  }).format(resetsAtMs)
  return sentences.standing.line({
    who: sentences.standing.scopes[rule.scope],
    used: say(used + held),
    limit: sentences.standing.limit(say(limit), rule.unit, rule.period),
    left: say(Math.max(0, limit - used - held)),
    resets,
  })
}

function isWarned({ used, held, limit }: QuotaStanding): boolean {
  return used + held >= warnedAt * limit
}

/** When the month of a moment begins in a time zone. */
function monthStartMs(atMs: number, timeZone: string): number {
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  const local = (ms: number) => Date.parse(`${clock.format(ms).replace(' ', 'T')}Z`)
  const utcMs = Date.parse(`${clock.format(atMs).slice(0, 7)}-01T00:00:00Z`)
  const behindMs = (ms: number) => local(ms) - ms
  return utcMs - behindMs(utcMs - behindMs(utcMs))
}
