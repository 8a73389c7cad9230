import { sentences } from '../../core/catalogue.ts'
import type { Dialogue } from '../../core/dialogue.ts'
import type { Log } from '../../core/log.ts'
import type { Part } from '../../core/part.ts'
import type { RenderingTarget } from '../../core/platform.ts'
import type { ThreadRef } from '../../core/thread.ts'
import type { Trail } from '../../core/trail.ts'
import { splitMarkdown } from '../../markdown/split.ts'
import type { SlackApi } from './client.ts'
import { SlackCallError } from './errors.ts'
import type { Installation } from './installation.ts'
import { maxPieceLength } from './limits.ts'
import { toMrkdwn, toSlackMarkdown } from './markdown.ts'
import { findPosted } from './outcomes.ts'
import type { Paces } from './pace.ts'
import { isCommandThread } from './parse-action.ts'
import { metadataOf, noPreviews, requireTs } from './part-calls.ts'
import type { Respond } from './respond.ts'

export interface AnchorDependencies {
  readonly slack: SlackApi
  readonly paces: Paces
  readonly log: Log
  readonly trail: Trail
  readonly installation: Installation
  readonly nameOf: (userId: string) => Promise<string | undefined>
  readonly respond: Respond
}

/** The anchor is the Part before the first. */
const anchorOrdinal = -1

/**
 * The thread this answer belongs in. A question asked by command has none yet: the message that opens it is posted
 * once, whatever happens between posting and keeping it.
 */
export async function threadToAnswerIn(
  deps: AnchorDependencies,
  target: RenderingTarget,
): Promise<ThreadRef> {
  const { thread, delivery } = target.dialogue
  if (!isCommandThread(thread.threadId)) return thread
  // The question stands in the Dialogue: a second copy would outlive its deletion.
  const kept = { ...delivery, question: null, respondTo: null }
  try {
    const found: ThreadRef = { ...thread, threadId: await anchorTs(deps, target) }
    await target.moveTo(found)
    await target.saveDelivery(kept)
    return found
  } catch (thrown) {
    const { respondTo } = delivery
    if (
      thrown instanceof SlackCallError &&
      thrown.code === 'platform_refused' &&
      typeof respondTo === 'string'
    ) {
      await deps.respond(respondTo, sentences.notInvited)
      await target.saveDelivery(kept)
    }
    throw thrown
  }
}

async function anchorTs(deps: AnchorDependencies, target: RenderingTarget): Promise<string> {
  const { parts, dialogue } = target
  const known = (await parts.list()).find(part => part.ordinal === anchorOrdinal && part.state !== 'removed')
  if (known?.ref !== undefined) return known.ref
  if (known) {
    const ref = await findPosted({ ...deps, channelId: dialogue.thread.channelId }, known, {
      recorded: new Set(),
      others: refs => parts.others(refs),
    })
    if (ref !== undefined) {
      await parts.posted(known.id, ref)
      return ref
    }
    await parts.removed(known.id)
  }
  return post(deps, target, await parts.plan(anchorOrdinal))
}

async function post(deps: AnchorDependencies, target: RenderingTarget, part: Part): Promise<string> {
  const { thread } = target.dialogue
  const mark = (step: 'part.planned' | 'part.posted') =>
    deps.trail({ step, thread, turnId: target.turnId, detail: 'the thread’s first message' })
  mark('part.planned')
  const text = await anchorText(deps, target)
  await deps.paces.of('chat.postMessage', thread.channelId).take({ urgent: true })
  try {
    const answer = await deps.slack.call('chat.postMessage', web =>
      web.chat.postMessage({
        channel: thread.channelId,
        text: toMrkdwn(target.dialogue.title),
        blocks: [{ type: 'markdown', text }],
        metadata: metadataOf(part),
        ...noPreviews,
      }),
    )
    const ts = requireTs('chat.postMessage', answer.ts)
    mark('part.posted')
    await target.parts.posted(part.id, ts)
    return ts
  } catch (thrown) {
    if (thrown instanceof SlackCallError && thrown.outcome !== 'unknown') await target.parts.removed(part.id)
    throw thrown
  }
}

async function anchorText(deps: AnchorDependencies, { asker, dialogue }: RenderingTarget): Promise<string> {
  const name = asker.name ?? (await deps.nameOf(asker.userId)) ?? `<@${asker.userId}>`
  const [first = ''] = splitMarkdown(toSlackMarkdown(sentences.asked(name, questionOf(dialogue))), {
    limit: maxPieceLength,
  })
  return first
}

function questionOf({ delivery, title }: Dialogue): string {
  const { question } = delivery
  return typeof question === 'string' ? question : title
}
