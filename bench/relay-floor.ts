import { Agent, createServer, request } from 'node:http'

/**
 * The least that a relay in Node can be, in a process of its own: what comes in goes out, and what comes back goes back.
 * Argument: the port of the service.
 */
const servicePort = Number(process.argv[2])
const agent = new Agent({ keepAlive: true, maxSockets: Infinity })

const server = createServer((incoming, outgoing) => {
  const asked = request(
    {
      agent,
      host: '127.0.0.1',
      port: servicePort,
      method: incoming.method,
      path: incoming.url,
      headers: incoming.headers,
    },
    answer => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    },
  )
  asked.on('error', () => outgoing.destroy())
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) asked.destroy()
  })
  incoming.pipe(asked)
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.stdout.write(`${typeof address === 'object' && address ? address.port : 0}\n`)
})
