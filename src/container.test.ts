import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { freePort } from './testing/free-port.ts'

/** The container's files: read as their engines read them, and their steps done by hand where there is no engine. */

const root = resolve(import.meta.dirname, '..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const steps = read('Dockerfile')
  .replaceAll(/\\\n\s*/g, ' ')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('#'))
  .map(line => ({ word: line.split(' ')[0] ?? '', rest: line.slice(line.indexOf(' ') + 1) }))
const all = (word: string) => steps.filter(step => step.word === word).map(({ rest }) => rest)

interface Service {
  readonly image?: string
  readonly stop_grace_period?: string
  readonly healthcheck?: object
  readonly environment?: Readonly<Record<string, string>>
  readonly ports?: readonly string[]
}
const compose = (file: string): { readonly services: Readonly<Record<string, Service>> } =>
  parse(read(file), { merge: true, customTags: [{ tag: '!reset', collection: 'seq', resolve: () => [] }] })

describe('the Dockerfile', () => {
  it('is of Node 24, production dependencies only, and runs as nobody in particular', () => {
    expect(all('FROM').every(from => from.startsWith('node:24-slim'))).toBe(true)
    expect(all('RUN').join()).toContain('npm ci --omit=dev')
    expect(all('USER')).toEqual(['node'])
    expect(all('RUN').at(-1)).toBe('node src/start.js prepare')
    expect(steps.findIndex(({ word }) => word === 'USER')).toBeLessThan(
      steps.findIndex(({ word }) => word === 'CMD'),
    )
    expect(all('HEALTHCHECK').join()).toContain('/readyz')
  })

  it('copies what there is, and nothing that the ignored list keeps back', () => {
    const kept = read('.dockerignore').split('\n')
    const sources = all('COPY').flatMap(copy =>
      copy.startsWith('--from') ? [] : copy.split(' ').slice(0, -1),
    )
    for (const source of sources) {
      expect(existsSync(join(root, source))).toBe(true)
      expect(kept).toContain(`!${source.replace('./', '')}`)
    }
  })
})

describe('the compose files', () => {
  it('give two Parleys on one PostgreSQL longer to stop than they drain, and look after their health', () => {
    const { services } = compose('compose.yaml')
    expect(Object.keys(services)).toEqual(['parley-1', 'parley-2', 'postgres'])
    for (const name of ['parley-1', 'parley-2']) {
      expect(Number.parseInt(services[name]?.stop_grace_period ?? '', 10)).toBeGreaterThan(25)
      expect(services[name]?.environment?.['DATABASE_URL']).toContain('@postgres/parley')
      expect(services[name]?.ports?.every(port => port.startsWith('127.0.0.1:'))).toBe(true)
    }
    expect(services['postgres']?.healthcheck).toBeDefined()
  })

  it('put Caddy alone in front of the world for https', () => {
    const { services } = compose('compose.https.yaml')
    expect(services['caddy']?.ports).toContain('443:443')
    for (const name of ['parley-1', 'parley-2']) {
      expect(services[name]?.ports).toEqual([])
      expect(services[name]?.environment?.['TRUSTED_PROXIES']).toBeDefined()
    }
    expect(read('Caddyfile')).toContain('reverse_proxy parley-1:3000 parley-2:3000')
    // A platform that refuses its token makes /readyz 503, and must not take the web down.
    expect(read('Caddyfile')).toContain('health_uri /healthz')
    expect(read('Caddyfile')).toContain('path /metrics /readyz')
  })

  it('name only settings that Parley reads', () => {
    const known = read('.env.example') + read('Dockerfile')
    const told = ['compose.yaml', 'compose.https.yaml'].flatMap(file =>
      Object.entries(compose(file).services)
        .filter(([name]) => name.startsWith('parley'))
        .flatMap(([, { environment = {} }]) => Object.keys(environment)),
    )
    expect(told).toContain('TRUSTED_PROXIES')
    expect(told.filter(name => !known.includes(name))).toEqual([])
  })
})

describe('the steps of the Dockerfile, done by hand', () => {
  const image = mkdtempSync(join(tmpdir(), 'parley-image-'))
  const running: ChildProcess[] = []
  afterAll(() => {
    for (const child of running) child.kill('SIGKILL')
    rmSync(image, { recursive: true, force: true })
  })

  it('make a Parley that becomes healthy, and leaves in time when told to', async () => {
    for (const name of ['package.json', 'package-lock.json', 'migrations', 'src'])
      cpSync(join(root, name), join(image, name), {
        recursive: true,
        filter: path => !/\.test\.ts$|\/testing(\/|$)/.test(path),
      })
    execFileSync('npm', ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: image,
      stdio: 'pipe',
    })
    execFileSync(process.execPath, ['src/start.js', 'prepare'], { cwd: image, stdio: 'pipe' })
    const port = await freePort()
    const env = { PATH: process.env['PATH'], PORT: String(port), DATA_DIR: join(image, 'data') }
    const child = spawn(process.execPath, ['src/start.js'], { cwd: image, env, stdio: 'pipe' })
    running.push(child)
    const said: string[] = []
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', text => said.push(String(text)))
    const left = new Promise(over => child.once('exit', over))
    const health = /CMD (\[.*\])$/.exec(all('HEALTHCHECK')[0] ?? '')?.[1] ?? '[]'
    const [, ...asks]: string[] = JSON.parse(health)
    const isHealthy = () =>
      new Promise(tell => spawn(process.execPath, asks, { env, stdio: 'ignore' }).once('exit', tell))
    await expect
      .poll(async () => (child.exitCode === null ? isHealthy() : said.join('')), {
        timeout: 60_000,
        interval: 500,
      })
      .toBe(0)
    child.kill('SIGTERM')
    expect(await left).toBe(0)
  }, 180_000)
})
