import type { DiscordAdapter } from './adapters/discord/discord.ts'
import type { GatewayStatus } from './adapters/discord/gateway.ts'
import type { Database } from './adapters/postgres/database.ts'
import type { SlackAdapter } from './adapters/slack/slack.ts'
import type { Readiness } from './web/health.ts'

interface Adapters {
  readonly slack: Pick<SlackAdapter, 'status'> | undefined
  readonly discord: Pick<DiscordAdapter, 'status'> | undefined
}

/** What is up: the database now, and each gateway that there is. */
export async function readiness(database: Pick<Database, 'ping'>, adapters: Adapters): Promise<Readiness> {
  const up = await database.ping().then(
    () => true,
    () => false,
  )
  const gateways = gatewaysOf(adapters).map(([name, status]) => [name, stateOf(status)] as const)
  const reasons = gatewaysOf(adapters).flatMap(([name, { connected, error }]) =>
    connected || error === undefined ? [] : [[name, error] as const],
  )
  return {
    ready: up && gateways.every(([, state]) => state !== 'never connected'),
    database: up ? 'up' : 'down',
    gateways: Object.fromEntries(gateways),
    ...(reasons.length === 0 ? {} : { reasons: Object.fromEntries(reasons) }),
  }
}

function stateOf({ connected, everConnected, standsBy }: GatewayStatus): Readiness['gateways'][string] {
  if (connected) return 'connected'
  if (standsBy) return 'standing by'
  return everConnected ? 'reconnecting' : 'never connected'
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
