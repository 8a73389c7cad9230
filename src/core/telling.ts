import { sentences } from './catalogue.ts'
import { toParleyError } from './errors.ts'
import type { Job, JobPayload, Jobs } from './job.ts'
import type { ChatPlatform } from './platform.ts'
import { sentenceOfQuotaNews } from './quota-sentences.ts'
import type { Stores } from './store.ts'
import type { Platform } from './thread.ts'
import type { JobHandler } from './worker.ts'

/** The kind of the job that tells a person something in a direct message on their platform. */
export const tellJobKind = 'tell'

/** What is told, by what it is about: the words are made when it is told, so that nothing personal waits in a queue. */
export type News =
  | { readonly news: 'linked' | 'unlinked'; readonly memberId: string }
  | { readonly news: 'glass'; readonly glassId: string }
  | QuotaNews

/** Of a limit: that it is mostly used, or how a request for more of it was decided. */
export type QuotaNews = {
  readonly news: 'quota' | 'quota_asked' | 'quota_granted' | 'quota_declined'
} & JobPayload

/** Enqueues this news for one Identity; a platform that cannot tell leaves it out. */
export function tellLater(jobs: Jobs, identityId: string, news: News): Promise<void> {
  return jobs.enqueue({
    kind: tellJobKind,
    lane: `tell:${identityId}`,
    payload: { identityId, ...news },
  })
}

export interface TellDependencies {
  readonly store: Stores
  readonly platforms: ReadonlyMap<Platform, ChatPlatform>
}

/** Told at least once where the person can be reached: a message whose outcome is unknown is sent again, a few times. */
export function createTellHandler(deps: TellDependencies): JobHandler {
  return { maxAttempts: 4, run: (job, signal) => tell(deps, job, signal) }
}

async function tell({ store, platforms }: TellDependencies, job: Job, signal: AbortSignal): Promise<void> {
  const identityId = String(job.payload['identityId'])
  const person = (await store.identities.get([identityId])).get(identityId)
  const platform = person && platforms.get(person.platform)
  const text = await wordsOf(store, job)
  if (!person || !platform?.tell || text === undefined) return
  try {
    await platform.tell(person, text, signal)
  } catch (thrown) {
    // Who takes no direct messages is told on the web alone.
    if (toParleyError(thrown).code !== 'platform_refused') throw thrown
  }
}

async function wordsOf(store: Stores, { payload }: Job): Promise<string | undefined> {
  if (String(payload['news']).startsWith('quota')) return sentenceOfQuotaNews(payload)
  if (payload['news'] === 'glass') {
    const glass = await store.breakGlasses.find(String(payload['glassId']))
    return glass && sentences.glassOpened(glass.title, glass.reason)
  }
  const member = await store.members.find(String(payload['memberId']))
  if (!member) return undefined
  return payload['news'] === 'linked'
    ? sentences.linked(member.nickname, member.username)
    : sentences.unlinked(member.nickname, member.username)
}
