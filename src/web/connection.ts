import type { ApiKeyScope } from '../core/api-key.ts'
import type { Changes } from '../core/changes.ts'
import { type ErrorCode, ParleyError, toParleyError } from '../core/errors.ts'
import type { Language } from '../core/member.ts'
import { wordsIn } from '../core/words.ts'
import { hasScope } from './api/scopes.ts'
import type { SignedIn } from './context.ts'
import { type Feed, type FeedDependencies, openFeed } from './feed.ts'
import { type ErrorFrame, type InFrame, inFrame, type OutFrame, parseCursor } from './frames.ts'
import { sentenceOf } from './problem.ts'
import type { Seats } from './seats.ts'
import { type SessionWatchDependencies, watchSession } from './session-watch.ts'
import type { Talk } from './talk.ts'
import { shownTitle } from './views/title.ts'

/** One open socket, as a connection uses it. */
export interface Wire {
  /** Resolves once it has left this process, or never will. */
  send(text: string): Promise<void>
  close(code: number, reason: string): void
}

export interface ConnectionDependencies extends FeedDependencies, SessionWatchDependencies {
  readonly talk: Talk
  readonly changes: Changes
  readonly seats: Seats
}

export interface Connection {
  receive(text: string): void
  /** The socket is closed. */
  over(): void
}

/** Sent when there is no session, or it ended; browsers see the code, and not always the reason. */
export const unauthenticatedCode = 4001
/** WebSocket's own code for what breaks the rules. */
const againstTheRules = 1008

/** Somebody without a cookie shows an access token in this time. */
const authWithinMs = 5_000
const mostSubscriptions = 50
/** What a person types, and a script should not exceed. */
const sendsPerMinute = 30
const framesPerMinute = 300
/** Frames taken in before those before them are done. */
const mostWaiting = 100

/** Any one of these lets an API key send such a frame. */
const scopesOf: Readonly<Record<Exclude<InFrame['type'], 'auth'>, readonly ApiKeyScope[]>> = {
  subscribe: ['read', 'chat'],
  unsubscribe: ['read', 'chat'],
  send: ['chat'],
  stop: ['chat'],
}

type Session = Pick<SignedIn, 'member' | 'viewer' | 'sessionId' | 'scopes'>

