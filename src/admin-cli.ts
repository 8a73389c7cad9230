import { mkdirSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { createLog } from './adapters/pino/log.ts'
import {
  adminHelp,
  type AdminRequest,
  checkAdminRequest,
  runAdminCommand,
  takesPassword,
} from './admin-commands.ts'
import { askAdmin } from './admin-socket.ts'
import { type Config, readConfig } from './config.ts'
import { secretsOf } from './config-secrets.ts'
import { ParleyError } from './core/errors.ts'
import { readEnvironment } from './environment.ts'
import { exitCodeFor } from './exit-code.ts'

const out = (line: string) => void process.stdout.write(`${line}\n`)
const err = (line: string) => void process.stderr.write(`${line}\n`)

async function main(args: readonly string[]): Promise<number> {
  if (args.length === 0 || args[0] === 'help' || args.includes('--help')) {
    out(adminHelp)
    return 0
  }
  const command = checkAdminRequest({ args })
  const config = readConfig(readEnvironment(process.cwd()), { serves: false })
  const password = takesPassword.has(command) ? await readPassword(args) : undefined
  const request: AdminRequest = { args, ...(password === undefined ? {} : { password }) }
  // A server's database has room for one more; the embedded one is its process's alone.
  const told = config.databaseUrl === undefined ? await askAdmin(config.dataDir, request) : undefined
  for (const line of told ?? (await runAlone(config, request))) out(line)
  return 0
}

async function runAlone(config: Config, request: AdminRequest): Promise<readonly string[]> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
  const log = createLog({
    level: 'warn',
    pretty: false,
    secrets: secretsOf(config),
    write: line => err(line.trimEnd()),
  })
  // Only now: most of the time of a short command is reading what a whole database takes.
  const { withConsole } = await import('./admin-console.ts')
  return withConsole(config, log, over => runAdminCommand(over, request))
}

/** From a pipe when that is said, else from whoever sits there; an empty one is made up. */
async function readPassword(args: readonly string[]): Promise<string | undefined> {
  if (args.includes('--password-stdin')) {
    for await (const line of createInterface({ input: process.stdin })) return line
    throw new ParleyError('invalid', 'There is no password on standard input.')
  }
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined
  process.stderr.write('Password (empty: one is made up): ')
  // Nothing of what is typed is shown.
  const dark = new Writable({ write: (_, __, done) => done() })
  const asking = createInterface({ input: process.stdin, output: dark, terminal: true })
  const typed = await asking.question('')
  asking.close()
  process.stderr.write('\n')
  return typed === '' ? undefined : typed
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (thrown) {
  process.exitCode = exitCodeFor(thrown)
}
