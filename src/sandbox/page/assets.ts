import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'

export interface Asset {
  readonly body: string
  readonly type: string
  readonly etag: string
}

export interface Assets {
  /** Changes with any byte of any file; it stands in every file's address, so that a browser may keep them all. */
  readonly version: string
  readonly names: readonly string[]
  find(name: string): Asset | undefined
}

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
}

/** Reads the files of the page once. */
export function readAssets(): Assets {
  const folder = join(import.meta.dirname, 'client')
  const files = new Map<string, Asset>()
  for (const name of readdirSync(folder).toSorted()) {
    const type = types[extname(name)]
    if (type === undefined) continue
    const body = readFileSync(join(folder, name), 'utf8')
    files.set(name, { body, type, etag: `"${digest(body)}"` })
  }
  const version = digest([...files].map(([name, { etag }]) => name + etag).join()).slice(0, 12)
  return { version, names: [...files.keys()], find: name => files.get(name) }
}

const digest = (text: string) => createHash('sha256').update(text).digest('base64url')
