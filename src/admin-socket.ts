import { chmodSync, rmSync } from 'node:fs'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { join, relative } from 'node:path'
import { z } from 'zod'
import { type AdminRequest, runAdminCommand } from './admin-commands.ts'
import type { Console } from './core/console.ts'
import { ParleyError } from './core/errors.ts'
import type { Log } from './core/log.ts'

/** A path of a Unix socket: 108 bytes on Linux, 104 on macOS, the closing zero among them. */
const maxPathBytes = 103

/** More than any command. */
const maxRequestBytes = 64 * 1024

/** A command that is not done by then is cut off when Parley stops. */
const closeWithinMs = 2_000

const requestShape = z.object({ args: z.array(z.string()).readonly(), password: z.string().optional() })

const replyShape = z.union([
  z.object({ lines: z.array(z.string()).readonly() }),
  z.object({ error: z.string() }),
])

/** What can be asked of a process that has the database for itself. */
export interface Serving {
  readonly over: Console
  readonly backUp: (directory: string) => Promise<void>
}

/**
 * Takes commands of `npm run admin`, and of `npm run backup`, while this process has the database for itself. Only who
 * may read DATA_DIR as its owner reaches it. Gives how to stop.
 */
export async function serveAdmin(dataDir: string, serving: Serving, log: Log): Promise<() => Promise<void>> {
  const path = socketPath(dataDir)
  if (path === undefined) {
    log.warn(
      { component: 'admin' },
      'the path of DATA_DIR is too long: npm run admin works only while Parley is down',
    )
    return () => Promise.resolve()
  }
  // Left by a process that was killed: the lock on DATA_DIR says that nobody listens there.
  rmSync(path, { force: true })
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, socket => {
    open.add(socket.once('close', () => open.delete(socket)))
    socket.on('error', error =>
      log.debug({ component: 'admin', error }, 'whoever gave a command is gone before its answer'),
    )
    void answer(socket, serving, log)
  })
  await listenAlone(server, path)
  return async () => {
    const late = setTimeout(() => open.forEach(socket => socket.destroy()), closeWithinMs)
    await new Promise<void>(resolve => server.close(() => resolve()))
    clearTimeout(late)
  }
}

/** Asks the Parley that runs on `dataDir`; `undefined` when none does. Throws what it says no with. */
export async function askAdmin(
  dataDir: string,
  request: AdminRequest,
): Promise<readonly string[] | undefined> {
  const path = socketPath(dataDir)
  const socket = path === undefined ? undefined : await connect(path)
  if (!socket) return undefined
  socket.end(JSON.stringify(request))
  const reply = replyShape.parse(JSON.parse(await readAll(socket, Infinity)))
  if ('error' in reply) throw new ParleyError('invalid', reply.error)
  return reply.lines
}

/** Nobody else may connect, not even between the making of the socket and a change of its mode. */
async function listenAlone(server: Server, path: string): Promise<void> {
  const before = process.umask(0o177)
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(path, resolve)
      // The socket is made within `listen`.
      process.umask(before)
    })
  } finally {
    process.umask(before)
  }
  chmodSync(path, 0o600)
}

async function answer(socket: Socket, { over, backUp }: Serving, log: Log): Promise<void> {
  socket.setTimeout(30_000, () => socket.destroy())
  try {
    const request = requestShape.parse(JSON.parse(await readAll(socket, maxRequestBytes)))
    const { password, ...rest } = request
    const backupDir = backupOf(rest.args)
    if (backupDir === undefined) {
      const lines = await runAdminCommand(over, { ...rest, ...(password === undefined ? {} : { password }) })
      return void socket.end(JSON.stringify({ lines }))
    }
    // As long as it takes: nothing is said meanwhile.
    socket.setTimeout(0)
    await backUp(backupDir)
    socket.end(JSON.stringify({ lines: [] }))
  } catch (thrown) {
    if (!(thrown instanceof ParleyError)) log.error({ component: 'admin', error: thrown }, 'a command failed')
    const error =
      thrown instanceof ParleyError ? thrown.message : 'Parley could not do this; its log says why.'
    socket.end(JSON.stringify({ error }))
  }
}

async function connect(path: string): Promise<Socket | undefined> {
  const socket = createConnection({ path, allowHalfOpen: true })
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket))
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') return resolve(undefined)
      reject(new ParleyError('forbidden', `The running Parley cannot be asked (${error.code ?? 'unknown'}).`))
    })
  })
}

async function readAll(socket: Socket, maxBytes: number): Promise<string> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of socket) {
    const bytes = Buffer.from(piece as Uint8Array)
    length += bytes.length
    if (length > maxBytes) throw new ParleyError('invalid', 'This is more than a command.')
    pieces.push(bytes)
  }
  return Buffer.concat(pieces).toString('utf8')
}

/** Asks the Parley that runs on `dataDir` to back its database up; false when none does. Throws what it says no with. */
export async function askBackUp(dataDir: string, directory: string): Promise<boolean> {
  return (await askAdmin(dataDir, { args: [backupWord, directory] })) !== undefined
}

/** No command of `npm run admin`. */
const backupWord = 'backup'

function backupOf([word, directory]: readonly string[]): string | undefined {
  return word === backupWord ? directory : undefined
}

/** From here, when the whole path is too long. */
function socketPath(dataDir: string): string | undefined {
  const path = join(dataDir, 'admin.sock')
  return [path, relative(process.cwd(), path)].find(one => Buffer.byteLength(one) <= maxPathBytes)
}
