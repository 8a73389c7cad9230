import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { createPasswordHasher } from './adapters/argon2/password-hasher.ts'
import { secrets } from './adapters/jose/secrets.ts'
import { createSessionTokens } from './adapters/jose/session-tokens.ts'
import { createOutbox, createSmtpMailer } from './adapters/mail/mailer.ts'
import { createAvatarMaker } from './adapters/sharp/avatar-maker.ts'
import { systemClock } from './clock.ts'
import type { Config } from './config.ts'
import type { Accounts } from './core/account.ts'
import { createMailHandler } from './core/account-mail.ts'
import { commonPasswords } from './core/common-passwords.ts'
import { createAccounts } from './core/create-accounts.ts'
import { createKeyring, type Keyring } from './core/keyring.ts'
import type { Log } from './core/log.ts'
import type { Signals, Store } from './core/store.ts'
import type { JobHandler } from './core/worker.ts'
import { readSecretKeys } from './secret-key.ts'

/** Accounts as this process serves them. */
export interface AccountParts {
  readonly accounts: Accounts
  readonly keyring: Keyring
  /** For jobs of `mailJobKind`. */
  readonly mailHandler: JobHandler
  close(): void
}

export function openAccounts(
  config: Config,
  {
    store,
    log,
    publicUrl,
    signals,
  }: {
    readonly store: Store
    readonly log: Log
    readonly publicUrl: string
    readonly signals: Signals
  },
): AccountParts {
  const { mailFrom, smtpUrl, adminEmails, secretKeys } = config.accounts
  const { hostname } = new URL(publicUrl)
  const options = {
    from: mailFrom,
    host: hostname,
    log,
    nowMs: () => systemClock.nowMs(),
  }
  const smtp = smtpUrl === undefined ? undefined : createSmtpMailer(smtpUrl, options)
  const mailer = smtp ?? createOutbox(join(config.dataDir, 'outbox'), options)
  const keyring = createKeyring({ store, clock: systemClock, secrets, newId: randomUUID, signals })
  return {
    keyring,
    accounts: createAccounts({
      store,
      clock: systemClock,
      hasher: createPasswordHasher(),
      commonPasswords,
      tokens: createSessionTokens({
        secretKeys: readSecretKeys(secretKeys, config.dataDir),
        issuer: publicUrl,
      }),
      secrets,
      avatars: createAvatarMaker(),
      newId: randomUUID,
      adminEmails: new Set(adminEmails),
    }),
    mailHandler: createMailHandler({ store, mailer, secrets, clock: systemClock, log, publicUrl }),
    close() {
      keyring.close()
      smtp?.close()
    },
  }
}
