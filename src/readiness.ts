import type { DiscordAdapter } from './adapters/discord/discord.ts'
import type { Database } from './adapters/postgres/database.ts'
import type { SlackAdapter } from './adapters/slack/slack.ts'
import type { Readiness } from './web/health.ts'

/** What is up: asked anew for each request. */
export async function readiness(
  database: Database,
  {
    slack,
    discord,
  }: { readonly slack: SlackAdapter | undefined; readonly discord: DiscordAdapter | undefined },
): Promise<Readiness> {
  const up = await database.ping().then(
    () => true,
    () => false,
  )
  const gateways = Object.entries({ slack: slack?.status(), discord: discord?.status() }).flatMap(
    ([name, status]) =>
      status
        ? [
            [
              name,
              status.connected ? 'connected' : status.everConnected ? 'reconnecting' : 'never connected',
            ] as const,
          ]
        : [],
  )
  return {
    ready: up && gateways.every(([, state]) => state !== 'never connected'),
    database: up ? 'up' : 'down',
    gateways: Object.fromEntries(gateways),
  }
}
