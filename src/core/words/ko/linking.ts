import type { Words } from '../en.ts'

export const linking: Words['linking'] = {}
