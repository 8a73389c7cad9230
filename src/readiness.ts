import type { DiscordAdapter } from './adapters/discord/discord.ts'
import type { Database } from './adapters/postgres/database.ts'
import type { SlackAdapter } from './adapters/slack/slack.ts'
import type { Readiness } from './web/health.ts'

interface Adapters {
  readonly slack: SlackAdapter | undefined
  readonly discord: DiscordAdapter | undefined
}

/** What is up: the database now, and each gateway that there is. */
export async function readiness(database: Database, adapters: Adapters): Promise<Readiness> {
  const up = await database.ping().then(
    () => true,
    () => false,
  )
  const gateways = gatewaysOf(adapters).map(
    ([name, { connected, everConnected }]) =>
      [name, connected ? 'connected' : everConnected ? 'reconnecting' : 'never connected'] as const,
  )
  return {
    ready: up && gateways.every(([, state]) => state !== 'never connected'),
    database: up ? 'up' : 'down',
    gateways: Object.fromEntries(gateways),
  }
}

/** Which gateways that there are stand now. */
export function gatewaysUp(adapters: Adapters): Readonly<Record<string, boolean>> {
  return Object.fromEntries(gatewaysOf(adapters).map(([name, { connected }]) => [name, connected]))
}

function gatewaysOf({ slack, discord }: Adapters) {
  return Object.entries({ slack: slack?.status(), discord: discord?.status() }).flatMap(([name, status]) =>
    status ? [[name, status] as const] : [],
  )
}
