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
  foreignOrigin: 'Parley의 페이지에서 온 요청이 아니어서 아무것도 하지 않았습니다.',
  tokenInvalid: '이미 사용했거나 너무 오래된 링크입니다. 새 링크를 요청해 주세요.',
  emailTaken: '이 이메일로 만든 계정이 이미 있습니다. 로그인하거나 비밀번호를 다시 정해 주세요.',
  usernameTaken: '이미 쓰이는 사용자 이름입니다. 다른 이름을 골라 주세요.',
  conflict: '그사이 다른 사람이 내용을 바꿨습니다. 다시 확인한 뒤 시도해 주세요.',
  quotaExceeded: '지금은 남은 사용량이 없습니다.',
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
              : '읽을 수 없는 값입니다.'
      case 'out_of_range':
        return field === 'bornYear' ? '연도를 네 자리로 입력해 주세요.' : '범위를 벗어났습니다.'
      case 'not_offered':
        return field === 'who' ? '그런 이름이나 주소의 회원이 없습니다.' : '제시된 것 중에서 골라 주세요.'
      case 'taken':
        return field === 'email'
          ? '이 이메일로 만든 계정이 이미 있습니다.'
          : '이미 쓰이고 있습니다. 다른 것을 골라 주세요.'
      case 'too_common':
        return '누구나 먼저 시도해 볼 만한 비밀번호입니다. 다른 비밀번호를 정해 주세요.'
      case 'too_similar':
        return '이름이나 주소와 너무 비슷한 비밀번호입니다. 다른 비밀번호를 정해 주세요.'
      case 'different':
        return '두 비밀번호가 서로 다릅니다.'
      case 'wrong':
        return '현재 비밀번호가 아닙니다.'
    }
  },
}
