import { refusalSentence, sentences } from './catalogue.ts'
import type { RefusedReason } from './decision.ts'
import { toParleyError } from './errors.ts'
import type { Identity } from './identity.ts'
import type { Job, Jobs } from './job.ts'
import { issueLink, type LinkMaking } from './linking.ts'
import type { Clock } from './clock.ts'
import type { ChatPlatform } from './platform.ts'
import type { Store } from './store.ts'
import { type Platform, platformOf, type ThreadRef } from './thread.ts'
import type { JobHandler } from './worker.ts'

/** The kind of the job that says a sentence to one person where they are, and to nobody else. */
export const whisperJobKind = 'whisper'

/** Whom to tell, and where they are. */
export interface WhisperTo {
  readonly identityId: string
  readonly thread: ThreadRef
  /** Their own direct messages: nobody else reads along. */
  readonly direct: boolean
  /** False where the thread is yet to be opened. */
  readonly inThread: boolean
}

/** What is said, by what it is about: links are made when it is said, because a queue must not hold what opens something. */
export type Whisper =
  | { readonly word: 'refused'; readonly reason: RefusedReason; readonly found?: string | undefined }
  | { readonly word: 'quiet' | 'speaking' }

export function whisperLater(
  jobs: Jobs,
  { identityId, thread, direct, inThread }: WhisperTo,
  whisper: Whisper,
): Promise<void> {
  const refused = whisper.word === 'refused' ? { reason: whisper.reason, found: whisper.found ?? null } : {}
  return jobs.enqueue({
    kind: whisperJobKind,
    lane: `whisper:${identityId}`,
    payload: { identityId, ...thread, direct, inThread, word: whisper.word, ...refused },
  })
}

export interface WhisperDependencies {
  readonly store: Store
  readonly clock: Clock
  readonly linking: LinkMaking
  readonly platforms: ReadonlyMap<Platform, ChatPlatform>
}

/** Among the thread's people where the platform can show it to one alone; else in a direct message; else not at all. */
export function createWhisperHandler(deps: WhisperDependencies): JobHandler {
  return { maxAttempts: 3, run: (job, signal) => whisper(deps, job, signal) }
}

async function whisper(deps: WhisperDependencies, job: Job, signal: AbortSignal): Promise<void> {
  const { payload } = job
  const thread = threadOf(job)
  const identityId = String(payload['identityId'])
  const person = (await deps.store.identities.get([identityId])).get(identityId)
  const platform = deps.platforms.get(thread.platform)
  if (!person || !platform) return
  const text = await wordsOf(deps, job, person)
  try {
    if (payload['direct'] !== true && platform.whisper)
      await platform.whisper(person, { thread, inThread: payload['inThread'] === true }, text, signal)
    else await platform.tell?.(person, text, signal)
  } catch (thrown) {
    // Who cannot be told alone is not told in front of others.
    if (toParleyError(thrown).code !== 'platform_refused') throw thrown
  }
}

async function wordsOf(deps: WhisperDependencies, { payload }: Job, person: Identity): Promise<string> {
  if (payload['word'] === 'quiet') return sentences.quietNow
  if (payload['word'] === 'speaking') return sentences.speakingNow
  const { found } = payload
  return refusalWords(deps.store, deps.linking, person, deps.clock.nowMs(), {
    reason: String(payload['reason']),
    ...(typeof found === 'string' ? { found } : {}),
  })
}

/** Why somebody is refused and what to do about it, with their link where one helps. */
export async function refusalWords(
  stores: Parameters<typeof issueLink>[0],
  linking: LinkMaking,
  person: Identity,
  nowMs: number,
  { reason, found }: { readonly reason: string; readonly found?: string },
): Promise<string> {
  const link = reason === 'link_needed' ? await issueLink(stores, linking, person, nowMs) : undefined
  return refusalSentence(reason, { found, link })
}

function threadOf({ payload }: Job): ThreadRef {
  const [workspaceId, channelId, threadId] = ['workspaceId', 'channelId', 'threadId'].map(name =>
    String(payload[name]),
  )
  return {
    platform: platformOf(payload['platform']),
    workspaceId: workspaceId ?? '',
    channelId: channelId ?? '',
    threadId: threadId ?? '',
  }
}
