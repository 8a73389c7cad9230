import { randomUUID } from 'node:crypto'
import { createPasswordHasher } from './adapters/argon2/password-hasher.ts'
import { createEgress } from './adapters/egress/egress.ts'
import { createCipher } from './adapters/jose/cipher.ts'
import { secrets } from './adapters/jose/secrets.ts'
import { type Database, openDatabase } from './adapters/postgres/database.ts'
import { migrate } from './adapters/postgres/migrate.ts'
import { createStore } from './adapters/postgres/store.ts'
import { systemClock } from './clock.ts'
import type { Config } from './config.ts'
import { commonPasswords } from './core/common-passwords.ts'
import { type Console, createConsole } from './core/console.ts'
import { ParleyError } from './core/errors.ts'
import { createKeyring } from './core/keyring.ts'
import type { Log } from './core/log.ts'
import { createSetup } from './core/setup.ts'
import { openDesk } from './providers.ts'
import { readSecretKeys } from './secret-key.ts'

/** Keys are made here and not recognised: nothing has to be heard of those that end. */
const deaf = { listen: () => () => undefined }

type Told = Pick<Config, 'accounts' | 'dataDir' | 'publicUrl' | 'databaseUrl'>

/** What `npm run admin` works on: this process's own database, or one that it opened for one command. */
export function openConsole(config: Told, database: Database): Console {
  const store = createStore(database)
  const common = { store, clock: systemClock, secrets, newId: randomUUID }
  return createConsole({
    ...common,
    hasher: createPasswordHasher(),
    commonPasswords,
    keyring: createKeyring({ ...common, signals: deaf }),
    setup: createSetup({ ...common, publicUrl: config.publicUrl }),
    desk: () => openDesk(store, createCipher(secretKeysOf(config)), createEgress()),
  })
}

/** The same while no Parley runs on the database, or beside those that run on a server's. */
export async function withConsole<T>(
  config: Told,
  log: Log,
  work: (over: Console) => Promise<T>,
): Promise<T> {
  const { databaseUrl, dataDir } = config
  const database = await openDatabase(databaseUrl === undefined ? { dataDir } : { url: databaseUrl }, { log })
  try {
    await migrate(database)
    return await work(openConsole(config, database))
  } finally {
    await database.close()
  }
}

/** Beside a server's database a key that is made up here would be nobody's. */
function secretKeysOf({ accounts, dataDir, databaseUrl }: Told): readonly string[] {
  if (databaseUrl !== undefined && !accounts.secretKeys)
    throw new ParleyError('invalid', 'SECRET_KEY is needed for this, the same as Parley’s own.')
  return readSecretKeys(accounts.secretKeys, dataDir)
}
