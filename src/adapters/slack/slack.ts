import type { AudienceChange, AudienceSource } from '../../core/audience.ts'
import type { Clock } from '../../core/clock.ts'
import type { Inbound } from '../../core/inbound.ts'
import type { Received } from '../../core/inbox.ts'
import type { Log } from '../../core/log.ts'
import type { ChatPlatform } from '../../core/platform.ts'
import type { ThreadRef } from '../../core/thread.ts'
import type { Trail } from '../../core/trail.ts'
import { createArrival } from './arrival.ts'
import { createSlackAudience } from './audience.ts'
import { createSlackApi, type SlackApi } from './client.ts'
import { readThread } from './history.ts'
import { publishHome, tell } from './home.ts'
import type { Installation } from './installation.ts'
import { createIntake } from './intake.ts'
import { usualLatenessMs } from './limits.ts'
import { toMrkdwn } from './markdown.ts'
import { messageUrl } from './message-url.ts'
import { createPaces, type Paces } from './pace.ts'
import { isCommandThread } from './parse-action.ts'
import { createPeople } from './people.ts'
import { createReceiver } from './receiver.ts'
import { relay } from './relay.ts'
import { openRendering } from './render.ts'
import { createRespond, type Respond } from './respond.ts'
import { createRoles } from './roles.ts'
import { createSockets } from './sockets.ts'

export interface SlackOptions {
  readonly botToken: string
  /** With it, events come over Socket Mode. */
  readonly appToken?: string
  /** With it, events come to `handle` too. */
  readonly signingSecret?: string
  readonly apiUrl: string
  readonly clock: Clock
  readonly log: Log
  readonly trail: Trail
  /** Stores durably; once it resolves Slack is told so. */
  readonly receive: (inbound: Inbound) => Promise<Received>
  /** Told of who came, left or changed; once it resolves Slack is told so. */
  readonly audienceChanged?: (change: AudienceChange) => Promise<void>
  /** Sockets that are kept open; 2 unless told, because Slack closes each now and then. */
  readonly sockets?: number
  /** How long a call to Slack may take before its outcome counts as unknown; 10 s unless told. */
  readonly callTimeoutMs?: number
  /** How long after it was made a call may still be carried out, whoever waits for it; 12 s unless told. */
  readonly carriedOutWithinMs?: number
}

export interface SlackStatus {
  readonly connected: boolean
  readonly everConnected: boolean
  readonly error?: string
}

export interface SlackAdapter {
  readonly chat: ChatPlatform
  readonly audience: AudienceSource
  /** Connects, and keeps trying with growing pauses. Resolves at once and never rejects. */
  start(): Promise<void>
  /** Answers `POST /slack/events`: events, commands and interactions alike. Never rejects. */
  handle(request: Request): Promise<Response>
  status(): SlackStatus
  /** Takes nothing more; resolves when what the sockets brought is stored and acknowledged, and they are closed. */
  stop(): Promise<void>
}

/** Slack, for one workspace. */
export function createSlackAdapter(options: SlackOptions): SlackAdapter {
  const { clock, trail, receive } = options
  const log = options.log.with({ platform: 'slack' })
  const slack = createSlackApi({
    token: options.botToken,
    apiUrl: options.apiUrl,
    log,
    ...(options.callTimeoutMs === undefined ? {} : { timeoutMs: options.callTimeoutMs }),
  })
  const leaving = new AbortController()
  const arrival = createArrival({ slack, clock, log, leaving: leaving.signal })
  const intake = createIntake({
    installation: () => arrival.known(),
    receive,
    audienceChanged: options.audienceChanged ?? (() => Promise.resolve()),
    clock,
    trail,
    whisper: (to, reply) => whisper(slack, log, to, reply),
  })
  const receiver = createReceiver({
    intake,
    signingSecret: options.signingSecret,
    accepting: () => !leaving.signal.aborted,
    clock,
    log,
  })
  const { appToken } = options
  const sockets =
    appToken === undefined
      ? undefined
      : createSockets({ appToken, apiUrl: options.apiUrl, count: options.sockets ?? 2, intake, clock, log })

  const paces = createPaces(clock)
  const { carriedOutWithinMs = usualLatenessMs } = options
  return {
    audience: createSlackAudience({ slack, paces, clock, installation: () => arrival.told() }),
    chat: createChat({
      slack,
      clock,
      log,
      trail,
      paces,
      installation: () => arrival.known(),
      connected: () => arrival.told(),
      respond: createRespond({ apiUrl: options.apiUrl, log }),
      carriedOutWithinMs,
    }),
    async start() {
      void arrival.seek().then(arrived => arrived && sockets?.start())
    },
    handle: request => receiver.handle(request),
    status() {
      const error = arrival.failure() ?? sockets?.error()
      const hasArrived = arrival.known() !== undefined
      return {
        connected: hasArrived && (sockets?.connected() ?? true),
        everConnected: hasArrived && (sockets?.everConnected() ?? true),
        ...(error === undefined ? {} : { error }),
      }
    },
    async stop() {
      leaving.abort()
      // Over HTTP the server itself waits for the answers that it still owes.
      await sockets?.stop()
    },
  }
}

