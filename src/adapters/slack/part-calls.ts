import { sentences } from '../../core/catalogue.ts'
import type { ChatPostMessageArguments, ChatUpdateArguments } from '@slack/web-api'
import type { Part } from '../../core/part.ts'
import type { ThreadRef } from '../../core/thread.ts'
import type { SlackApi } from './client.ts'
import { SlackCallError } from './errors.ts'
import type { Piece } from './layout.ts'
import { toMrkdwn } from './markdown.ts'
import { stopActionId } from './parse-action.ts'

/** Where an answer is posted, and to whom a stream of it is addressed. */
export interface AnswerPlace {
  readonly channelId: string
  /** Absent where the channel itself is answered. */
  readonly threadTs?: string
  /** Needed outside direct messages. */
  readonly recipient?: { readonly userId: string; readonly teamId: string }
}

export type SessionStatus = 'active' | 'processing'

/** A Dialogue whose thread is named as its channel is answered in the channel itself. */
export function threadTsOf({ channelId, threadId }: ThreadRef): { readonly threadTs?: string } {
  return threadId === channelId ? {} : { threadTs: threadId }
}

/** The calls that make Parts visible. Each is tried once; what to do after a failure is the caller's to decide. */
export interface PartCalls {
  /** Gives the message's ts. */
  start(text: string): Promise<string>
  append(ref: string, text: string): Promise<void>
  /** `part` names it as a Part for later lookups. */
  stop(
    ref: string,
    ending: { readonly part?: Part; readonly rest: string; readonly session: SessionStatus },
  ): Promise<void>
  /** Gives the message's ts. */
  post(part: Part, piece: Piece): Promise<string>
  update(part: Part, ref: string, piece: Piece): Promise<void>
  remove(ref: string): Promise<void>
}

/** chat.update takes at most 4,000 characters of fallback text. */
const maxFallbackLength = 3_000

/** The type of the metadata that names a message's Part. */
export const partEvent = 'parley_part'

export function createPartCalls(slack: SlackApi, place: AnswerPlace, turnId: string): PartCalls {
  const { channelId: channel, threadTs, recipient } = place
  const inThread = threadTs === undefined ? {} : { thread_ts: threadTs }
  return {
    async start(text) {
      if (threadTs === undefined) throw new Error('Slack streams in threads alone.')
      const answer = await slack.call('chat.startStream', web =>
        web.chat.startStream({
          channel,
          thread_ts: threadTs,
          markdown_text: text,
          ...(recipient ? { recipient_user_id: recipient.userId, recipient_team_id: recipient.teamId } : {}),
        }),
      )
      return requireTs('chat.startStream', answer.ts)
    },
    async append(ts, text) {
      await slack.call('chat.appendStream', web =>
        web.chat.appendStream({ channel, ts, markdown_text: text }),
      )
    },
    async stop(ts, { part, rest, session }) {
      await slack.call('chat.stopStream', web =>
        web.chat.stopStream({
          channel,
          ts,
          ...(rest === '' ? {} : { markdown_text: rest }),
          ...(part ? { metadata: metadataOf(part) } : {}),
          session_status: session,
        }),
      )
    },
    async post(part, piece) {
      const message: ChatPostMessageArguments = {
        channel,
        ...inThread,
        ...toMessage(piece, turnId),
        metadata: metadataOf(part),
        ...noPreviews,
      }
      const answer = await slack.call('chat.postMessage', web => web.chat.postMessage(message))
      return requireTs('chat.postMessage', answer.ts)
    },
    async update(part, ts, piece) {
      const message: ChatUpdateArguments = {
        channel,
        ts,
        ...toMessage(piece, turnId),
        metadata: metadataOf(part),
      }
      await slack.call('chat.update', web => web.chat.update(message))
    },
    async remove(ts) {
      await slack.call('chat.delete', web => web.chat.delete({ channel, ts }))
    },
  }
}

/** A link's preview is fetched by Slack without a click, and its address can carry words away. */
export const noPreviews = { unfurl_links: false, unfurl_media: false } as const

export function metadataOf(part: Part): { event_type: string; event_payload: { key: string } } {
  return { event_type: partEvent, event_payload: { key: part.key } }
}

/** A success without a ts would be a message nobody can find again. */
export function requireTs(method: string, ts: string | undefined): string {
  if (ts !== undefined) return ts
  throw new SlackCallError(method, {
    code: 'platform_unavailable',
    message: 'Slack’s answer could not be read.',
    outcome: 'unknown',
    detail: 'no ts',
  })
}

function toMessage({ text, stoppable }: Piece, turnId: string) {
  const button = {
    type: 'actions' as const,
    elements: [
      {
        type: 'button' as const,
        action_id: stopActionId,
        text: { type: 'plain_text' as const, text: sentences.stopButton },
        value: turnId,
      },
    ],
  }
  return {
    text: toMrkdwn(text).slice(0, maxFallbackLength),
    blocks: [{ type: 'markdown' as const, text }, ...(stoppable ? [button] : [])],
  }
}
