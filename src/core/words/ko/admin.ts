import type { admin as english } from '../en/admin.ts'

export const admin: typeof english = {
  heading: '관리',
  everything: 'Parley 전체',
  workspace: '워크스페이스',
  sections: {
    overview: '개요',
    members: '구성원',
    channels: '채널',
    agents: '에이전트',
    quotas: '할당량',
    usage: '사용량',
    prices: '요금',
    providers: '모델 제공자',
    policy: '정책',
    retention: '보관 기간',
    audit: '감사 기록',
    glass: '비상 열람',
    settings: '설정',
  },
}