/** Speaks with one page or client over a socket. `session` comes of its cookie; without one it has to be shown. */
export function openConnection(
  deps: ConnectionDependencies,
  wire: Wire,
  { session, language }: { readonly session: Session | undefined; readonly language: Language },
): Connection {
  const feeds = new Map<string, Feed>()
  const closed = new AbortController()
  const takeSend = allowance(deps.clock, sendsPerMinute)
  const takeFrame = allowance(deps.clock, framesPerMinute)
  let who = session
  let undo: (() => void)[] = []
  let waiting = 0
  let work = Promise.resolve()

  const tell = (frame: OutFrame) =>
    closed.signal.aborted ? Promise.resolve() : wire.send(JSON.stringify(frame))

  function over(): void {
    closed.abort()
    for (const feed of feeds.values()) feed.close()
    feeds.clear()
    for (const undone of undo) undone()
    undo = []
  }

  function end(code: number, frame: ErrorFrame): void {
    if (closed.signal.aborted) return
    void tell(frame)
    over()
    wire.close(code, frame.code)
  }

  const say = (code: ErrorCode, about?: InFrame) => errorFrame(new ParleyError(code, ''), about, language)
  const signOff = () => end(unauthenticatedCode, say('unauthenticated'))

  function welcome(now: Session): void {
    try {
      undo.push(deps.seats.take(now.member.id))
    } catch (thrown) {
      return end(againstTheRules, errorFrame(toParleyError(thrown), undefined, language))
    }
    who = now
    const unwatch = watchSession(deps, now.sessionId, {
      ended: signOff,
      async goesOn(person) {
        who = { ...now, ...person }
        for (const feed of feeds.values()) await feed.recheck(person.viewer)
      },
    })
    undo.push(unwatch)
  }

  async function authenticate(accessToken: string): Promise<void> {
    const found = await deps.sessions.authenticate(accessToken)
    if (!found) return signOff()
    if (who && who.sessionId === found.sessionId) return
    for (const undone of undo.splice(0)) undone()
    welcome(found)
    for (const feed of feeds.values()) await feed.recheck(found.viewer)
  }

  async function subscribe(
    person: Session,
    dialogueId: string,
    { after, html = false }: { readonly after?: number | undefined; readonly html?: boolean | undefined },
  ): Promise<void> {
    feeds.get(dialogueId)?.close()
    feeds.delete(dialogueId)
    if (feeds.size >= mostSubscriptions)
      throw new ParleyError('rate_limited', 'This connection watches as many dialogues as it may.')
    const request = {
      viewer: person.viewer,
      language,
      dialogueId,
      html,
      ...(after === undefined ? {} : { after }),
    }
    const feed = await openFeed(deps, request, {
      send: tell,
      gone() {
        feeds.delete(dialogueId)
        void tell({ ...say('not_found'), dialogueId })
      },
    })
    if (closed.signal.aborted) feed.close()
    else feeds.set(dialogueId, feed)
  }

  /** Who says something wants to see what comes of it: they watch that Dialogue from then on. */
  async function send(person: Session, { text, clientId, agent, dialogueId }: InFrame & { type: 'send' }) {
    if (!takeSend()) throw new ParleyError('rate_limited', 'That was much at once. Go on in a minute.')
    if (dialogueId === undefined) {
      const opening = { text, clientId, ...(agent === undefined ? {} : { agent }) }
      const started = await deps.talk.start(person, opening)
      const { dialogueId: id } = started
      const title = shownTitle(wordsIn(language), started.title)
      await tell({ type: 'dialogue', id, dialogueId: id, title, platform: 'web', branchId: null, clientId })
      return subscribe(person, id, {})
    }
    const known = feeds.has(dialogueId) ? undefined : await deps.changes.revision(dialogueId)
    await deps.talk.send(person, dialogueId, { text, clientId })
    if (known !== undefined) await subscribe(person, dialogueId, { after: known })
  }

  async function handle(frame: InFrame): Promise<void> {
    if (frame.type === 'auth') return authenticate(frame.accessToken)
    if (!who) return signOff()
    const wanted = scopesOf[frame.type]
    if (!hasScope(who, wanted)) throw new ParleyError('forbidden', `This takes one of: ${wanted.join(', ')}.`)
    switch (frame.type) {
      case 'subscribe':
        return subscribe(who, frame.dialogueId, { after: parseCursor(frame.after), html: frame.html })
      case 'unsubscribe':
        feeds.get(frame.dialogueId)?.close()
        feeds.delete(frame.dialogueId)
        return
      case 'send':
        return send(who, frame)
      case 'stop':
        await deps.talk.stop(who, frame.turnId)
    }
  }

  async function take(text: string): Promise<void> {
    if (closed.signal.aborted) return
    const frame = parse(text)
    if (!frame) {
      if (!who) return signOff()
      return tell(say('invalid'))
    }
    try {
      await handle(frame)
    } catch (thrown) {
      const error = toParleyError(thrown)
      if (error.code === 'internal' || error.code === 'database_unavailable')
        deps.log.error({ component: 'web', code: error.code, error }, 'a frame could not be handled')
      await tell(errorFrame(error, frame, language))
    }
  }

  if (session) welcome(session)
  else {
    void deps.clock.sleep(authWithinMs, closed.signal).then(() => {
      if (!who) signOff()
    })
  }
  return {
    receive(text) {
      if (closed.signal.aborted) return
      if (waiting >= mostWaiting || !takeFrame()) {
        return end(againstTheRules, say('rate_limited'))
      }
      waiting += 1
      work = work.then(() => take(text)).finally(() => (waiting -= 1))
    },
    over,
  }
}

function parse(text: string): InFrame | undefined {
  try {
    return inFrame.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** A bucket that fills evenly: that many at once, and that many a minute. */
function allowance(clock: { nowMs(): number }, perMinute: number): () => boolean {
  let left = perMinute
  let atMs = clock.nowMs()
  return () => {
    const nowMs = clock.nowMs()
    left = Math.min(perMinute, left + ((nowMs - atMs) * perMinute) / 60_000)
    atMs = nowMs
    if (left < 1) return false
    left -= 1
    return true
  }
}

function errorFrame(error: ParleyError, about: InFrame | undefined, language: Language): ErrorFrame {
  const { code, resetsAtMs } = error
  return {
    type: 'error',
    code,
    message: sentenceOf(wordsIn(language), error),
    ...(about && 'dialogueId' in about && about.dialogueId !== undefined
      ? { dialogueId: about.dialogueId }
      : {}),
    ...(about && 'clientId' in about ? { clientId: about.clientId } : {}),
    ...(about && 'turnId' in about ? { turnId: about.turnId } : {}),
    ...(resetsAtMs === undefined ? {} : { resetsAt: new Date(resetsAtMs).toISOString() }),
  }
}
