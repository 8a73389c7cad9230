import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, posix } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import { Hono } from 'hono'
import type { WebEnv } from './context.ts'

interface Asset {
  readonly body: string
  readonly type: string
}

/** What pages load: the modules of client/, and the sheets of look/ as one. */
export interface Assets {
  /** Changes with any byte of any file and stands in every address, so that a browser may keep them all. */
  readonly version: string
  /** Where a file is served: `look.css`, `icon.svg`, or a module by its path in client/. Throws for any other. */
  address(name: string): string
  /** The addresses of all that these modules import, so that a browser asks for them at once. */
  imports(names: readonly string[]): readonly string[]
  find(name: string): Asset | undefined
}

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
}

let read: Assets | undefined

/** The assets, read once by whoever asks first. */
export function webAssets(): Assets {
  read ??= readAssets()
  return read
}

function readAssets(): Assets {
  const files = readFiles()
  const version = createHash('sha256')
    .update(JSON.stringify([...files]))
    .digest('base64url')
    .slice(0, 12)
  const address = (name: string) => {
    if (!files.has(name)) throw new Error(`There is no asset ${name}.`)
    return `/assets/${version}/${name}`
  }
  return {
    version,
    address,
    imports: names => [...importedBy(files, names)].map(address),
    find: name => files.get(name),
  }
}

function readFiles(): Map<string, Asset> {
  const files = new Map<string, Asset>()
  const add = (name: string, body: string) => files.set(name, { body, type: types[extname(name)] ?? '' })
  const client = join(import.meta.dirname, 'client')
  for (const name of readdirSync(client, { recursive: true, encoding: 'utf8' }).toSorted())
    if (name.endsWith('.js')) add(name, readFileSync(join(client, name), 'utf8'))
  const look = join(import.meta.dirname, 'look')
  add('look.css', sheetsIn(look).join('\n'))
  add('icon.svg', readFileSync(join(look, 'icon.svg'), 'utf8'))
  return files
}

/** What others build on comes first. */
function sheetsIn(folder: string): string[] {
  const first = ['tokens.css', 'base.css']
  const rest = readdirSync(folder).filter(name => name.endsWith('.css') && !first.includes(name))
  return [...first, ...rest.toSorted()].map(name => readFileSync(join(folder, name), 'utf8'))
}

function importedBy(files: ReadonlyMap<string, Asset>, names: readonly string[]): Set<string> {
  const found = new Set<string>()
  const waiting = [...names]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    for (const [, path] of (files.get(name)?.body ?? '').matchAll(
      /^(?:import|export)\b[^'"]*?['"](\.[^'"]+)['"]/gm,
    )) {
      const imported = posix.join(posix.dirname(name), path ?? '')
      if (found.has(imported) || !files.has(imported)) continue
      found.add(imported)
      waiting.push(imported)
    }
  }
  return found
}

const packers = { br: promisify<string, Buffer>(brotliCompress), gzip: promisify<string, Buffer>(gzip) }

/** Serves the assets under /assets, and nothing else. */
export function assetRoutes(assets: Assets): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  const packed = new Map<string, Promise<Buffer>>()
  // Beside everything else: the sheet takes a tenth of a second.
  const pack = (name: string, asset: Asset, encoding: 'br' | 'gzip') => {
    const key = `${encoding} ${name}`
    const bytes = packed.get(key) ?? packers[encoding](asset.body)
    packed.set(key, bytes)
    return bytes
  }
  app.get('/assets/:version/:name{.+}', async c => {
    const name = c.req.param('name')
    const asset = assets.find(name)
    if (!asset) return c.notFound()
    c.header('Content-Type', asset.type)
    c.header('Vary', 'Accept-Encoding')
    // A page from before an update still finds its modules, but does not keep them.
    const current = c.req.param('version') === assets.version
    c.header('Cache-Control', current ? 'public, max-age=31536000, immutable' : 'no-cache')
    const encoding = acceptedEncoding(c.req.header('Accept-Encoding') ?? '')
    if (!encoding) return c.body(asset.body)
    c.header('Content-Encoding', encoding)
    return c.body(new Uint8Array(await pack(name, asset, encoding)))
  })
  return app
}

function acceptedEncoding(header: string): 'br' | 'gzip' | undefined {
  const accepted = (name: string) =>
    header.split(',').some(part => part.trim().split(';')[0] === name && !/;\s*q=0(?:\.0*)?\s*$/.test(part))
  if (accepted('br')) return 'br'
  return accepted('gzip') ? 'gzip' : undefined
}
