import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { createDiscord, type DiscordOptions, type DiscordStandIn, practiceToken } from './discord/discord.ts'
import { createDiscordIdentity } from './identity/discord-identity.ts'
import { createSlackIdentity } from './identity/slack-identity.ts'
import type { IdentityStandIn } from './identity/stand-in.ts'
import { fileJournal, memoryJournal } from './journal.ts'
import { createPracticeModel, type PracticeModel, type PracticeModelOptions } from './model/practice-model.ts'
import { createSlack, type SlackOptions, type SlackStandIn } from './slack/slack.ts'
import { practiceTokens } from './slack/tokens.ts'

export interface SandboxOptions {
  /** Any free one unless told. */
  readonly port?: number
  /** Where the stand-ins remember what was said; without it they forget with the process. */
  readonly dir?: string
  readonly slack?: SlackOptions
  readonly discord?: DiscordOptions
  readonly model?: PracticeModelOptions
}

/** A Slack, a Discord and a model to practise with, and what it takes to connect to them. */
export interface Sandbox {
  readonly slack: SlackStandIn
  readonly discord: DiscordStandIn
  readonly model: PracticeModel
  readonly connect: {
    readonly slack: {
      readonly botToken: string
      readonly appToken: string
      readonly signingSecret: string
      readonly apiUrl: string
    }
    readonly discord: { readonly token: string; readonly apiUrl: string }
    readonly model: { readonly baseUrl: string; readonly name: string }
    readonly signIn: { readonly slack: PracticeClient; readonly discord: PracticeClient }
  }
  /** Registers where Parley is sent back to by this platform's sign-in. */
  allowRedirect(platform: 'slack' | 'discord', url: string): void
  close(): Promise<void>
}

/** Parley as it is registered for signing in. */
export interface PracticeClient {
  readonly clientId: string
  readonly clientSecret: string
  readonly url: string
}

/** Serves all three on one port of the loopback address, and nowhere else. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { dir } = options
  const slack = createSlack({
    journal: dir ? fileJournal(join(dir, 'slack.jsonl')) : memoryJournal(),
    ...options.slack,
  })
  const discord = createDiscord({
    journal: dir ? fileJournal(join(dir, 'discord.jsonl')) : memoryJournal(),
    ...options.discord,
  })
  const model = createPracticeModel(options.model)
  const identity = { slack: createSlackIdentity(), discord: createDiscordIdentity() }
  // Signing in comes first: the Web API answers every method below /api/ that it does not know, too.
  const app = new Hono()
    .route('/', identity.slack.app)
    .route('/discord', identity.discord.app)
    .route('/', slack.app)
    .route('/discord', discord.app)
    .route('/model', model.app)
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  const server = createServer((request, response) => void listener(request, response))
  server.on('upgrade', (request, socket, head) => {
    if (!slack.upgrade(request, socket, head) && !discord.upgrade(request, socket, head)) socket.destroy()
  })
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  const tokens = options.slack?.tokens ?? practiceTokens
  return {
    slack,
    discord,
    model,
    connect: {
      slack: {
        botToken: tokens.bot,
        appToken: tokens.app,
        signingSecret: tokens.signingSecret,
        apiUrl: `${origin}/api/`,
      },
      discord: { token: options.discord?.token ?? practiceToken, apiUrl: `${origin}/discord/api` },
      model: { baseUrl: `${origin}/model/v1`, name: 'parley-practice' },
      signIn: {
        slack: clientOf(identity.slack, origin),
        discord: clientOf(identity.discord, `${origin}/discord`),
      },
    },
    allowRedirect: (platform, url) => identity[platform].allowRedirect(url),
    async close() {
      await slack.close()
      await discord.close()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function clientOf({ client }: IdentityStandIn, url: string): PracticeClient {
  return { clientId: client.id, clientSecret: client.secret, url }
}
