import type { Changed, ChangedHead, ChangedMessage } from '../core/changes.ts'
import type { History, ShownMessage } from '../core/history.ts'
import type { Language, Viewer } from '../core/member.ts'
import type { AnswerFrames } from './answer-frames.ts'
import type { DialogueFrame, MessageFrame, OutFrame } from './frames.ts'
import type { ThreadRef } from '../core/thread.ts'
import { wordsIn } from '../core/words.ts'
import { shownTitle } from './views/title.ts'

/** How our own pages show things; others get the text. */
export interface FrameRenderer {
  /** An answer's Markdown as its top-level blocks. */
  renderBlocks(text: string): readonly string[]
  /** A message as the whole article. */
  renderMessage(message: ShownMessage, viewer: Viewer, language: Language, thread: ThreadRef): string
}

/** A message as one Viewer sees it, and its article. */
export interface Article {
  readonly message: ShownMessage
  readonly html: string
}

export interface FrameRequest {
  readonly viewer: Viewer
  readonly language: Language
  readonly dialogueId: string
}

/** Messages, and Turns, told to one who knows nothing yet. */
export const firstLook = 50

/** What changed, as articles along the current branch, as this Viewer sees them. */
export async function articlesOf(
  history: History,
  render: FrameRenderer,
  { viewer, language, dialogueId, thread }: FrameRequest & { readonly thread: ThreadRef },
  { messages, turns }: Changed,
): Promise<ReadonlyMap<string, Article>> {
  const articles = new Map<string, Article>()
  const wanted = new Set([
    ...messages.map(({ message }) => message.id),
    ...turns.map(({ messageId }) => messageId),
  ])
  const take = (shown: readonly ShownMessage[]) => {
    for (const message of shown) {
      if (!wanted.has(message.id)) continue
      articles.set(message.id, { message, html: render.renderMessage(message, viewer, language, thread) })
    }
  }
  if (wanted.size === 0) return articles
  const newest = (await history.messages(viewer, dialogueId, { limit: firstLook })).messages
  take(newest)
  const oldest = newest[0]?.position ?? 0
  for (const { message } of messages) {
    if (message.position >= oldest || articles.has(message.id)) continue
    take((await history.messages(viewer, dialogueId, { before: message.position + 1, limit: 1 })).messages)
  }
  return articles
}

export interface RevisedFrame {
  readonly frame: Exclude<OutFrame, { type: 'error' }>
  readonly revision: number
  /** Once this one is known, all of its revision is. */
  readonly last: boolean
}

/** What changed, in its order. */
export function framesOf(
  request: FrameRequest,
  { head, messages, turns }: Changed,
  answers: AnswerFrames,
  articles: ReadonlyMap<string, Article> | undefined,
): readonly RevisedFrame[] {
  const frames: Omit<RevisedFrame, 'last'>[] = []
  if (head) frames.push({ revision: head.revision, frame: dialogueFrameOf(request, head) })
  for (const message of messages) {
    const html = articles?.get(message.message.id)?.html
    frames.push({ revision: message.revision, frame: messageFrameOf(request, message, html) })
  }
  for (const turn of turns) {
    const frame = answers.stored(turn)
    if (frame) frames.push({ revision: turn.revision, frame })
    const article = articles?.get(turn.messageId)
    // Its article tells how the Turn stands, even when the text is what it was.
    if (article && !messages.some(({ message }) => message.id === turn.messageId))
      frames.push({
        revision: turn.revision,
        frame: messageFrameOf(request, { ...turn, ...article }, article.html),
      })
  }
  const ordered = frames.toSorted((a, b) => a.revision - b.revision)
  return ordered.map((frame, at) => ({ ...frame, last: ordered[at + 1]?.revision !== frame.revision }))
}

function dialogueFrameOf({ dialogueId, language }: FrameRequest, head: ChangedHead): DialogueFrame {
  const { platform, agent, branchId = null } = head
  const title = shownTitle(wordsIn(language), head.title)
  const chosen = agent === undefined ? {} : { agent }
  return { type: 'dialogue', id: dialogueId, dialogueId, title, platform, branchId, ...chosen }
}

function messageFrameOf(
  { viewer, dialogueId }: FrameRequest,
  { message, branchId }: Pick<ChangedMessage, 'message' | 'branchId'>,
  html: string | undefined,
): MessageFrame {
  const { id, position, role, speaker, text, version, redacted, fromWeb, files, sentAtMs, ref } = message
  const own = `web:${viewer.memberId}:`
  return {
    type: 'message',
    id,
    messageId: id,
    dialogueId,
    position,
    role,
    ...(speaker
      ? {
          speaker: {
            name: speaker.name,
            ...(speaker.memberId === undefined ? {} : { memberId: speaker.memberId }),
          },
        }
      : {}),
    text,
    version,
    redacted,
    fromWeb,
    files: [...files],
    sentAt: new Date(sentAtMs).toISOString(),
    branchId: branchId ?? null,
    ...(role === 'user' && ref?.startsWith(own) ? { clientId: ref.slice(own.length) } : {}),
    ...(html === undefined ? {} : { html }),
  }
}
