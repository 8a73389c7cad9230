import type { Words } from '../en.ts'

export const problems: Words['problems'] = {
  notFound: '이 주소에는 아무것도 없습니다.',
  internal: 'Parley 안에서 문제가 생겼습니다.',
}
