import { createLog } from './adapters/pino/log.ts'
import { type Config, ConfigError, readConfig } from './config.ts'
import { ParleyError } from './core/errors.ts'
import type { Log } from './core/log.ts'
import { readEnvironment } from './environment.ts'
import { type Parley, startParley } from './parley.ts'

/** sysexits.h: configuration error. */
const configurationError = 78

/** From the first signal to the exit; what still runs then is taken over by another process or the next start. */
const exitWithinMs = 25_000

async function main(): Promise<void> {
  const config = configured()
  const log = createLog({ level: config.logLevel, pretty: process.stdout.isTTY, secrets: secretsOf(config) })
  process.on('unhandledRejection', error =>
    log.error({ component: 'process', error }, 'a promise was rejected unheard'),
  )
  let parley: Parley
  try {
    parley = await startParley(config, { log })
  } catch (thrown) {
    log.debug({ error: thrown }, 'the start failed')
    return fail(thrown instanceof ParleyError ? [thrown.message] : [String(thrown)], 1)
  }
  for (const line of parley.greeting) process.stderr.write(`${line}\n`)
  const stop = (signal: NodeJS.Signals) => void leave(parley, log, signal)
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

function configured(): Config {
  try {
    return readConfig(readEnvironment(process.cwd()))
  } catch (thrown) {
    if (!(thrown instanceof ConfigError)) throw thrown
    return fail(thrown.problems, configurationError)
  }
}

async function leave(parley: Parley, log: Log, signal: NodeJS.Signals): Promise<void> {
  log.info({ signal }, 'stopping')
  setTimeout(() => process.exit(0), exitWithinMs).unref()
  await parley.stop()
  log.info({ signal }, 'stopped')
  process.exit(0)
}

function fail(problems: readonly string[], code: number): never {
  for (const problem of problems) process.stderr.write(`parley: ${problem}\n`)
  process.exit(code)
}

function secretsOf({ slack, discord, model, databaseUrl, accounts }: Config): readonly string[] {
  const passwords = [databaseUrl, accounts.smtpUrl].map(url =>
    url === undefined ? undefined : decodeURIComponent(new URL(url).password),
  )
  return [
    slack?.botToken,
    slack?.appToken,
    slack?.signingSecret,
    discord?.token,
    model.apiKey,
    ...passwords,
    ...(accounts.secretKeys ?? []),
  ].filter((secret): secret is string => secret !== undefined && secret !== '')
}

await main()
