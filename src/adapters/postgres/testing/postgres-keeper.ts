import { type ChildProcess, spawn, spawnSync, type SpawnOptions } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from '../../../testing/free-port.ts'
import { copyBinaries } from './binaries.ts'
import { directoryPrefix, ownerFile, sweepLeftovers } from './leftovers.ts'

/**
 * A program that keeps one PostgreSQL for tests: prints `{"url","directory","postmaster"}` when it is ready, and stops
 * it and removes its directory when its own standard input ends, which it does however the one who started it ends.
 * A line there, `halt` or `resume`, stops it in good order or starts it again, and is repeated when that is done.
 */
async function main(): Promise<void> {
  sweepLeftovers()
  const directory = mkdtempSync(join(tmpdir(), directoryPrefix))
  const orders = createInterface({ input: process.stdin })
  // A terminal's Ctrl-C reaches the whole group; the end of standard input decides here.
  process.on('SIGINT', () => {})
  let postmaster: ChildProcess | undefined
  try {
    writeFileSync(join(directory, ownerFile), String(process.pid))
    // PostgreSQL's user must be able to look in.
    chmodSync(directory, 0o755)
    copyBinaries(join(directory, 'native'))
    const password = initialize(directory)
    const port = await freePort()
    postmaster = await startPostmaster(directory, port)
    const url = `postgres://parley:${password}@127.0.0.1:${port}/postgres`
    process.stdout.write(`${JSON.stringify({ url, directory, postmaster: postmaster.pid })}\n`)
    for await (const order of orders) {
      if (order === 'halt') await end(postmaster, 'SIGINT')
      else postmaster = await startPostmaster(directory, port)
      process.stdout.write(`${order}\n`)
    }
  } finally {
    if (postmaster) await end(postmaster, 'SIGQUIT')
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
}

async function end(postmaster: ChildProcess, signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  if (postmaster.exitCode !== null) return
  const gone = once(postmaster, 'exit')
  postmaster.kill(signal)
  await gone
}

/** PostgreSQL refuses to run as root: it then runs as nobody. */
const nobody = 65_534
const isRoot = process.getuid?.() === 0

function runAs(directory: string): SpawnOptions {
  return {
    cwd: directory,
    env: { PATH: process.env['PATH'], LC_ALL: 'C', LD_LIBRARY_PATH: join(directory, 'native', 'lib') },
    ...(isRoot ? { uid: nobody, gid: nobody } : {}),
  }
}

function initialize(directory: string): string {
  const data = join(directory, 'data')
  const passwordFile = join(directory, 'password')
  const password = randomBytes(12).toString('hex')
  mkdirSync(data, { mode: 0o700 })
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (isRoot) for (const path of [data, passwordFile]) chownSync(path, nobody, nobody)
  const done = spawnSync(
    join(directory, 'native', 'bin', 'initdb'),
    [
      '--no-sync',
      '--encoding=UTF8',
      '--locale=C',
      '--username=parley',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      `--pgdata=${data}`,
    ],
    { ...runAs(directory), encoding: 'utf8' },
  )
  if (done.status !== 0) throw new Error(`initdb failed: ${done.error?.message ?? done.stderr}`)
  return password
}

const settings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'shared_buffers=32MB',
  'max_connections=300',
  'wal_level=minimal',
  'max_wal_senders=0',
  // Those that whoever started this asks for.
  ...process.argv.slice(2),
]

/** Resolves when it accepts connections, which it says on standard error. */
async function startPostmaster(directory: string, port: number): Promise<ChildProcess> {
  const child = spawn(
    join(directory, 'native', 'bin', 'postgres'),
    ['-D', join(directory, 'data'), '-p', String(port), ...settings.flatMap(setting => ['-c', setting])],
    { ...runAs(directory), stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`postgres did not start: ${said}`)))
    child.stderr?.on('data', (chunk: Buffer) => {
      if (said.length < 10_000) said += chunk.toString()
      if (said.includes('ready to accept connections')) resolve()
    })
  })
  return child
}

await main()
