import type { Words } from '../en.ts'

export const frame: Words['frame'] = {
  skipToContent: '본문으로 건너뛰기',
}
