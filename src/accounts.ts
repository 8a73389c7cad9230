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
import type { Log } from './core/log.ts'
import type { Store } from './core/store.ts'
import type { JobHandler } from './core/worker.ts'
import { secretKeys } from './secret-keys.ts'

/** Accounts as this process serves them. */
export interface AccountParts {
  readonly accounts: Accounts
  /** For jobs of `mailJobKind`. */
  readonly mailHandler: JobHandler
  close(): void
}

export function openAccounts(
  config: Config,
  { store, log, publicUrl }: { readonly store: Store; readonly log: Log; readonly publicUrl: string },
): AccountParts {
  const { mail, dataDir, adminEmails } = config
  const { hostname } = new URL(publicUrl)
  const options = {
    from: mail.from ?? `Parley <parley@${hostname}>`,
    host: hostname,
    log,
    nowMs: () => systemClock.nowMs(),
  }
  const smtp = mail.smtpUrl === undefined ? undefined : createSmtpMailer(mail.smtpUrl, options)
  const mailer = smtp ?? createOutbox(join(dataDir, 'outbox'), options)
  return {
    accounts: createAccounts({
      store,
      clock: systemClock,
      hasher: createPasswordHasher(),
      commonPasswords,
      tokens: createSessionTokens({ secretKeys: secretKeys(config), issuer: publicUrl }),
      secrets,
      avatars: createAvatarMaker(),
      newId: randomUUID,
      adminEmails: new Set(adminEmails),
    }),
    mailHandler: createMailHandler({ store, mailer, secrets, clock: systemClock, log, publicUrl }),
    close: () => smtp?.close(),
  }
}
