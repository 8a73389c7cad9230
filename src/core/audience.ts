import type { IdentityRef } from './identity.ts'
import type { Viewer } from './member.ts'
import type { Place, Platform } from './thread.ts'

/** A channel, or a private thread in one: where reading is a right of its own. */
export interface AudiencePlace extends Place {
  readonly threadId?: string
}

/** What a platform says of a place besides who reads it. */
export interface PlaceNames {
  readonly name?: string
  readonly workspaceName?: string
  /** How many people read it. */
  readonly readers?: number
}

/** A platform's own word on who may read what. Rejects with `platform_*` errors only. */
export interface AudienceSource {
  readonly platform: Platform
  /** Those of `places` that this person can read there now, with what is known of each. Never direct messages. */
  readable(
    person: IdentityRef,
    places: readonly AudiencePlace[],
    signal: AbortSignal,
  ): Promise<readonly (AudiencePlace & PlaceNames)[]>
}

/** How long a platform's word holds. */
export const audienceValidMs = 5 * 60_000

/** Who may read which channel's Dialogues. */
export interface Audience {
  /**
   * Asks the platforms about every account of this Viewer whose last word is older than `audienceValidMs`, at most
   * `patienceMs` long; a platform that does not answer leaves what was known until it runs out, and no longer.
   */
  refresh(viewer: Viewer, patienceMs: number): Promise<void>
  /** Somebody came, left or changed in a place: what was known of them, or of all there, holds no more. */
  forget(where: { readonly place: Place; readonly person?: IdentityRef }): Promise<void>
}
