import type { QuotaUnit } from '../../quota.ts'
import type { Words } from '../en.ts'

const amount = (unit: QuotaUnit, value: number): string => {
  if (unit === 'costMicros')
    return `$${(value / 1_000_000).toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 4 })}`
  return unit === 'requests'
    ? `질문 ${new Intl.NumberFormat('ko').format(value)}개`
    : `토큰 ${new Intl.NumberFormat('ko').format(value)}개`
}
const period = { day: '오늘', month: '이번 달' } as const
const owner = { member: '내', channel: '이 채널의', workspace: '이 워크스페이스의' } as const

export const quota: Words['quota'] = {
  amount,
  period: name => period[name],
  refused: ({ reason, scope, unit, period: within, limit, used, resetsAtMs, timeZone }) =>
    reason === 'price_unknown'
      ? '이곳에는 금액 한도가 있는데 이 모델의 가격이 정해지지 않았습니다. 관리자가 가격을 정할 수 있습니다.'
      : `${owner[scope]} ${period[within]} 한도(${amount(unit, limit)})를 ${
          used >= limit ? '모두 사용했습니다' : '거의 사용해 이 질문에는 모자랍니다'
        }(사용량 ${amount(unit, used)}). ${new Date(resetsAtMs).toLocaleString('ko', { timeZone, dateStyle: 'full', timeStyle: 'short' })}(${timeZone})에 다시 시작합니다. 관리자에게 더 요청할 수 있습니다.`,
  warned: (unit, used, limit, within) =>
    `${period[within]} 한도 ${amount(unit, limit)} 중 ${amount(unit, used)}를 사용했습니다.`,
  asked: '추가 사용량 요청이 있습니다. 관리 > 할당량에서 결정할 수 있습니다.',
  granted: (unit, value) => `관리자가 ${amount(unit, value)}를 더 주었습니다. 계속 질문할 수 있습니다.`,
  declined: '관리자가 이번 기간의 추가 사용량 요청을 받아들이지 않았습니다.',
  title: '더 요청하기',
  about: 'Parley를 관리하는 분들께 알립니다. 오늘 또는 이번 달의 남은 기간에 더 받을 수 있습니다.',
  enough: '지금은 다 사용한 한도가 없습니다. 계속 질문할 수 있습니다.',
  notYours:
    '나와 연결되지 않은 계정으로 한 질문입니다. Slack에서는 /parley more, Discord에서는 /more를 Parley에게 보내세요.',
  reason: '무엇에 필요한가요?',
  reasonHint: '500자까지 쓸 수 있으며 비워 두어도 됩니다.',
  send: '더 요청하기',
  back: '뒤로',
  sent: '요청을 보냈습니다. 결정되면 알려 드립니다.',
  sentBefore: '이미 요청했습니다. 결정되면 알려 드립니다.',
}
