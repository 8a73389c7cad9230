import { runMigrate } from './adapters/postgres/migrate-cli.ts'
import { createLog } from './adapters/pino/log.ts'
import { ConfigError, readConfig } from './config.ts'
import { readEnvironment } from './environment.ts'

const out = (line: string) => void process.stdout.write(`${line}\n`)
const err = (line: string) => void process.stderr.write(`${line}\n`)

try {
  const { dataDir, databaseUrl } = readConfig(readEnvironment(process.cwd()), { serves: false })
  const log = createLog({ level: 'warn', pretty: false, secrets: [], write: err })
  process.exitCode = await runMigrate(
    databaseUrl === undefined ? { dataDir } : { url: databaseUrl },
    { out, err },
    log,
  )
} catch (thrown) {
  if (!(thrown instanceof ConfigError)) throw thrown
  for (const problem of thrown.problems) err(`parley: ${problem}`)
  process.exitCode = 78
}
