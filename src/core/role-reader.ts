import { toParleyError } from './errors.ts'
import type { Identity } from './identity.ts'
import type { Log } from './log.ts'
import type { ChatPlatform } from './platform.ts'
import type { Stores } from './store.ts'
import type { Place, Platform } from './thread.ts'

/** A platform that takes longer is taken to have named none. */
const withinMs = 3_000

/** What a platform calls somebody there. */
export type RoleReader = (person: Identity, place: Place) => Promise<readonly string[]>

/**
 * What platforms call people, for Quotas: asked only where a rule names a role of theirs. Who cannot be read has none,
 * and the rules for everybody hold for them.
 */
export function createRoleReader(deps: {
  readonly store: Pick<Stores, 'quotaRules'>
  readonly platforms: ReadonlyMap<Platform, ChatPlatform>
  readonly log: Log
}): RoleReader {
  const { store, platforms, log } = deps
  return async (person, place) => {
    const platform = platforms.get(place.platform)
    if (!platform?.rolesOf) return []
    if (!(await quotasNameRoles(store, place))) return []
    try {
      return await platform.rolesOf(person, place, AbortSignal.timeout(withinMs))
    } catch (thrown) {
      log.warn({ error: toParleyError(thrown) }, 'roles could not be read: the quotas of everybody hold')
      return []
    }
  }
}

/** Whether a Quota that may hold there is for people of a role that only the platform knows. */
export async function quotasNameRoles(
  { quotaRules }: Pick<Stores, 'quotaRules'>,
  place: Place,
): Promise<boolean> {
  const rules = await quotaRules.over(place)
  return rules.some(({ role }) => role !== undefined && !role.startsWith('parley:'))
}

/** What the platform calls somebody there; undefined where it has no roles, or does not tell. */
export async function readRoles(
  platform: Pick<ChatPlatform, 'rolesOf'>,
  person: Identity,
  place: Place,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  try {
    return await platform.rolesOf?.(person, place, signal)
  } catch (thrown) {
    if (toParleyError(thrown).code === 'internal') throw thrown
    return undefined
  }
}
