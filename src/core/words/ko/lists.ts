import type { Words } from '../en.ts'

export const lists: Words['lists'] = {
  pages: '목록 페이지',
  first: '처음으로',
  next: '더 보기',
  end: '여기까지입니다.',
}
