import type { JobPayload } from './job.ts'
import type { QuotaRefusal, QuotaUnit } from './quota.ts'

/** Where whoever was refused asks for more. */
export function askMoreUrl(publicUrl: string, turnId: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/more/${turnId}`
}

/** 5 questions, 12,000 tokens, $1.50. */
export function toAmount(unit: QuotaUnit, amount: number): string {
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

/** What a person is told of a limit that concerns them, by what the job of it says. */
export function sentenceOfQuotaNews(payload: JobPayload): string {
  const unit = unitOf(payload['unit'])
  const period = payload['period'] === 'month' ? 'this month' : 'today'
  switch (payload['news']) {
    case 'quota_granted':
      return `An admin gave you ${toAmount(unit, Number(payload['amount']))} more for ${period}. You can go on asking.`
    case 'quota_declined':
      return `An admin decided against more for ${period}. Your limit begins anew after that.`
    case 'quota_asked':
      return `${String(payload['name'])} asks for more: ${toAmount(unit, Number(payload['limit']))} for ${period} are used. You can decide it on the web.`
    default:
      return `You have used ${toAmount(unit, Number(payload['used']))} of your ${toAmount(unit, Number(payload['limit']))} for ${period}.`
  }
}

function unitOf(value: unknown): QuotaUnit {
  return value === 'tokens' || value === 'costMicros' ? value : 'requests'
}
