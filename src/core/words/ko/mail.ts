import type { Words } from '../en.ts'

export const mail: Words['mail'] = {
  hello: name => `${name}님, 안녕하세요.`,
  orOpen: '버튼이 동작하지 않으면 아래 주소를 열어 주세요.',
  footer: place => `${place}의 Parley에서 보낸 메일입니다.`,
  confirm: {
    subject: '이메일 주소를 확인해 주세요',
    body: place =>
      `이 주소로 Parley(${place})에 가입 신청이 있었습니다. 주소를 확인하시면 Parley에게 무엇이든 물어볼 수 있습니다.`,
    button: '이 주소 확인하기',
    after:
      '링크는 3일 동안 쓸 수 있습니다. 직접 가입하지 않으셨다면 그냥 두세요. 확인하지 않은 계정은 제한된 채로 남습니다.',
  },
  change: {
    subject: '새 이메일 주소를 확인해 주세요',
    body: place => `앞으로 Parley(${place})에서 이 주소를 쓰겠다는 요청이 있었습니다.`,
    button: '이 주소 사용하기',
    after:
      '링크는 하루 동안 쓸 수 있습니다. 열기 전까지는 이전 주소가 유지됩니다. 직접 요청하지 않으셨다면 그냥 두세요.',
  },
  reset: {
    subject: '비밀번호를 다시 정해 주세요',
    body: place => `Parley(${place})의 비밀번호를 다시 정하겠다는 요청이 있었습니다.`,
    button: '새 비밀번호 정하기',
    after:
      '링크는 한 시간 동안 한 번만 쓸 수 있습니다. 직접 요청하지 않으셨다면 그냥 두세요. 비밀번호는 바뀌지 않습니다.',
  },
  news: {
    email_changed: {
      subject: '이메일 주소가 바뀌었습니다',
      body: (place, detail) =>
        `Parley(${place}) 계정의 이메일이 ${detail}(으)로 바뀌었습니다. 직접 바꾸지 않으셨다면 바로 Parley 관리자에게 알려 주세요. 이 주소로는 되돌릴 수 없습니다.`,
    },
    password_changed: {
      subject: '비밀번호가 바뀌었습니다',
      body: place =>
        `Parley(${place}) 계정의 비밀번호가 바뀌었고 다른 기기에서는 모두 로그아웃되었습니다. 직접 바꾸지 않으셨다면 지금 ‘비밀번호 찾기’로 새로 정해 주세요.`,
    },
    session_stolen: {
      subject: '로그인 정보가 두 곳에서 쓰였습니다',
      body: place =>
        `Parley(${place}) 계정의 로그인 정보가 복사된 것처럼 두 곳에서 쓰였습니다. 안전을 위해 그 로그인을 모두 끝냈습니다. 다시 로그인해 주시고, 짐작 가는 일이 없다면 비밀번호를 새로 정해 주세요.`,
    },
    account_deleted: {
      subject: '계정이 삭제되었습니다',
      body: place =>
        `요청하신 대로 Parley(${place}) 계정을 삭제했습니다. 이 주소로는 더 이상 메일을 보내지 않습니다.`,
    },
    identity_linked: {
      subject: '계정이 연결되었습니다',
      body: (place, detail) =>
        `${detail} 계정이 Parley(${place}) 계정에 연결되었습니다. 직접 연결하지 않으셨다면 프로필에서 연결을 끊고 비밀번호를 새로 정해 주세요.`,
    },
    identity_unlinked: {
      subject: '계정 연결이 끊어졌습니다',
      body: (place, detail) => `${detail} 계정과 Parley(${place}) 계정의 연결이 끊어졌습니다.`,
    },
    quota_asked: {
      subject: '추가 사용량 요청이 있습니다',
      body: place =>
        `Parley(${place})에서 한 분이 한도를 모두 사용하고 추가 사용량을 요청했습니다. 관리 > 할당량에서 결정할 수 있습니다.`,
    },
    api_key_made: {
      subject: 'API 키가 만들어졌습니다',
      body: (place, detail) =>
        `Parley(${place}) 계정에 ‘${detail}’ API 키가 만들어졌습니다. 직접 만들지 않으셨다면 프로필의 API 키에서 폐기하고 비밀번호를 새로 정해 주세요.`,
    },
  },
}
