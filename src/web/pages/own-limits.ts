import type { Context } from 'hono'
import { html } from 'hono/html'
import type { QuotaRequest } from '../../core/quota-request.ts'
import { type QuotaPath, type QuotaStanding, warnedAt } from '../../core/quota.ts'
import { type Workspace, workspaceKey } from '../../core/workspace.ts'
import type { WebEnv } from '../context.ts'
import { bar } from '../views/bar.ts'
import type { Html } from '../views/html.ts'
import { amountText, leftText, limitText, resetsText } from '../views/limit.ts'

/** The limits that hold for somebody in one workspace. */
export interface LimitsHere {
  readonly workspace: Workspace
  readonly name?: string
  readonly path: QuotaPath
  readonly standings: readonly QuotaStanding[]
  /** Their open requests for more, wherever. */
  readonly asked: readonly QuotaRequest[]
}

/** Tells a person's limits in one place apart. */
export function limitKey({ rule: { scope, unit, period, workspace } }: QuotaStanding): string {
  return [scope, unit, period, workspace ? 'here' : 'everywhere'].join('|')
}

/** Of what is not theirs alone a person is told once it concerns them. */
function concerns({ rule, used, held, limit }: QuotaStanding): boolean {
  return rule.scope === 'member' || used + held >= warnedAt * limit
}

export function limitsCard(c: Context<WebEnv>, here: LimitsHere, nowMs: number): Html {
  const { own } = c.get('words').quotas
  const { workspace, name, standings } = here
  const id = `limits-${workspaceKey(workspace)}`
  const where = workspace.platform === 'web' ? own.web : (name ?? workspace.workspaceId)
  const shown = standings.filter(concerns)
  const rows = shown.map(standing => limitRow(c, here, standing, nowMs))
  return html`<section class="card" aria-labelledby="${id}"><h2 id="${id}">${own.limitsOn(where)}</h2>${shown.length === 0 ? html`<p class="about">${own.none}</p>` : html`<p class="about">${own.limitsAbout}</p><ul class="plain rows">${rows}</ul>`}</section>`
}

function limitRow(c: Context<WebEnv>, here: LimitsHere, standing: QuotaStanding, nowMs: number) {
  const words = c.get('words').quotas
  const { rule, used, held, limit } = standing
  const stands = words.stands(
    amountText(c, rule.unit, used),
    held === 0 ? '0' : amountText(c, rule.unit, held),
  )
  const who = rule.scope === 'member' ? '' : html` <small>${words.scopes[rule.scope]}</small>`
  return html`<li><div><b>${limitText(c, standing)}</b>${who}
${bar(used, held, limit)}<p class="meta">${stands} · ${words.own.left(leftText(c, standing))} · ${words.own.anew} ${resetsText(c, standing, nowMs)}</p></div>
${askButton(c, here, standing)}</li>`
}

function askButton(c: Context<WebEnv>, { workspace, asked }: LimitsHere, standing: QuotaStanding) {
  const { own } = c.get('words').quotas
  const { rule, subject, bucket, used, held, limit } = standing
  if (rule.soft || used + held < warnedAt * limit) return ''
  const isAsked = asked.some(
    one => one.subject === subject && one.bucket === bucket && one.unit === rule.unit,
  )
  if (isAsked) return html`<span class="chip">${own.askedAlready}</span>`
  return html`<form method="post" action="/usage"><input type="hidden" name="where" value="${workspaceKey(workspace)}"><input type="hidden" name="limit" value="${limitKey(standing)}"><button class="btn" title="${own.askAbout}" aria-label="${own.askNamed(limitText(c, standing))}">${own.ask}</button></form>`
}
