import type { Clock } from './clock.ts'
import { toParleyError } from './errors.ts'
import type { Identity, IdentityRef } from './identity.ts'
import type { Log } from './log.ts'
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

export type ReadablePlace = AudiencePlace & PlaceNames

/** A platform's own word on who may read what. Rejects with `platform_*` errors only. */
export interface AudienceSource {
  readonly platform: Platform
  /** Those of `places` that this person can read there now, with what is known of each. Never direct messages. */
  readable(
    person: IdentityRef,
    places: readonly AudiencePlace[],
    signal: AbortSignal,
  ): Promise<readonly ReadablePlace[]>
}

/** How long a platform's word holds before it is asked again. */
export const audienceValidMs = 5 * 60_000

/** How long it holds when the platform cannot be asked again. */
export const audienceLastsMs = 10 * 60_000

/** Somebody came, left or changed in a channel, or without a channel in its whole workspace. */
export interface AudienceChange {
  readonly place: Pick<Place, 'platform' | 'workspaceId'> & { readonly channelId?: string }
  /** Without it, everybody there. */
  readonly person?: IdentityRef
}

/** Who may read which channel's Dialogues. */
export interface Audience {
  /**
   * Asks the platforms about every account of this Viewer whose last word is older than `audienceValidMs` or than a
   * place that holds Dialogues, at most `patienceMs` long; a platform that does not answer leaves what was known until
   * it runs out, and no longer.
   */
  refresh(viewer: Viewer, patienceMs: number): Promise<void>
  /** What was known of them, or of all there, holds no more, and a word asked for before this is not taken. */
  forget(change: AudienceChange): Promise<void>
}

/** What is kept of the platforms' words. */
export interface Audiences {
  /** Of these accounts, those that were not asked about since then, or not about every place there is now. */
  due(identityIds: readonly string[], sinceMs: number): Promise<readonly Identity[]>
  /** Places of this account's platform that hold Dialogues, to ask about; direct messages left out. */
  begin(identity: Identity): Promise<Asking>
  /**
   * Replaces all that was known of this account, in one transaction. False, with nothing kept, when something was
   * forgotten since `begin`: the word may be older than that.
   */
  keep(identity: Identity, asking: Asking, readable: readonly ReadablePlace[], word: Word): Promise<boolean>
  forget(change: AudienceChange): Promise<void>
}

export interface Asking {
  readonly places: readonly AudiencePlace[]
  /** Changes with everything that is forgotten of this account or its workspaces. */
  readonly mark: number
  /** Grows with each place to ask about. */
  readonly opened: number
}

export interface Word {
  readonly askedAtMs: number
  readonly validUntilMs: number
}

export interface AudienceDependencies {
  readonly audiences: Audiences
  readonly sources: readonly AudienceSource[]
  readonly clock: Clock
  readonly log: Log
}

/** A platform that has not answered by then is down for this purpose. */
const askWithinMs = 30_000

/** After a failure every page would wait for the same platform again. */
const pauseAfterFailureMs = 10_000

/** How often a word is asked for anew because something was forgotten meanwhile. */
const maxAsked = 3

/** One account is asked about once at a time in this process; other processes may ask too, to the same end. */
export function createAudience(deps: AudienceDependencies): Audience {
  const { audiences, clock } = deps
  const sources = new Map(deps.sources.map(source => [source.platform, source]))
  const asking = new Map<string, Promise<void>>()
  const failedAtMs = new Map<string, number>()

  function ask(identity: Identity, source: AudienceSource): Promise<void> {
    const known = asking.get(identity.id)
    if (known) return known
    const asked = askAndKeep(deps, identity, source)
      .then(
        () => void failedAtMs.delete(identity.id),
        (thrown: unknown) => {
          failedAtMs.set(identity.id, clock.nowMs())
          const error = toParleyError(thrown)
          deps.log.warn(
            { platform: identity.platform, code: error.code, error },
            'a platform did not say what a person can read',
          )
        },
      )
      .finally(() => asking.delete(identity.id))
    asking.set(identity.id, asked)
    return asked
  }

  const rests = ({ id }: Identity) =>
    clock.nowMs() < (failedAtMs.get(id) ?? Number.NEGATIVE_INFINITY) + pauseAfterFailureMs

  return {
    async refresh(viewer, patienceMs) {
      const due = await audiences.due(viewer.identityIds, clock.nowMs() - audienceValidMs)
      const asked = due.flatMap(identity => {
        const source = sources.get(identity.platform)
        return source && !rests(identity) ? [ask(identity, source)] : []
      })
      if (asked.length === 0) return
      const patience = new AbortController()
      await Promise.race([Promise.all(asked), clock.sleep(patienceMs, patience.signal)])
      patience.abort()
    },
    forget: change => audiences.forget(change),
  }
}

async function askAndKeep(
  { audiences, clock }: AudienceDependencies,
  identity: Identity,
  source: AudienceSource,
): Promise<void> {
  const over = new AbortController()
  const done = new AbortController()
  void clock.sleep(askWithinMs, done.signal).then(() => over.abort())
  try {
    for (let times = 0; times < maxAsked; times++) {
      const askedAtMs = clock.nowMs()
      const asking = await audiences.begin(identity)
      const readable =
        asking.places.length === 0 ? [] : await source.readable(identity, asking.places, over.signal)
      const word = { askedAtMs, validUntilMs: askedAtMs + audienceLastsMs }
      if (await audiences.keep(identity, asking, readable, word)) return
    }
  } finally {
    done.abort()
  }
}
