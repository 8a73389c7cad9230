import type { QuotaRefusal, QuotaUnit } from '../../quota.ts'

const amount = (unit: QuotaUnit, value: number): string => {
  if (unit === 'costMicros')
    return `$${(value / 1_000_000).toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 4 })}`
  const noun = unit === 'requests' ? 'question' : 'token'
  return `${new Intl.NumberFormat('en').format(value)} ${noun}${value === 1 ? '' : 's'}`
}
const period = { day: 'today', month: 'this month' } as const
const owner = { member: 'Your', channel: 'This channel’s', workspace: 'This workspace’s' } as const

/** Limits, as those meet them who ask. */
export const quota = {
  amount,
  period: (name: 'day' | 'month'): string => period[name],
  refused: ({ reason, scope, unit, period: within, limit, used, resetsAtMs, timeZone }: QuotaRefusal) =>
    reason === 'price_unknown'
      ? 'There is a limit in money here, and nobody has said what this model costs. An admin can set its price.'
      : `${owner[scope]} limit of ${amount(unit, limit)} for ${period[within]} ${
          used >= limit ? 'is used up' : 'has too little left for this'
        } (${amount(unit, used)} used); it begins anew ${new Date(resetsAtMs).toLocaleString('en-GB', { timeZone, dateStyle: 'full', timeStyle: 'short' })} (${timeZone}). You can ask an admin for more.`,
  warned: (unit: QuotaUnit, used: number, limit: number, within: 'day' | 'month') =>
    `${amount(unit, used)} of ${amount(unit, limit)} for ${period[within]} are used.`,
  asked: 'Somebody asks for more of a limit. You can decide it under Admin, Quotas.',
  granted: (unit: QuotaUnit, value: number) =>
    `An admin gave you ${amount(unit, value)} more. You can go on asking.`,
  declined: 'An admin decided against more for this period.',
  title: 'Ask for more',
  about: 'Those who manage Parley are told, and can give you more for the rest of this day or month.',
  enough: 'Nothing of yours is used up right now. You can go on asking.',
  notYours:
    'This question was asked by an account that is not linked to you. Send Parley /parley more in Slack, or /more in Discord.',
  reason: 'What do you need it for?',
  reasonHint: 'At most 500 characters. You may leave it empty.',
  send: 'Ask for more',
  back: 'Back',
  sent: 'Your request is sent. You are told as soon as it is decided.',
  sentBefore: 'You have asked for this already. You are told as soon as it is decided.',
}
