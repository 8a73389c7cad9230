import { createLog } from './adapters/pino/log.ts'
import { prepareDatabase } from './adapters/postgres/prepare.ts'

/** `npm ci` runs this: libraries are compiled, and a database is made, before anybody waits for a start. */
await Promise.all([
  import('./parley.ts'),
  import('./practice.ts'),
  import('./adapters/slack/slack.ts'),
  import('./adapters/discord/discord.ts'),
  import('./adapters/postgres/server.ts'),
  import('openai'),
  import('nodemailer'),
  import('@node-rs/argon2'),
  import('highlight.js/lib/common'),
])
await prepareDatabase(createLog({ level: 'warn', pretty: false, secrets: [] }))
