import { secrets } from './adapters/jose/secrets.ts'
import type { Accounts } from './core/account.ts'
import type { Agents } from './core/agent.ts'
import type { Audience } from './core/audience.ts'
import type { Clock } from './core/clock.ts'
import { createEraseHandler, eraseJobKind } from './core/erasure.ts'
import { createHomeHandler } from './core/home.ts'
import { homeJobKind } from './core/home-job.ts'
import type { History } from './core/history.ts'
import type { Identity } from './core/identity.ts'
import type { LinkMaking } from './core/linking.ts'
import type { Log } from './core/log.ts'
import type { ChatPlatform } from './core/platform.ts'
import { createRetentionHandler, retentionJobKind } from './core/retention.ts'
import type { Store } from './core/store.ts'
import { createTellHandler, tellJobKind } from './core/telling.ts'
import type { Platform } from './core/thread.ts'
import { createWhisperHandler, whisperJobKind } from './core/whisper.ts'
import type { JobHandler } from './core/worker.ts'
import { keepingApi } from './web/api/keeping.ts'
import { copyCard } from './web/pages/forget.ts'
import type { KeepingPages } from './web/pages/keeping-pages.ts'
import { keepingRoutes } from './web/pages/keeping-routes.ts'
import { linkedCard } from './web/pages/linked.ts'
import type { WebDependencies } from './web/app.ts'

/** The jobs of linking, telling, erasing and retention, by kind. */
export function keepingHandlers(deps: {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly platforms: ReadonlyMap<Platform, ChatPlatform>
  readonly linking: LinkMaking
  readonly agents: Agents
}): readonly (readonly [string, JobHandler])[] {
  return [
    [homeJobKind, createHomeHandler(deps)],
    [tellJobKind, createTellHandler(deps)],
    [whisperJobKind, createWhisperHandler(deps)],
    [eraseJobKind, createEraseHandler(deps)],
    [retentionJobKind, createRetentionHandler(deps)],
  ]
}

/** A page waits this long for a platform to tell a name, or who may read what. */
const namePatienceMs = 2_000
const audiencePatienceMs = 2_000

/** The pages of linking, publishing, exporting and erasing, and their cards on the profile. */
export function keepingPages(deps: {
  readonly store: Store
  readonly history: History
  readonly clock: Clock
  readonly log: Log
  readonly platforms: ReadonlyMap<Platform, ChatPlatform>
  readonly publicUrl: string
  readonly address: NonNullable<KeepingPages['address']>
  readonly accounts: Pick<Accounts, 'deleteAccount'>
  readonly proveIdentity?: NonNullable<KeepingPages['proveIdentity']>
  readonly audience: Audience
}): Required<Pick<WebDependencies, 'routes' | 'apis' | 'profileCards'>> {
  const { store, history, clock, publicUrl, address, proveIdentity, accounts } = deps
  const nowMs = () => clock.nowMs()
  const pages: KeepingPages = {
    store,
    history,
    secrets,
    nowMs,
    publicUrl,
    accounts,
    address,
    nameOf: identity => nameOf(deps, identity),
    ...(proveIdentity ? { proveIdentity } : {}),
    refresh: viewer => deps.audience.refresh(viewer, audiencePatienceMs),
  }
  return {
    routes: [keepingRoutes(pages)],
    apis: [keepingApi(pages)],
    profileCards: [c => linkedCard(c, pages), copyCard],
  }
}

/** A name is a courtesy: without it the platform's id stands in. It is kept for the next time. */
async function nameOf(
  { store, platforms, log }: Parameters<typeof keepingPages>[0],
  { platform, realm, userId }: Identity,
): Promise<string | undefined> {
  try {
    const place = { platform, workspaceId: realm, channelId: '' }
    const names = await platforms
      .get(platform)
      ?.lookUpNames(place, [userId], AbortSignal.timeout(namePatienceMs))
    const name = names?.get(userId)
    if (name !== undefined) await store.identities.meet({ platform, realm, userId, name })
    return name
  } catch (error) {
    log.warn({ platform, error }, 'a name could not be looked up')
    return undefined
  }
}
