import type { Words } from '../en.ts'

export const signIn: Words['signIn'] = {
  title: service => `${service}(으)로 로그인`,
  linkTitle: service => `${service} 연결`,
  linkAbout: (service, nickname) =>
    `${service}에서 누구인지 확인합니다. 그다음부터 그 계정은 이곳의 ${nickname} 님 것이 되고, 그 계정으로도 로그인할 수 있습니다.`,
  proveTitle: service => `${service}에서 본인 확인`,
  away: service => `${service}에 갔다가 바로 돌아옵니다. 넘어가지 않으면 버튼을 눌러 주세요.`,
  goOn: service => `${service}(으)로 계속`,
  again: '다시 시작',
  logIn: '로그인',
  backToProfile: '프로필로 돌아가기',
  refused: {
    stale: () =>
      '이미 사용했거나, 10분이 지났거나, 다른 브라우저에서 시작한 로그인입니다. 다시 시작해 주세요.',
    cancelled: service => `${service}에서 동의하지 않아 아무것도 바뀌지 않았습니다.`,
    unavailable: service =>
      `지금은 ${service}에 확인할 수 없습니다. 몇 분 뒤에 다시 시도하거나 다른 방법으로 로그인해 주세요.`,
    not_proven: service =>
      `${service}에서 돌아온 내용이 이 로그인과 맞지 않아 아무것도 하지 않았습니다. 다시 시작해 주세요.`,
    email_taken: service =>
      `${service}에서 알려 준 이메일로 만든 계정이 이미 있습니다. 그 계정으로 로그인한 뒤 프로필에서 ${service}을(를) 연결해 주세요. 이메일 주소만으로는 계정에 들어갈 수 없습니다.`,
    account_taken: service =>
      `이 ${service} 계정은 이곳의 다른 계정에 연결되어 있습니다. 그 계정으로 로그인하거나 먼저 거기서 연결을 해제해 주세요. 옮긴 것은 없습니다.`,
    login_taken: service =>
      `이 ${service} 계정은 이곳의 다른 계정에 로그인하는 데 쓰이고 있습니다. 그 계정으로 로그인하거나 먼저 거기서 지워 주세요. 옮긴 것은 없습니다.`,
    other_account: service =>
      `이 링크를 요청한 사람과 다른 ${service} 계정으로 돌아와서 연결하지 않았습니다. 누군가에게서 받은 링크라면 사용하지 마세요.`,
    other_member: () => '시작할 때와 다른 계정이거나 로그아웃되었습니다. 로그인한 뒤 다시 시작해 주세요.',
    suspended: () => '이용이 정지된 계정입니다. 관리자에게 문의해 주세요.',
    code_stale: service =>
      `이미 사용했거나 10분이 지난 링크입니다. ${service}에서 Parley에게 새 링크를 요청해 주세요.`,
  },
  waysTitle: '다른 로그인 방법',
  waysAbout:
    '이곳에 로그인할 수 있는 다른 서비스의 계정입니다. Slack과 Discord 계정은 그곳에서의 본인이기도 합니다.',
  waysNone: '아직 없습니다.',
  link: service => `${service} 연결`,
  linkAnother: service => `${service}의 다른 계정 연결`,
  remove: '지우기',
  removeNamed: (service, label) => `${service}의 ${label} 지우기`,
  lastWayIn: '로그인할 수 있는 유일한 방법입니다. 먼저 비밀번호를 정한 뒤 지워 주세요.',
  tooMany: minutes =>
    minutes <= 1
      ? '이 주소에서 시작한 로그인이 너무 많습니다. 1분쯤 뒤에 다시 시도해 주세요.'
      : `이 주소에서 시작한 로그인이 너무 많습니다. ${minutes}분 뒤에 다시 시도해 주세요.`,
  unknownTitle: '이곳에서 쓸 수 없는 서비스입니다',
  unknown: '이 Parley에는 설정되어 있지 않습니다. 다른 방법으로 로그인해 주세요.',
}
