import { sentences } from './catalogue.ts'
import { ParleyError } from './errors.ts'
import type { Job, JobPayload } from './job.ts'
import type { ChatPlatform } from './platform.ts'
import type { Store } from './store.ts'
import type { Platform } from './thread.ts'
import type { JobHandler } from './worker.ts'

/** The kind of the job that tells a person something in a direct message on their platform. */
export const tellJobKind = 'tell'

/** What is told, by what it is about: the words are made when it is told, so that nothing personal waits in a queue. */
export type News =
  | { readonly news: 'linked'; readonly memberId: string }
  | { readonly news: 'unlinked'; readonly memberId: string }
  | { readonly news: 'glass'; readonly glassId: string }

/** The job that brings this to one Identity; a platform that cannot tell leaves it out. */
export function tellJob(identityId: string, news: News) {
  const payload: JobPayload = { identityId, ...news }
  return { kind: tellJobKind, lane: `tell:${identityId}`, payload }
}

export interface TellDependencies {
  readonly store: Store
  readonly platforms: ReadonlyMap<Platform, ChatPlatform>
}

/** Told at least once, and at most a few times: a message whose outcome is unknown is sent again. */
export function createTellHandler(deps: TellDependencies): JobHandler {
  return { maxAttempts: 4, run: (job, signal) => tell(deps, job, signal) }
}

async function tell({ store, platforms }: TellDependencies, job: Job, signal: AbortSignal): Promise<void> {
  const identityId = String(job.payload['identityId'])
  const person = (await store.identities.get([identityId])).get(identityId)
  const platform = person && platforms.get(person.platform)
  const text = await wordsOf(store, job.payload)
  if (!person || !platform?.tell || text === undefined) return
  try {
    await platform.tell(person, text, signal)
  } catch (thrown) {
    // Someone who takes no direct messages cannot be told there; the web tells them.
    if (thrown instanceof ParleyError && thrown.code === 'platform_refused') return
    throw thrown
  }
}

async function wordsOf(store: Store, payload: JobPayload): Promise<string | undefined> {
  switch (payload['news']) {
    case 'linked':
    case 'unlinked': {
      const member = await store.linkCodes.memberNamed(String(payload['memberId']))
      if (!member) return undefined
      return payload['news'] === 'linked' ? sentences.linked(member) : sentences.unlinked(member)
    }
    case 'glass': {
      const glass = await store.breakGlasses.find(String(payload['glassId']))
      return glass && sentences.glassOpened(glass.openedBy, glass.title, glass.reason, glass.untilMs)
    }
    default:
      return undefined
  }
}
