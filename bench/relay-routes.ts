import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { secrets } from '../src/adapters/jose/secrets.ts'
import { openDatabase } from '../src/adapters/postgres/database.ts'
import { createStore } from '../src/adapters/postgres/store.ts'
import { systemClock } from '../src/clock.ts'
import { createKeyring } from '../src/core/keyring.ts'
import { silentLog } from '../src/core/testing/silent-log.ts'
import { freePort } from '../src/testing/free-port.ts'
import type { Route } from './relay-client.ts'

/** Whatever was started for the bench, ended with it. */
const children: ChildProcess[] = []
const directories: string[] = []

export async function endAll(): Promise<void> {
  await Promise.all(
    children.splice(0).map(async child => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    }),
  )
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true })
}

/** A script of the bench that prints its port. */
export async function startScript(name: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, name), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const [port] = await once(createInterface({ input: child.stdout }), 'line')
  return { port: Number(port), pid: child.pid ?? 0 }
}

export async function startFloor(servicePort: number): Promise<Route> {
  const { port, pid } = await startScript('relay-floor.ts', String(servicePort))
  return { name: 'bare pipe', url: `http://127.0.0.1:${port}/v1`, headers: {}, pid }
}

/** All of Parley on PostgreSQL, with a key and with Quotas that hold on every level. */
export async function startParley(servicePort: number, databaseUrl: string): Promise<Route> {
  const port = await freePort()
  const dataDir = temporary()
  const child = spawn(process.execPath, [join(import.meta.dirname, '../src/start.js')], {
    cwd: dataDir,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      PORT: String(port),
      DATA_DIR: dataDir,
      DATABASE_URL: databaseUrl,
      SECRET_KEY: randomBytes(48).toString('base64'),
      OPENAI_BASE_URL: `http://127.0.0.1:${servicePort}/v1`,
      OPENAI_API_KEY: 'sk-bench',
      OPENAI_MODEL: 'bench',
      SANDBOX: 'off',
    },
  })
  children.push(child)
  await ready(`http://127.0.0.1:${port}/readyz`, child)
  const key = await makeKey(databaseUrl)
  return {
    name: 'Parley',
    url: `http://127.0.0.1:${port}/v1`,
    headers: { authorization: `Bearer ${key}` },
    pid: child.pid ?? 0,
  }
}

async function makeKey(databaseUrl: string): Promise<string> {
  const database = await openDatabase({ url: databaseUrl }, { log: silentLog })
  const store = createStore(database)
  const member = await store.members.add({
    id: randomUUID(),
    username: 'ada',
    nickname: 'Ada',
    email: 'ada@example.com',
    emailConfirmed: true,
  })
  const limits = (['workspace', 'channel', 'member'] as const).flatMap(scope =>
    (['day', 'month'] as const).map(period => ({
      scope,
      period,
      subject: '*',
      unit: 'tokens' as const,
      limit: 1_000_000_000_000,
      soft: false,
    })),
  )
  await store.quotaRules.replace(undefined, limits)
  const keyring = createKeyring({
    store,
    clock: systemClock,
    secrets,
    newId: randomUUID,
    signals: database.signals,
  })
  const { secret } = await keyring.make(member, { name: 'bench' }, {})
  keyring.close()
  await database.close()
  return secret
}

/** A peer, fetched for this run alone and never part of the project; undefined where there is no registry. */
export async function startPeer(servicePort: number): Promise<Route | undefined> {
  const directory = process.env['PEER_DIR'] ?? temporary()
  const script = join(directory, 'node_modules/@portkey-ai/gateway/build/start-server.js')
  if (!existsSync(script)) {
    const install = spawn(
      'npm',
      [
        'install',
        '--prefix',
        directory,
        '--no-audit',
        '--no-fund',
        '--ignore-scripts',
        '@portkey-ai/gateway',
      ],
      { stdio: 'ignore', cwd: directory },
    )
    const [code] = await once(install, 'exit')
    if (code !== 0) return undefined
  }
  const port = await freePort()
  const child = spawn(process.execPath, [script, '--headless', `--port=${port}`], {
    stdio: 'ignore',
    cwd: directory,
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', TRUSTED_CUSTOM_HOSTS: '127.0.0.1,localhost' },
  })
  children.push(child)
  await ready(`http://127.0.0.1:${port}/`, child)
  return {
    name: '@portkey-ai/gateway',
    url: `http://127.0.0.1:${port}/v1`,
    headers: {
      authorization: 'Bearer sk-bench',
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': `http://127.0.0.1:${servicePort}/v1`,
    },
    pid: child.pid ?? 0,
  }
}

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  directories.push(directory)
  return directory
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode} before it was up.`)
    const status = await fetch(url).then(
      response => response.status,
      () => 0,
    )
    if (status > 0 && status < 500) return
    await pause(100)
  }
  throw new Error(`${url} did not come up.`)
}
