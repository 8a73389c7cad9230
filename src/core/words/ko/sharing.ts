import type { Words } from '../en.ts'

export const sharing: Words['sharing'] = {}
