import { once } from 'node:events'
import { createServer } from 'node:http'
import { createSlackAdapter } from '@chat-adapter/slack'
import { getRequestListener } from '@hono/node-server'
import { type Adapter, Chat, ConsoleLogger } from 'chat'
import OpenAI from 'openai'
import { practiceTokens } from '../src/sandbox/slack/tokens.ts'
import { chatState } from '../src/sandbox/slack/testing/chat-state.ts'
import { answerBench } from './turn-report.ts'

/** The peer: Vercel's Chat SDK with its Slack adapter, streaming what the same model says. It stores nothing. */
const slack = createSlackAdapter({
  apiUrl: process.env['SLACK_API_URL'] ?? '',
  botToken: practiceTokens.bot,
  signingSecret: practiceTokens.signingSecret,
  logger: new ConsoleLogger('silent'),
})
// The SDK's own types do not fit together under exactOptionalPropertyTypes.
const adapters = { slack: slack as unknown as Adapter }
const bot = new Chat({ userName: 'parley', adapters, state: chatState(), logger: 'silent' })
const model = new OpenAI({ baseURL: process.env['OPENAI_BASE_URL'] ?? '', apiKey: 'none' })

bot.onNewMention(async (thread, message) => {
  const stream = await model.chat.completions.create({
    model: process.env['OPENAI_MODEL'] ?? '',
    messages: [{ role: 'user', content: message.text }],
    stream: true,
  })
  await thread.post(
    (async function* () {
      for await (const chunk of stream) yield chunk.choices[0]?.delta.content ?? ''
    })(),
  )
})
await bot.initialize()
const listener = getRequestListener(request => bot.webhooks['slack'](request))
const server = createServer((request, response) => void listener(request, response))
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const address = server.address()
answerBench(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`)
