import { once } from 'node:events'
import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { createDiscord, type DiscordStandIn, practiceToken } from '../src/sandbox/discord/discord.ts'
import { createSlack, type SlackStandIn } from '../src/sandbox/slack/slack.ts'
import { practiceTokens } from '../src/sandbox/slack/tokens.ts'
import { nowMs, turnsIn } from './turn-clock.ts'

/** When a turn's text first went to its platform, and when its last word did. */
export interface Shown {
  readonly firstAtMs: number
  lastAtMs?: number
}

/** A Slack and a Discord of one contestant's own. */
export interface Platforms {
  readonly slack: SlackStandIn
  readonly discord: DiscordStandIn
  /** What a Parley or a bot needs to reach them. */
  readonly env: Readonly<Record<string, string>>
  /** By turn. */
  readonly shown: ReadonlyMap<number, Shown>
  /** Calls that the platforms refused, by what they said. */
  refused(): ReadonlyMap<string, number>
  close(): Promise<void>
}

/** Serves both; `limits` are those of pace, which the platforms' own sizes are not. */
export async function servePlatforms(limits: 'documented' | 'off'): Promise<Platforms> {
  const slack = createSlack({ limits })
  const discord = createDiscord({ limits })
  const shown = new Map<number, Shown>()
  const app = new Hono()
  app.use(async (c, next) => {
    const atMs = nowMs()
    if (/\/(chat\.\w+|messages(\/[^/]+)?)$/.test(c.req.path) && c.req.method !== 'GET')
      note(shown, await c.req.raw.clone().text(), atMs)
    await next()
  })
  app.route('/', slack.app).route('/discord', discord.app)
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  const server = createServer((request, response) => void listener(request, response))
  server.on('upgrade', (request, socket, head) => {
    if (!slack.upgrade(request, socket, head) && !discord.upgrade(request, socket, head)) socket.destroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  slack.setOrigin(origin)
  return {
    slack,
    discord,
    shown,
    env: {
      SLACK_BOT_TOKEN: practiceTokens.bot,
      SLACK_SIGNING_SECRET: practiceTokens.signingSecret,
      SLACK_API_URL: `${origin}/api/`,
      DISCORD_TOKEN: practiceToken,
      DISCORD_API_URL: `${origin}/discord/api`,
    },
    refused: () => refusedBy(slack, discord),
    async close() {
      await slack.close()
      await discord.close()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function note(shown: Map<number, Shown>, body: string, atMs: number): void {
  const { asked, ended } = turnsIn(body)
  for (const turn of asked) if (!shown.has(turn)) shown.set(turn, { firstAtMs: atMs })
  for (const turn of ended) {
    const known = shown.get(turn) ?? { firstAtMs: atMs }
    shown.set(turn, known)
    known.lastAtMs ??= atMs
  }
}

function refusedBy(slack: SlackStandIn, discord: DiscordStandIn): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1)
  for (const { method, outcome } of slack.calls) if (outcome !== 'ok') count(`${method}: ${outcome}`)
  for (const { route, status } of discord.calls)
    if (status !== undefined && status >= 400) count(`${route}: ${status}`)
  return counts
}
