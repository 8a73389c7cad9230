import type { Words } from '../en.ts'
import type { Platform } from '../../thread.ts'

const services: Record<Platform, string> = { slack: 'Slack', discord: 'Discord', web: 'Parley' }

export const linking: Words['linking'] = {
  service: platform => services[platform],
  title: '계정 연결',
  about: '두 계정이 모두 본인의 것인가요? 연결하면 양쪽에서 나눈 대화를 한곳에서 볼 수 있습니다.',
  theirs: platform => `${services[platform]} 계정`,
  yours: '웹 계정',
  workspace: name => `${name} 워크스페이스`,
  member: (nickname, username) => `${nickname} (${username})`,
  warning: '본인의 계정만 연결하세요. 그 계정을 쓰는 사람은 내 대화를, 나는 그 사람의 대화를 보게 됩니다.',
  link: '연결하기',
  cancel: '그만두기',
  signInAbout: '로그인하거나 가입하면 이 페이지로 돌아옵니다. 링크는 모두 합해 10분 동안 유효합니다.',
  logIn: '로그인',
  register: '가입하기',
  alreadyTitle: '이미 연결되어 있습니다',
  already: name => `${name} 계정은 이미 연결되어 있습니다. 더 할 일은 없습니다.`,
  elsewhereTitle: '다른 회원에게 연결되어 있습니다',
  elsewhere: name =>
    `${name} 계정은 Parley의 다른 회원에게 연결되어 있으며 그대로 유지됩니다. 그 회원도 본인이라면 그 회원으로 로그인하거나 그 계정에서 unlink 명령을 보낸 뒤 새 링크를 받으세요.`,
  staleTitle: '더는 쓸 수 없는 링크입니다',
  spent: '이미 사용한 링크입니다. 링크는 한 번만 쓸 수 있습니다.',
  old: '10분이 지난 링크입니다.',
  unknown: 'Parley의 링크가 아니거나 새 링크로 바뀌었습니다.',
  again: '새 링크를 받으려면 Slack에서는 /parley link, Discord에서는 /link 명령을 보내세요.',
  tooMany: '시도가 너무 많습니다. 15분 뒤에 새 링크를 받아 주세요.',
  toProfile: '프로필로 가기',
  cardTitle: '연결된 계정',
  cardAbout: '이 계정으로 나눈 대화도 여기에서 내 대화로 보입니다.',
  none: '아직 없습니다. Slack에서 /parley link, Discord에서 /link 명령을 보낸 뒤 답으로 오는 링크를 여세요.',
  more: '더 연결하려면 Slack에서 /parley link, Discord에서 /link 명령을 보내세요.',
  manage: '그곳의 관리자이신가요? 여기에서 관리하기',
  withService: name => `${name} 연결하기`,
  unlink: '연결 해제',
  unlinkNamed: (name, service) => `${name} (${service}) 연결 해제`,
}
