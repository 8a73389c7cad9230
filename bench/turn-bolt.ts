import type { Server } from 'node:http'
import { App, HTTPReceiver } from '@slack/bolt'
import { parley } from '../src/sandbox/cast.ts'
import { practiceTokens } from '../src/sandbox/slack/tokens.ts'
import { endOf, questionOf, turnsIn } from './turn-clock.ts'
import { answerBench } from './turn-report.ts'

/** The least that a bot on Slack does: says in the thread what it was told. No model, no memory. */
const app = new App({
  receiver: new HTTPReceiver({ signingSecret: practiceTokens.signingSecret }),
  authorize: async () => ({
    botToken: practiceTokens.bot,
    botId: parley.slack.botId,
    botUserId: parley.slack.userId,
    teamId: parley.slack.teamId,
  }),
  clientOptions: { slackApiUrl: process.env['SLACK_API_URL'] ?? '' },
})
app.event('app_mention', async ({ event, say }) => {
  const [turn = 0] = turnsIn(event.text).asked
  await say({ text: `${questionOf(turn)} ${endOf(turn)}`, thread_ts: event.ts })
})
const server = (await app.start({ port: 0, host: '127.0.0.1' })) as Server
const address = server.address()
answerBench(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`)
