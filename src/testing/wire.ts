import { once } from 'node:events'
import { createServer, connect, type Server, type Socket } from 'node:net'

/** What stands between Parley and somebody else, and can be cut. */
export interface Wire {
  readonly port: number
  /** Connections are broken and new ones refused, until `mend`. */
  cut(): Promise<void>
  mend(): Promise<void>
  /** Connections that are open now stay, half open: nothing passes any more, and they break only after this long. */
  freeze(forMs: number): void
  close(): Promise<void>
}

/** A wire to this port of the loopback address. */
export async function layWire(toPort: number): Promise<Wire> {
  const sockets = new Set<Socket>()
  const hold = (socket: Socket) => {
    sockets.add(socket)
    // Either end may break at any time, which is what a wire is for.
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
  }
  const join = (near: Socket) => {
    const far = connect(toPort, '127.0.0.1')
    hold(near)
    hold(far)
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
    near.pipe(far)
    far.pipe(near)
  }
  let server = createServer(join)
  const port = await listen(server, 0)
  const breakAll = (which: Iterable<Socket>) => {
    for (const socket of which) socket.destroy()
  }
  const down = async () => {
    breakAll([...sockets])
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    await closed
  }
  return {
    port,
    cut: down,
    async mend() {
      if (server.listening) return
      server = createServer(join)
      await listen(server, port)
    },
    freeze(forMs) {
      const frozen = [...sockets]
      for (const socket of frozen) socket.unpipe().pause()
      setTimeout(() => breakAll(frozen), forMs).unref()
    },
    close: down,
  }
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('A wire has no port.')
  return address.port
}
