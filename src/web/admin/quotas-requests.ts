import type { Context } from 'hono'
import { html } from 'hono/html'
import type { QuotaRequest } from '../../core/quota-request.ts'
import type { WebEnv } from '../context.ts'
import type { Html } from '../views/html.ts'
import { when } from '../views/when.ts'
import { adminPath } from './admin.ts'
import { limitText } from '../views/limit.ts'

/** A request for more, with the name of who asks. */
export interface NamedRequest extends QuotaRequest {
  readonly name: string
}

/** Of a bucket such as `2026-11`. */
const monthLength = 7

/** Who asked for more of what, with the buttons that answer them. */
export function requestList(
  c: Context<WebEnv>,
  requests: readonly NamedRequest[],
  mayChange: boolean,
): Html | '' {
  if (requests.length === 0) return ''
  const words = c.get('words').quotas
  return html`<section class="card" aria-labelledby="asked"><h2 id="asked">${words.asked}</h2><p class="about">${words.askedAbout}</p>
<ul class="plain rows">${requests.map(request => requestRow(c, request, mayChange))}</ul></section>`
}

function requestRow(c: Context<WebEnv>, request: NamedRequest, mayChange: boolean) {
  const words = c.get('words').quotas
  const { id, name, unit, limit, bucket, reason, requestedAtMs } = request
  const period = bucket.length === monthLength ? 'month' : 'day'
  const amount = unit === 'costMicros' ? limit / 1_000_000 : limit
  return html`<li><div><b>${name}</b> ${words.askedWhat(limitText(c, { rule: { unit, period }, limit }))}
<p class="meta">${when(c, requestedAtMs)}</p>${reason === undefined ? '' : html`<p>${reason}</p>`}</div>
${
  mayChange
    ? html`<form class="row" method="post" action="${adminPath(c, 'quotas')}"><input type="hidden" name="act" value="grant"><input type="hidden" name="request" value="${id}">
<div class="field"><input name="more" value="${amount}" size="8" required aria-label="${words.grantAmount(name)}"></div>
<button class="btn primary">${words.grant}</button></form><form method="post" action="${adminPath(c, 'quotas')}"><input type="hidden" name="act" value="decline"><input type="hidden" name="request" value="${id}"><button class="btn quiet">${words.decline}</button></form>`
    : ''
}</li>`
}
