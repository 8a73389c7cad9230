import type { lists as english } from '../en/lists.ts'

export const lists: typeof english = {
  pages: '목록 페이지',
  first: '처음으로',
  next: '더 보기',
  end: '여기까지입니다.',
}
