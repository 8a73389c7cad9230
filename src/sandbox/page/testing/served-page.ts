import { once } from 'node:events'
import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { createSandboxPage } from '../page.ts'
import { createTrail, type Trail } from '../trail.ts'
import { createScriptedPlayer, type ScriptedOptions, type ScriptedPlayer } from './scripted-player.ts'

/** The page over HTTP with scripted players behind it. */
export interface ServedPage {
  readonly url: string
  readonly slack: ScriptedPlayer
  readonly discord: ScriptedPlayer
  readonly trail: Trail
  /** Cuts every connection and listens no more, as when Parley is killed. */
  down(): Promise<void>
  /** Listens again, on the same port. */
  up(): Promise<void>
}

export async function servePage(options: Omit<ScriptedOptions, 'platform'> = {}): Promise<ServedPage> {
  const slack = createScriptedPlayer({ ...options, platform: 'slack' })
  const discord = createScriptedPlayer({ ...options, platform: 'discord' })
  const trail = createTrail()
  const links = {
    connectSlack: '/docs/connect-slack',
    connectDiscord: '/docs/connect-discord',
    realModel: '/docs/model',
  }
  const page = createSandboxPage({ players: { slack, discord }, trail, links })
  let server: Server
  let port = 0
  const up = async () => {
    server = createAdaptorServer({ fetch: page.fetch }) as Server
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    port = typeof address === 'object' && address ? address.port : port
  }
  await up()
  return {
    url: `http://127.0.0.1:${port}/sandbox`,
    slack,
    discord,
    trail,
    up,
    async down() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