function createChat(deps: {
  readonly slack: SlackApi
  readonly clock: Clock
  readonly log: Log
  readonly trail: Trail
  readonly paces: Paces
  readonly installation: () => Installation | undefined
  /** Resolves with who Parley is there; rejects while Slack does not tell. */
  readonly connected: () => Promise<Installation>
  readonly respond: Respond
  readonly carriedOutWithinMs: number
}): ChatPlatform {
  const { slack, connected } = deps
  const people = createPeople(slack)
  const rolesOf = createRoles({ slack, nowMs: () => deps.clock.nowMs(), installation: connected })
  let knowsStreams = true
  const streams = { known: () => knowsStreams, missing: () => void (knowsStreams = false) }
  /** A name is a courtesy: without it the person's id stands in. */
  const nameOf = async (userId: string) => {
    const names = await people.names([userId], AbortSignal.timeout(3_000)).catch((thrown: unknown) => {
      deps.log.debug({ error: thrown }, 'a name could not be looked up')
      return new Map<string, string>()
    })
    return names.get(userId)
  }
  return {
    platform: 'slack',
    open: async target =>
      openRendering({ ...deps, installation: await connected(), nameOf, streams }, target),
    relay: async target => relay({ ...deps, installation: await connected(), nameOf, streams }, target),
    readThread: async (dialogue, beforeRef, limit, signal) =>
      readThread({ slack, installation: await connected() }, dialogue, beforeRef, limit, signal),
    lookUpNames: async (_place, userIds, signal) => people.names(userIds, signal),
    mayModerate: async (person, place) => people.mayModerate(person, place),
    administers: async (person, teamId) => people.administers(person, teamId),
    messageUrl: (thread, ref) => messageUrl(deps.installation(), thread, ref),
    tell: async (person, markdown, signal) =>
      tell(
        { slack, installation: await connected(), paceOf: id => deps.paces.of('chat.postMessage', id) },
        person,
        markdown,
        signal,
      ),
    rolesOf: (person, _place, signal) => rolesOf(person, signal),
    whisper: (person, { thread, inThread }, markdown) =>
      postEphemeral(slack, whisperTo(person.userId, thread, inThread), markdown),
    showHome: async (person, home) => publishHome(slack, person, home),
  }
}

interface WhisperTo {
  readonly channelId: string
  readonly userId: string
  readonly threadId?: string
}

/** A thread that is not opened yet has nothing to show it in. */
function whisperTo(userId: string, { channelId, threadId }: ThreadRef, inThread: boolean): WhisperTo {
  const opened = inThread && threadId !== channelId && !isCommandThread(threadId)
  return { channelId, userId, ...(opened ? { threadId } : {}) }
}

async function whisper(slack: SlackApi, log: Log, to: WhisperTo, reply: string): Promise<void> {
  try {
    await postEphemeral(slack, to, reply)
  } catch (thrown) {
    log.warn({ error: thrown, method: 'chat.postEphemeral' }, 'a private reply could not be shown')
  }
}

async function postEphemeral(slack: SlackApi, to: WhisperTo, markdown: string): Promise<void> {
  await slack.call('chat.postEphemeral', web =>
    web.chat.postEphemeral({
      channel: to.channelId,
      user: to.userId,
      text: toMrkdwn(markdown),
      ...(to.threadId === undefined ? {} : { thread_ts: to.threadId }),
    }),
  )
}
