import type { JobPayload } from './job.ts'
import type { QuotaRefusal, QuotaUnit } from './quota.ts'
import type { QuotaRequest } from './quota-request.ts'

/** Where whoever was refused asks for more. */
export function askMoreUrl(publicUrl: string, turnId: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/more?turn=${encodeURIComponent(turnId)}`
}

/** 5 questions, 12,000 tokens, $1.50. */
function toAmount(unit: QuotaUnit, amount: number): string {
  if (unit === 'costMicros')
    return `$${(amount / 1_000_000).toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 4 })}`
  const noun = unit === 'requests' ? 'question' : 'token'
  return `${amount.toLocaleString('en')} ${noun}${amount === 1 ? '' : 's'}`
}

const owners = { member: 'Your', channel: 'This channel’s', workspace: 'This workspace’s' } as const
const periods = { day: 'today', month: 'this month' } as const

/** Which limit, how much of it is used, when there is more, and whom to ask: in one sentence or two. */
export function sentenceOfRefusal(refusal: QuotaRefusal, askUrl: string | undefined): string {
  const { reason, scope, unit, period, limit, used, resetsAtMs, timeZone } = refusal
  if (reason === 'price_unknown')
    return 'There is a limit in money here, and nobody has said what this model costs, so I cannot ask it. An admin can set its price.'
  const ask = askUrl === undefined ? 'An admin can give you more.' : `[Ask an admin for more](${askUrl}).`
  const whole = `${owners[scope]} limit of ${toAmount(unit, limit)} for ${periods[period]}`
  const left =
    used >= limit
      ? `is used up (${toAmount(unit, used)} used)`
      : `has too little left for this (${toAmount(unit, used)} used or in use)`
  return `${whole} ${left}; it begins anew ${whenIn(resetsAtMs, timeZone)}. ${ask}`
}

function whenIn(atMs: number, timeZone: string): string {
  const at = new Date(atMs)
  const day = at.toLocaleDateString('en-GB', { timeZone, weekday: 'long', day: 'numeric', month: 'long' })
  const time = at.toLocaleTimeString('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' })
  return `on ${day} at ${time} (${timeZone})`
}

/** That most of a limit is used, by what the job of it says. */
export function sentenceOfWarning({ unit, period, used, limit }: JobPayload): string {
  const of = unit === 'tokens' || unit === 'costMicros' ? unit : 'requests'
  const when = period === 'month' ? 'this month' : 'today'
  return `You have used ${toAmount(of, Number(used))} of your limit of ${toAmount(of, Number(limit))} for ${when}.`
}

/** What is told of a request for more: while it is open to who decides, then to who asked. */
export function sentenceOfRequest(
  { state, unit, bucket, limit, amount = 0, reason }: QuotaRequest,
  name: string | undefined,
): string {
  const period = bucket.length === 7 ? 'this month' : 'today'
  switch (state) {
    case 'granted':
      return `An admin gave you ${toAmount(unit, amount)} more for ${period}. You can go on asking.`
    case 'declined':
      return `An admin decided against more for ${period}. Your limit begins anew after that.`
    case 'open':
      return `${name ?? 'Somebody'} asks for more than ${toAmount(unit, limit)} for ${period}${reason === undefined ? '' : `: “${reason}”`}. You can decide it on the web, under Admin, Quotas.`
  }
}
