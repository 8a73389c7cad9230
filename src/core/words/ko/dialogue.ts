import type { Words } from '../en.ts'

export const dialogue: Words['dialogue'] = {}
