import type { Words } from '../en.ts'

export const mail: Words['mail'] = {}
