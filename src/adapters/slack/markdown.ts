export { fromMrkdwn } from './markdown-received.ts'
export { toMrkdwn } from './markdown-classic.ts'
export { toSlackMarkdown } from './markdown-standard.ts'
