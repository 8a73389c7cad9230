import { runMigrate } from './adapters/postgres/migrate-cli.ts'
import { createLog } from './adapters/pino/log.ts'
import { readConfig } from './config.ts'
import { secretsOf } from './config-secrets.ts'
import { readEnvironment } from './environment.ts'
import { exitCodeFor } from './exit-code.ts'

const out = (line: string) => void process.stdout.write(`${line}\n`)
const err = (line: string) => void process.stderr.write(`${line}\n`)

try {
  const config = readConfig(readEnvironment(process.cwd()), { serves: false })
  const { dataDir, databaseUrl } = config
  const log = createLog({
    level: 'warn',
    pretty: false,
    secrets: secretsOf(config),
    write: line => err(line.trimEnd()),
  })
  process.exitCode = await runMigrate(
    databaseUrl === undefined ? { dataDir } : { url: databaseUrl },
    { out, err },
    log,
  )
} catch (thrown) {
  process.exitCode = exitCodeFor(thrown)
}
