import type { Platform } from '../../thread.ts'
import type { glass as english } from '../en/glass.ts'

const places: Record<Platform, string> = { slack: 'Slack', discord: 'Discord', web: '웹' }

export const glass: typeof english = {
  about:
    '다른 사람의 대화를 읽는 일입니다. 사유를 남기고 한 시간까지만 열 수 있으며, 참여한 모두에게 알립니다.',
  now: '지금 열려 있음',
  noneNow: '참여하지 않은 사람에게 열려 있는 대화가 없습니다.',
  past: '지난 열람',
  nonePast: '열람한 적이 없습니다.',
  newTitle: '대화 열람하기',
  dialogue: '대화',
  dialogueHint: '/chats/…로 시작하는 주소나 아이디를 입력해 주세요.',
  unknown: '이 주소에는 대화가 없습니다.',
  open: '열람하고 참여한 모두에게 알리기',
  read: '읽기',
  close: '지금 닫기',
  closeNamed: name => `지금 닫기: ${name} 님이 연 대화`,
  by: name => `${name} 님이 열람`,
  at: '시작',
  until: '종료',
  direct: platform => `${places[platform]} 다이렉트 메시지`,
  onWeb: '웹 대화',
  inChannel: (platform, name) => `${places[platform]} ${name}`,
}
