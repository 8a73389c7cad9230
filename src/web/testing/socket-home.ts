import { afterEach } from 'vitest'
import type { Database } from '../../adapters/postgres/database.ts'
import { connect, type SocketClient } from './socket-client.ts'
import { openWebHome, type WebHome, type WebHomeOptions } from './web-home.ts'

const homes: WebHome[] = []
const clients: SocketClient[] = []

afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.terminate()
  for (const home of homes.splice(0)) await home.close()
})

/** A process that serves its socket, and clients of it; all are gone after the test. */
export async function serveSockets(database: Database, options?: WebHomeOptions) {
  const home = openWebHome(database, options)
  homes.push(home)
  const address = await home.serve()
  const as = async (token?: string, headers: Record<string, string> = {}) => {
    const client = await connect(address.ws, {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    })
    clients.push(client)
    return client
  }
  return { home, address, as }
}
