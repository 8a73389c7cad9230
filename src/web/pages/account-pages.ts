import type { Context } from 'hono'
import type { Accounts, SessionGrant } from '../../core/account.ts'
import type { Device } from '../../core/session.ts'
import type { WebEnv } from '../context.ts'
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
  readonly agents?: readonly { readonly id: string; readonly name: string }[]
  /** Further cards of the profile, as of linked accounts. */
  readonly profileCards?: readonly ((c: Context<WebEnv>) => Html | Promise<Html>)[]
}

/** How a browser holds its session. */
export interface SessionCookies {
  give(c: Context, grant: SessionGrant): void
  take(c: Context): void
  refreshToken(c: Context): string | undefined
  device(c: Context): Device
}
