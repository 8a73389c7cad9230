import type { Context } from 'hono'
import type { Accounts } from '../../core/account.ts'
import type { History } from '../../core/history.ts'
import type { Identity } from '../../core/identity.ts'
import type { Viewer } from '../../core/member.ts'
import type { Secrets } from '../../core/secret.ts'
import type { Store } from '../../core/store.ts'
import type { WebEnv } from '../context.ts'

/** What the pages of linking, publishing, exporting and erasing are made of. */
export interface KeepingPages {
  readonly store: Store
  readonly history: Pick<History, 'find'>
  readonly secrets: Secrets
  readonly nowMs: () => number
  readonly accounts: Pick<Accounts, 'deleteAccount'>
  /** Where people reach it. */
  readonly publicUrl: string
  /** Whence a request comes, as far as it is believed; counts tries of link codes and of passwords. */
  readonly address?: (c: Context) => string | undefined
  /** Asks the platforms what this Viewer may read, where their last word is old. Never rejects, never waits long. */
  readonly refresh?: (viewer: Viewer) => Promise<void>
  /** What a platform calls someone whose name no event told. Never rejects. */
  readonly nameOf?: (identity: Identity) => Promise<string | undefined>
  /**
   * Sends the person to the platform itself, to show that the account is theirs; the code is redeemed when they come
   * back. Undefined where the platform's sign-in is not set up: then the code alone is the proof.
   */
  readonly proveIdentity?: (
    c: Context<WebEnv>,
    asked: {
      readonly memberId: string
      readonly identity: Identity
      readonly linkCodeHash: string
      readonly next?: string
    },
  ) => Promise<Response | undefined>
}
