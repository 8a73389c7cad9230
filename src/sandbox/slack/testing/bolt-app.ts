import type { Server } from 'node:http'
import { App, HTTPReceiver, SocketModeReceiver } from '@slack/bolt'
import { onTestFinished } from 'vitest'
import { parley } from '../../cast.ts'
import type { SlackServer } from '../serve.ts'
import { practiceTokens } from '../tokens.ts'
import { eventually, quiet, silence } from './stand-in.ts'

const authorize = async () => ({
  botToken: practiceTokens.bot,
  botId: parley.slack.botId,
  botUserId: parley.slack.userId,
  teamId: parley.slack.teamId,
})

const clientOptions = (apiUrl: string) => ({ slackApiUrl: apiUrl, retryConfig: { retries: 0 } })

/** Slack's own framework over Socket Mode; `register` adds its listeners before it connects. */
export async function boltOnSocket(server: SlackServer, register: (app: App) => void): Promise<App> {
  const { apiUrl, slack } = server
  const receiver = new SocketModeReceiver({
    appToken: practiceTokens.app,
    logger: silence,
    installerOptions: { clientOptions: clientOptions(apiUrl) },
  })
  const app = new App({ receiver, authorize, logger: silence, clientOptions: clientOptions(apiUrl) })
  register(app)
  const before = slack.player.view().connections
  await app.start()
  onTestFinished(async () => {
    await quiet(server)
    await app.stop()
    await eventually(() => {
      if (slack.player.view().connections > before) throw new Error('still connected')
    })
  })
  return app
}

/** The same over HTTP; answers the URL to deliver to. */
export async function boltOnHttp({ apiUrl }: SlackServer, register: (app: App) => void): Promise<string> {
  const receiver = new HTTPReceiver({ signingSecret: practiceTokens.signingSecret, logger: silence })
  const app = new App({ receiver, authorize, logger: silence, clientOptions: clientOptions(apiUrl) })
  register(app)
  const server = (await app.start({ port: 0, host: '127.0.0.1' })) as Server
  onTestFinished(async () => {
    server.closeAllConnections()
    await app.stop()
  })
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('The receiver has no port.')
  return `http://127.0.0.1:${address.port}/slack/events`
}
