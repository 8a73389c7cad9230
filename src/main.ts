import { createLog } from './adapters/pino/log.ts'
import { collectGarbage } from './collect-garbage.ts'
import { type Config, readConfig } from './config.ts'
import { secretsOf } from './config-secrets.ts'
import type { Log } from './core/log.ts'
import { readEnvironment } from './environment.ts'
import { exitCodeFor } from './exit-code.ts'
import { type Parley, startParley } from './parley.ts'

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
    // Now, while the platforms connect: nobody waits for anything else yet.
    collectGarbage()
  } catch (thrown) {
    log.debug({ error: thrown }, 'the start failed')
    process.exit(exitCodeFor(thrown))
  }
  for (const line of parley.greeting) process.stderr.write(`${line}\n`)
  let leaving = false
  // One that nobody hears any more would end it in the middle of leaving, and an impatient Ctrl-C is pressed twice.
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      if (!leaving) void leave(parley, log, signal)
      leaving = true
    })
}

function configured(): Config {
  try {
    return readConfig(readEnvironment(process.cwd()))
  } catch (thrown) {
    process.exit(exitCodeFor(thrown))
  }
}

async function leave(parley: Parley, log: Log, signal: NodeJS.Signals): Promise<void> {
  log.info({ signal }, 'stopping')
  setTimeout(() => process.exit(0), exitWithinMs).unref()
  await parley.stop()
  log.info({ signal }, 'stopped')
  process.exit(0)
}

await main()
