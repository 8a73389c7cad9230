import type { Accounts } from './account.ts'
import type { AccountDependencies } from './account-dependencies.ts'
import { changingAccount } from './change-account.ts'
import { mailedLinks } from './mailed-link.ts'
import { registering } from './register-account.ts'
import { signingIn } from './sign-in.ts'

/** All that people do with their accounts, over these stores. */
export function createAccounts(deps: AccountDependencies): Accounts {
  return { ...registering(deps), ...signingIn(deps), ...mailedLinks(deps), ...changingAccount(deps) }
}
