import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { createDiscord } from './discord.ts'
import type { DiscordOptions, DiscordStandIn } from './discord.ts'

export interface ServedDiscord {
  /** What a bot is given as the address of Discord's API. */
  readonly apiUrl: string
  readonly discord: DiscordStandIn
  close(): Promise<void>
}

/** Serves a stand-in Discord alone, on loopback; without a port, on any free one. */
export async function serveDiscord(
  options: DiscordOptions & { readonly port?: number } = {},
): Promise<ServedDiscord> {
  const discord = createDiscord(options)
  const app = new Hono().route('/discord', discord.app)
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  const server = createServer((request, response) => void listener(request, response))
  server.on('upgrade', (request, socket, head) => {
    if (!discord.upgrade(request, socket, head)) socket.destroy()
  })
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    apiUrl: `http://127.0.0.1:${port}/discord/api`,
    discord,
    async close() {
      await discord.close()
      server.closeAllConnections()
      await new Promise<void>((resolve, reject) => server.close(error => (error ? reject(error) : resolve())))
    },
  }
}
