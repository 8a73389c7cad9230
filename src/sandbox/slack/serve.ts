import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { createSlack, type SlackOptions, type SlackStandIn } from './slack.ts'

export interface SlackServer {
  /** What goes into a client's `slackApiUrl`. */
  readonly apiUrl: string
  readonly slack: SlackStandIn
  close(): Promise<void>
}

/** Slack alone, on a port of the loopback address: for tests that want nothing else of the sandbox. */
export async function serveSlack(
  options: SlackOptions & { readonly port?: number } = {},
): Promise<SlackServer> {
  const slack = createSlack(options)
  const listen = getRequestListener(slack.app.fetch, { overrideGlobalObjects: false })
  const server = createServer((req, res) => void listen(req, res))
  server.on('upgrade', (req, socket, head) => {
    if (!slack.upgrade(req, socket, head)) socket.destroy()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : options.port
  slack.setOrigin(`http://127.0.0.1:${port}`)
  return {
    apiUrl: `http://127.0.0.1:${port}/api/`,
    slack,
    async close() {
      await slack.close()
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}
