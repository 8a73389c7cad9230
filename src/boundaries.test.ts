import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

/** The import rules of ARCHITECTURE.md. A file's folder decides what it may import; tests may import more. */

const root = resolve(import.meta.dirname, '..')

/** npm libraries that each folder of src may import, besides node built-ins where `node:` is listed. */
const libraries: Record<string, readonly string[]> = {
  core: ['gpt-tokenizer'],
  vocabulary: ['node:'],
  markdown: ['markdown-it', 'remend'],
  'adapters/slack': ['@slack/bolt', '@slack/web-api', '@slack/socket-mode', '@slack/types', 'zod', 'node:'],
  'adapters/discord': ['discord.js', 'discord-api-types', 'zod', 'node:'],
  'adapters/postgres': ['kysely', 'pg', '@electric-sql/pglite', 'zod', 'node:'],
  'adapters/openai': ['openai', 'undici', 'zod', 'node:'],
  'adapters/egress': ['undici', 'node:'],
  'adapters/oauth': ['openid-client', 'zod', 'node:'],
  'adapters/upstream': ['undici', 'node:'],
  'adapters/pino': ['pino', 'pino-pretty', 'node:'],
  'adapters/argon2': ['@node-rs/argon2', 'node:'],
  'adapters/prom': ['prom-client', 'node:'],
  'adapters/jose': ['jose', 'node:'],
  'adapters/mail': ['nodemailer', 'node:'],
  'adapters/sharp': ['sharp', 'node:'],
  web: [
    'hono',
    '@hono/node-server',
    '@hono/zod-openapi',
    'highlight.js',
    'markdown-it',
    'ws',
    'zod',
    'node:',
  ],
  sandbox: ['hono', '@hono/node-server', 'ws', 'markdown-it', 'discord-api-types', 'node:'],
  migrations: ['kysely'],
}

/** Folders of ours that each folder may import; its own is always allowed. */
const folders: Record<string, readonly string[]> = {
  core: ['vocabulary'],
  vocabulary: [],
  markdown: [],
  'adapters/slack': ['core', 'markdown'],
  'adapters/discord': ['core', 'markdown'],
  'adapters/postgres': ['core', 'migrations'],
  'adapters/openai': ['core'],
  'adapters/egress': ['core'],
  'adapters/oauth': ['core'],
  'adapters/upstream': ['core'],
  'adapters/pino': ['core'],
  'adapters/argon2': ['core'],
  'adapters/prom': ['core'],
  'adapters/jose': ['core'],
  'adapters/mail': ['core'],
  'adapters/sharp': ['core'],
  web: ['core', 'markdown'],
  sandbox: [],
  migrations: [],
}

interface SourceFile {
  readonly path: string
  readonly text: string
  readonly imports: readonly string[]
}

function read(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8')
  const imports = [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]|(?:^|\n)import\s*['"]([^'"]+)['"]/g,
    ),
  ]
  return { path, text, imports: imports.map(match => match[1] ?? match[2] ?? match[3] ?? '') }
}

const sources = ['src', 'migrations']
  .flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(path => join(folder, path)),
  )
  .filter(path => /\.(ts|js)$/.test(path) && !path.includes('/fixtures/'))
  .map(read)

const isTest = ({ path }: SourceFile) => /\.test\.ts$|\/testing\//.test(path)
const production = sources.filter(source => !isTest(source))

/** `adapters/slack`, `core`, `web`…; `main` for what stands directly in src. */
function folderOf(path: string): string {
  const [top, second, third] = path.split('/')
  if (top === 'migrations') return 'migrations'
  if (third === undefined || second === 'testing') return 'main'
  return second === 'adapters' ? `adapters/${third}` : (second ?? 'main')
}

function violations(): string[] {
  return production.flatMap(source => {
    const from = folderOf(source.path)
    if (from === 'main') return []
    return source.imports
      .filter(specifier => !allowed(source, from, specifier))
      .map(specifier => `${source.path} → ${specifier}`)
  })
}

function allowed(source: SourceFile, from: string, specifier: string): boolean {
  if (!specifier.startsWith('.')) {
    return (libraries[from] ?? []).some(library =>
      library.endsWith(':')
        ? specifier.startsWith(library)
        : specifier === library || specifier.startsWith(`${library}/`),
    )
  }
  const to = folderOf(relative(root, resolve(root, dirname(source.path), specifier)))
  return to === from || (folders[from] ?? []).includes(to)
}

const offenders = (pattern: RegExp, except: (path: string) => boolean) =>
  production.filter(({ path, text }) => !except(path) && pattern.test(text)).map(({ path }) => path)

describe('the rooms of the house', () => {
  it('every folder is known to this test', () => {
    const unknown = new Set(
      sources.map(({ path }) => folderOf(path)).filter(folder => folder !== 'main' && !(folder in folders)),
    )
    expect([...unknown]).toEqual([])
  })

  it('each imports only what it may', () => {
    expect(violations()).toEqual([])
  })

  it('a rule that is broken is seen', () => {
    const trespasser: SourceFile = {
      path: 'src/core/turn.ts',
      text: '',
      imports: ['pg', '../adapters/slack/slack.ts', './job.ts'],
    }
    expect(trespasser.imports.filter(specifier => !allowed(trespasser, 'core', specifier))).toEqual([
      'pg',
      '../adapters/slack/slack.ts',
    ])
  })

  it('the environment is read in one place', () => {
    const readers = offenders(/process\.env/, path => path === 'src/environment.ts')
    expect(readers).toEqual([])
  })

  it('core has no clock, no platform and no database of its own', () => {
    const inCore = (path: string) => !path.startsWith('src/core/')
    expect(offenders(/Date\.now\(|new Date\(\)|setTimeout|setInterval|Math\.random/, inCore)).toEqual([])
    expect(offenders(/\bpg\b|kysely|slack_|discord\.js|SELECT /, inCore)).toEqual([])
  })

  it('core names a platform only where Platform is defined', () => {
    expect(
      offenders(
        /['"](slack|discord)['"]/,
        path => !path.startsWith('src/core/') || path === 'src/core/thread.ts',
      ),
    ).toEqual([])
  })

  it('no file is a drawer for everything', () => {
    const drawers = sources.filter(({ path }) =>
      /\/(utils?|helpers?|common|managers?|services?|types)\.(ts|js)$/.test(path),
    )
    expect(drawers.map(({ path }) => path)).toEqual([])
  })
})
