import type { Context } from 'hono'
import type { WorkspaceRoles } from '../../core/authority.ts'
import type { ErrorCode } from '../../core/errors.ts'
import type { KeptProvider, Provider, ProviderHealth } from '../../core/provider.ts'
import type { ProviderDesk } from '../../core/provider-desk.ts'
import type { WebEnv } from '../context.ts'

/** What the pages of providers are made of. */
export interface ProviderPages {
  readonly store: {
    readonly workspaceRoles: WorkspaceRoles
    readonly providers: { list(): Promise<readonly KeptProvider[]> }
  }
  readonly desk: ProviderDesk
  /** The one of the environment. */
  readonly environment: Provider & { readonly practice: boolean }
  readonly health: () => Promise<readonly ProviderHealth[]>
  /** Asks it for its first model, or what it has: `undefined` when all is well. Throws `not_found`. */
  readonly probe: (id: string) => Promise<ErrorCode | undefined>
  readonly address: (c: Context<WebEnv>) => string | undefined
}
