import type { Context } from 'hono'
import type { Accounts } from '../../core/account.ts'
import type { WebEnv } from '../context.ts'
import type { SessionCookies } from '../session-cookies.ts'
import type { Html } from '../views/html.ts'

/** What the pages of accounts are made of. */
export interface AccountPages {
  readonly accounts: Accounts
  readonly cookies: SessionCookies
  readonly nowMs: () => number
  /** Somebody's picture. */
  readonly avatar: (
    memberId: string,
  ) => Promise<{ readonly image: Uint8Array; readonly tag: string } | undefined>
  /** Agents to choose from for new chats; no choice is shown between fewer than two. */
  readonly agents?: () => Promise<readonly { readonly id: string; readonly name: string }[]>
  /** Whether visitors may try Parley without an account; never unless told. */
  readonly demoIsOn?: () => Promise<boolean>
  /** Further cards of the profile, as of linked accounts. */
  readonly profileCards?: readonly ((c: Context<WebEnv>) => Html | Promise<Html>)[]
}
