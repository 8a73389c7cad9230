export { fromDiscord } from './markdown-received.ts'
export { toDiscord } from './markdown-content.ts'
