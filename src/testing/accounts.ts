import { randomUUID } from 'node:crypto'
import { createPasswordHasher } from '../adapters/argon2/password-hasher.ts'
import { secrets } from '../adapters/jose/secrets.ts'
import { createSessionTokens } from '../adapters/jose/session-tokens.ts'
import { createAvatarMaker } from '../adapters/sharp/avatar-maker.ts'
import type { Accounts, SessionGrant } from '../core/account.ts'
import { createMailHandler } from '../core/account-mail.ts'
import { commonPasswords } from '../core/common-passwords.ts'
import { createAccounts } from '../core/create-accounts.ts'
import { type OutgoingMail, mailJobKind } from '../core/mail.ts'
import type { PasswordHasher } from '../core/password.ts'
import type { Member } from '../core/member.ts'
import type { Store } from '../core/store.ts'
import { silentLog } from '../core/testing/silent-log.ts'
import { createSteppedClock, type SteppedClock } from '../core/testing/stepped-clock.ts'

export const testPublicUrl = 'http://127.0.0.1:3000'
export const testPassword = 'the engine weaves algebra'
export const adaEmail = 'ada@example.com'

/** Hashes that cost next to nothing: what they cost is tested where they are made. */
const quickCost = { memoryCost: 64, timeCost: 1, parallelism: 1 }

export interface TestAccounts {
  readonly accounts: Accounts
  readonly store: Store
  readonly clock: SteppedClock
  /** Sends what was ordered, and gives all that was ever sent. */
  readonly mails: () => Promise<readonly OutgoingMail[]>
  /** The token of the newest mailed link. */
  readonly mailedToken: () => Promise<string>
  /** Ada, registered and signed in; confirmed unless told otherwise. */
  readonly ada: (options?: {
    readonly confirmed?: boolean
  }) => Promise<{ readonly member: Member; readonly grant: SessionGrant }>
}

/** Accounts over a real store, with a clock that stands still. */
export function openAccounts(
  store: Store,
  options: {
    readonly adminEmails?: readonly string[]
    readonly secretKeys?: readonly string[]
    readonly hasher?: PasswordHasher
  } = {},
): TestAccounts {
  const clock = createSteppedClock()
  const sent: OutgoingMail[] = []
  const accounts = createAccounts({
    store,
    clock,
    hasher: options.hasher ?? createPasswordHasher(quickCost),
    commonPasswords,
    tokens: createSessionTokens({
      secretKeys: options.secretKeys ?? ['a secret key of the tests, long enough for them'],
      issuer: testPublicUrl,
    }),
    secrets,
    avatars: createAvatarMaker(),
    newId: randomUUID,
    adminEmails: new Set(options.adminEmails),
  })
  const handler = createMailHandler({
    store,
    secrets,
    clock,
    log: silentLog,
    publicUrl: testPublicUrl,
    mailer: { send: mail => Promise.resolve(void sent.push(mail)) },
  })
  async function mails() {
    for (;;) {
      const [job] = await store.jobs.claim([mailJobKind], 60_000)
      if (!job) return sent
      await handler.run(job, new AbortController().signal)
      await store.jobs.finish(job.lease)
    }
  }
  async function mailedToken() {
    const texts = (await mails()).map(
      ({ text }) => /\/(?:email-verify|password-reset)\/(\S+)/.exec(text)?.[1],
    )
    return texts.findLast(token => token !== undefined) ?? ''
  }
  return {
    accounts,
    store,
    clock,
    mails,
    mailedToken,
    async ada({ confirmed = true } = {}) {
      const registered = await accounts.register(
        { email: adaEmail, username: 'ada', password: testPassword, language: 'en' },
        {},
      )
      const member = confirmed ? await accounts.confirm(await mailedToken()) : registered
      return { member, grant: await accounts.startSession(member.id, 'password', { userAgent: 'Firefox' }) }
    },
  }
}
