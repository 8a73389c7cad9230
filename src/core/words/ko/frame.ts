import type { NoticeDetail } from '../../notice.ts'
import { platformOf } from '../../thread.ts'
import type { Words } from '../en.ts'
import { linking } from './linking.ts'
import { quota } from './quota.ts'

const unitOf = ({ unit }: NoticeDetail) => (unit === 'tokens' || unit === 'costMicros' ? unit : 'requests')
const serviceOf = ({ platform }: NoticeDetail) => linking.service(platformOf(platform))

export const frame: Words['frame'] = {
  skipToContent: '본문으로 건너뛰기',
  mainNavigation: '주 메뉴',
  dialogues: '대화 목록',
  chats: '대화',
  newChat: '새 대화',
  search: '볼 수 있는 모든 대화 검색',
  searchShort: '모든 대화 검색',
  account: '계정',
  profile: '프로필',
  settings: '설정',
  published: '공개된 대화',
  administration: '관리',
  sandbox: '연습장',
  logIn: '로그인',
  logOut: '로그아웃',
  confirmAddress: email =>
    `${email}(으)로 보낸 링크로 주소를 확인해 주세요. 그때까지 둘러볼 수는 있지만 Parley가 아직 답하지 않습니다.`,
  sendAgain: '다시 보내기',
  practice: '여기의 Slack과 Discord는 이 컴퓨터에서 도는 연습용입니다.',
  openSandbox: '연습장 열기',
  light: '밝게',
  dark: '어둡게',
  close: '닫기',
  toTheChats: '대화로 가기',
  errorTitle: '처리하지 못했습니다',
  nothingTitle: '아무것도 없습니다',
  reference: id => `도움을 요청할 때 ${id}을(를) 알려 주세요.`,
  choosePassword: '비밀번호 바꾸기',
  notices: {
    welcome: '환영합니다. 메일을 열고 버튼을 눌러 주소를 확인해 주세요.',
    emailConfirmed: '주소가 확인되었습니다. 이제 Parley에게 물어볼 수 있습니다.',
    confirmSent: '링크를 다시 보냈습니다. 하루 동안 쓸 수 있습니다.',
    confirmSentIfAny: '확인을 기다리는 주소라면 새 링크가 곧 도착합니다.',
    resetSent: '그 주소로 만든 계정이 있다면 비밀번호를 정할 링크가 곧 도착합니다.',
    loggedOut: '로그아웃했습니다.',
    loggedOutEverywhere: '모든 기기에서 로그아웃했습니다.',
    sessionEnded: '세션이 끝났습니다. 로그인하면 하던 곳에서 이어집니다.',
    deviceEnded: '그 기기에서 로그아웃했습니다.',
    passwordChanged: '비밀번호를 바꿨습니다. 다른 기기에서는 로그아웃되었습니다.',
    passwordReset: '비밀번호를 바꿨습니다. 새 비밀번호로 로그인해 주세요.',
    emailChangeSent: '새 주소로 보낸 링크를 열어 주세요. 그때까지는 이전 주소가 유지됩니다.',
    emailChanged: '주소를 바꿨습니다.',
    profileSaved: '프로필을 저장했습니다.',
    pictureSaved: '사진을 저장했습니다.',
    pictureRemoved: '사진을 지웠습니다.',
    settingsSaved: '설정을 저장했습니다.',
    serviceLinked: '계정을 연결했습니다. 이제 그 계정으로도 로그인할 수 있습니다.',
    loginRemoved: '이제 그 계정으로는 로그인할 수 없습니다.',
    addAddress:
      '환영합니다. 프로필에서 이메일을 추가해 주세요. 확인하기 전에는 둘러볼 수만 있고 Parley는 아직 답하지 않습니다.',
    accountDeleted: '계정을 삭제했습니다. 그동안 함께해 주셔서 고맙습니다.',
    identityLinked: '계정을 연결했습니다.',
    identityUnlinked: '계정 연결을 해제했습니다.',
    published: '대화를 공개했습니다.',
    unpublished: '대화 공개를 취소했습니다.',
    quotaSent: quota.sent,
    quotaSentBefore: quota.sentBefore,
    glassOpened: '이제 이 대화를 읽을 수 있습니다. 대화에 있는 모든 사람에게 알렸습니다.',
  },
  told: {
    email_confirmed: '주소가 확인되었습니다. 이제 Parley에게 물어볼 수 있습니다.',
    email_changed: '주소를 바꿨습니다.',
    password_changed: '비밀번호가 바뀌었습니다.',
    password_reset: '메일의 링크로 비밀번호를 새로 정했습니다.',
    session_stolen: '세션 하나가 두 곳에서 쓰여 종료했습니다. 본인이 아니라면 비밀번호를 바꿔 주세요.',
    became_owner: '이제 이 Parley의 소유자입니다.',
    identity_linked: detail =>
      `${serviceOf(detail)} 계정이 연결되었습니다. 본인이 아니라면 프로필에서 연결을 해제하세요.`,
    identity_unlinked: detail => `${serviceOf(detail)} 계정의 연결이 해제되었습니다.`,
    glass_broken: '관리자가 내가 있는 대화를 정해진 시간 동안 읽으려고 열었습니다. 이 일은 기록에 남습니다.',
    quota_warning: detail =>
      quota.warned(
        unitOf(detail),
        Number(detail['used']),
        Number(detail['limit']),
        detail['period'] === 'month' ? 'month' : 'day',
      ),
    quota_asked: quota.asked,
    quota_granted: detail => quota.granted(unitOf(detail), Number(detail['amount'])),
    quota_declined: quota.declined,
  },
}
