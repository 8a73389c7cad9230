import type { OpenAPIHono } from '@hono/zod-openapi'
import { streamSSE } from 'hono/streaming'
import { type ErrorCode, ParleyError, toParleyError } from '../../core/errors.ts'
import { wordsIn } from '../../core/words.ts'
import type { SignedIn, WebEnv } from '../context.ts'
import { type Feed, type FeedDependencies, openFeed } from '../feed.ts'
import { type OutFrame, parseCursor } from '../frames.ts'
import type { Seats } from '../seats.ts'
import { type SessionWatchDependencies, watchSession } from '../session-watch.ts'
import { nothingThere } from '../standing.ts'
import { sentenceOf } from '../problem.ts'
import { createApi } from './api.ts'
import { signedIn } from './signed-in.ts'
import { followDialogue } from './dialogue-routes.ts'

export interface EventsDependencies extends FeedDependencies, SessionWatchDependencies {
  readonly seats: Seats
}

/** Proxies close what says nothing for a minute. */
const breatheEveryMs = 15_000

/** What one stream of events writes to. */
interface EventStream {
  writeSSE(event: { data: string; event: string; id?: string }): Promise<void>
  write(text: string): Promise<unknown>
  onAbort(listener: () => void): void
}

/**
 * `GET /api/v1/dialogues/:id/events`, the frames of `/ws` as server-sent events, of which
 * `Last-Event-ID` (or `after` in the query) resumes. Ends with an `error` event when the session or the right to read
 * does.
 */
export function createEventsApi(deps: EventsDependencies): OpenAPIHono<WebEnv> {
  const api = createApi()
  api.openAPIRegistry.registerPath(followDialogue)
  api.get('/api/v1/dialogues/:id/events', async c => {
    const who = signedIn(c)
    const dialogueId = c.req.param('id')
    // Refused before the stream begins, as every other request is.
    if (!(await deps.history.find(who.viewer, dialogueId))) throw nothingThere()
    const leave = deps.seats.take(who.member.id)
    const after = parseCursor(c.req.header('last-event-id') ?? c.req.query('after'))
    const request = {
      viewer: who.viewer,
      language: c.get('language'),
      dialogueId,
      html: false,
      ...(after === undefined ? {} : { after }),
    }
    c.header('X-Accel-Buffering', 'no')
    return streamSSE(c, stream => follow(deps, who, request, stream).finally(leave))
  })
  return api
}

async function follow(
  deps: EventsDependencies,
  who: SignedIn,
  request: Parameters<typeof openFeed>[1],
  stream: EventStream,
): Promise<void> {
  const over = new AbortController()
  stream.onAbort(() => over.abort())
  const send = (frame: OutFrame) =>
    stream.writeSSE({
      event: frame.type,
      data: JSON.stringify(frame),
      ...('cursor' in frame && frame.cursor !== undefined ? { id: frame.cursor } : {}),
    })
  const endWith = async (code: ErrorCode) => {
    const message = sentenceOf(wordsIn(request.language), new ParleyError(code, ''))
    await send({ type: 'error', code, message, dialogueId: request.dialogueId })
    over.abort()
  }
  let feed: Feed
  try {
    feed = await openFeed(deps, request, { send, gone: () => void endWith('not_found') })
  } catch (thrown) {
    return endWith(toParleyError(thrown).code)
  }
  const unwatch = watchSession(deps, who.sessionId, {
    ended: () => void endWith('unauthenticated'),
    goesOn: person => feed.recheck(person.viewer),
  })
  while (!over.signal.aborted) {
    await deps.clock.sleep(breatheEveryMs, over.signal)
    if (!over.signal.aborted) await stream.write(': \n\n')
  }
  unwatch()
  feed.close()
}
