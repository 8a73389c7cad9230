import { maxPasswordLength, minPasswordLength } from '../../password.ts'
import type { Words } from '../en.ts'

export const problems: Words['problems'] = {
  notFound: '이 주소에는 아무것도 없습니다.',
  internal: 'Parley 안에서 문제가 생겼습니다.',
  invalid: '입력한 내용 중 받을 수 없는 것이 있습니다. 각 항목 옆의 안내를 확인해 주세요.',
  notJson: '콘텐츠 형식 application/json의 JSON으로 보내 주세요.',
  tooLarge: '한 번에 받을 수 있는 크기를 넘었습니다.',
  unauthenticated: '먼저 로그인해 주세요.',
  invalidCredentials: '이메일과 비밀번호가 맞지 않습니다. 둘 다 확인하거나 비밀번호를 다시 정해 주세요.',
  suspended: '이용이 정지된 계정입니다. 관리자에게 문의해 주세요.',
  unconfirmed: '먼저 이메일 주소를 확인해 주세요. 보내 드린 메일의 링크를 열면 됩니다.',
  forbidden: '접근할 수 없는 곳입니다.',
  scope: scopes =>
    `이 API 키로는 할 수 없습니다. ${scopes} 권한이 있는 키가 필요합니다. 프로필의 API 키에서 만들어 주세요.`,
  noKey: 'API 키로는 할 수 없는 일입니다. 로그인해서 해 주세요.',
  inFlight: '같은 요청을 아직 처리하고 있습니다. 잠시 뒤 다시 요청해 주세요.',
  replyGone: '이미 처리한 요청이며 그 응답은 보관하지 않습니다. 지금 상태를 확인해 주세요.',
  notPicture: 'image/png 같은 콘텐츠 형식으로 그림을 그대로 보내 주세요.',
  wrongMethod: '이 주소에서는 쓸 수 없는 메서드입니다.',
  foreignOrigin: 'Parley의 페이지에서 온 요청이 아니어서 아무것도 하지 않았습니다.',
  tokenInvalid: '이미 사용했거나 너무 오래된 링크입니다. 새 링크를 요청해 주세요.',
  emailTaken: '이 이메일로 만든 계정이 이미 있습니다. 로그인하거나 비밀번호를 다시 정해 주세요.',
  usernameTaken: '이미 쓰이는 사용자 이름입니다. 다른 이름을 골라 주세요.',
  conflict: '그사이 다른 사람이 내용을 바꿨습니다. 다시 확인한 뒤 시도해 주세요.',
  quotaExceeded: '지금은 남은 사용량이 없습니다.',
  notAllowed: '관리자가 아직 이곳의 사용을 허용하지 않았습니다. 관리자에게 문의해 주세요.',
  linkNeeded: '여기서는 연결된 계정만 질문할 수 있습니다. 프로필에서 계정을 연결한 뒤 다시 질문해 주세요.',
  moderated: '여기서 허용되지 않는 내용이 있습니다. 다른 말로 질문해 주세요.',
  unavailable: '지금은 처리할 수 없습니다. 잠시 후 다시 시도해 주세요.',
  rateLimited: minutes =>
    minutes <= 1
      ? '시도가 너무 많았습니다. 1분쯤 뒤에 다시 시도해 주세요.'
      : `시도가 너무 많았습니다. ${minutes}분 뒤에 다시 시도해 주세요.`,
  field: ({ field, code }) => {
    switch (code) {
      case 'required':
        return field === 'passwordAgain'
          ? '비밀번호를 한 번 더 입력해 주세요.'
          : field === 'key'
            ? '보관된 키는 이전 주소의 것입니다. 이 주소의 키를 입력하거나 보관된 키를 삭제해 주세요.'
            : field === 'avatar'
              ? '먼저 사진을 골라 주세요.'
              : field === 'sure'
                ? '계속하려면 체크해 주세요.'
                : '필수 항목입니다.'
      case 'too_short':
        return field === 'password' ? `${minPasswordLength}자 이상 입력해 주세요.` : '너무 짧습니다.'
      case 'too_long':
        return field === 'password'
          ? `${maxPasswordLength}자 이하로 입력해 주세요.`
          : field === 'username'
            ? '25자 이하로 입력해 주세요.'
            : field === 'firstName' || field === 'lastName'
              ? '32자 이하로 입력해 주세요.'
              : field === 'avatar'
                ? '5MB 이하의 사진을 사용해 주세요.'
                : '너무 깁니다.'
      case 'malformed':
        return field === 'email'
          ? '이메일 주소 형식이 아닙니다.'
          : field === 'username'
            ? '글자나 숫자로 시작하고 글자, 숫자, 점, 하이픈, 밑줄만 쓸 수 있습니다.'
            : field === 'avatar'
              ? '읽을 수 없는 그림입니다. JPEG, PNG, WebP, GIF 중 하나를 사용해 주세요.'
              : field === 'baseUrl'
                ? '이름이나 비밀번호 없이 https://models.example/v1처럼 적어 주세요.'
                : field === 'key'
                  ? '공백이나 줄바꿈처럼 키에 들어갈 수 없는 문자가 있습니다.'
                  : '읽을 수 없는 값입니다.'
      case 'out_of_range':
        return field === 'bornYear' ? '연도를 네 자리로 입력해 주세요.' : '범위를 벗어났습니다.'
      case 'not_offered':
        return field === 'who'
          ? '그런 이름이나 주소의 회원이 없습니다.'
          : field === 'baseUrl'
            ? 'Parley가 접근할 수 없는 네트워크의 주소입니다. RELAY_ALLOWED_ENDPOINTS에 호스트를 추가하고 Parley를 다시 시작한 뒤 저장해 주세요.'
            : '제시된 것 중에서 골라 주세요.'
      case 'taken':
        return field === 'Idempotency-Key'
          ? '다른 요청에 이미 쓰인 키입니다. 새 키를 써 주세요.'
          : field === 'email'
            ? '이 이메일로 만든 계정이 이미 있습니다.'
            : '이미 쓰이고 있습니다. 다른 것을 골라 주세요.'
      case 'too_common':
        return '누구나 먼저 시도해 볼 만한 비밀번호입니다. 다른 비밀번호를 정해 주세요.'
      case 'too_similar':
        return '이름이나 주소와 너무 비슷한 비밀번호입니다. 다른 비밀번호를 정해 주세요.'
      case 'different':
        return '두 비밀번호가 서로 다릅니다.'
      case 'unknown_variable':
        return '이중 중괄호 안에는 workspace, channel, person, date만 쓸 수 있습니다.'
      case 'too_many':
        return '너무 많습니다.'
      case 'no_room':
        return '질문이 들어갈 자리가 없습니다. 문맥을 늘리거나 항상 포함되는 글을 줄여 주세요.'
      case 'last_owner':
        return '소유자가 한 명은 있어야 합니다. 먼저 다른 분을 소유자로 지정해 주세요.'
      case 'other_name':
        return '이 구성원의 사용자 이름이 아닙니다.'
      case 'yourself':
        return '본인에게는 할 수 없습니다. 다른 소유자나 관리자에게 부탁해 주세요.'
      case 'wrong':
        return '현재 비밀번호가 아닙니다.'
    }
  },
}
