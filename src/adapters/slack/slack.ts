import type { Clock } from '../../core/clock.ts'
import { ParleyError } from '../../core/errors.ts'
import type { Inbound } from '../../core/inbound.ts'
import type { Received } from '../../core/inbox.ts'
import type { Log } from '../../core/log.ts'
import type { ChatPlatform } from '../../core/platform.ts'
import type { Trail } from '../../core/trail.ts'
import { createSlackApi, type SlackApi } from './client.ts'
import { toSlackError } from './errors.ts'
import { readThread } from './history.ts'
import { publishHome, tell } from './home.ts'
import { type Installation, readInstallation } from './installation.ts'
import { createIntake } from './intake.ts'
import { toMrkdwn } from './markdown.ts'
import { createPaces } from './pace.ts'
import { createPeople } from './people.ts'
import { createReceiver } from './receiver.ts'
import { openRendering } from './render.ts'
import { createRespond, type Respond } from './respond.ts'
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
  /** Sockets that are kept open; 2 unless told, because Slack closes each now and then. */
  readonly sockets?: number
  /** How long a call to Slack may take before its outcome counts as unknown; 10 s unless told. */
  readonly callTimeoutMs?: number
}

export interface SlackStatus {
  readonly connected: boolean
  readonly everConnected: boolean
  readonly error?: string
}

export interface SlackAdapter {
  readonly chat: ChatPlatform
  /** Connects, and keeps trying with growing pauses. Resolves at once and never rejects. */
  start(): Promise<void>
  /** Answers `POST /slack/events`: events, commands and interactions alike. Never rejects. */
  handle(request: Request): Promise<Response>
  status(): SlackStatus
  /** Takes nothing more; resolves when what the sockets brought is stored and acknowledged, and they are closed. */
  stop(): Promise<void>
}

const firstPauseMs = 500
const longestPauseMs = 30_000

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
  let installation: Installation | undefined
  const arrival = Promise.withResolvers<Installation>()
  let failure: string | undefined

  const intake = createIntake({
    installation: () => installation,
    receive,
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

  async function connect(): Promise<void> {
    for (
      let pauseMs = firstPauseMs;
      !leaving.signal.aborted;
      pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    ) {
      try {
        installation = await readInstallation(slack)
        arrival.resolve(installation)
        failure = undefined
        log.info({ workspaceId: installation.teamId }, 'connected to Slack’s API')
        sockets?.start()
        return
      } catch (thrown) {
        const error = toSlackError('auth.test', thrown)
        failure = error.slackCode ?? error.message
        const told = { code: error.code, reason: failure, waitMs: pauseMs }
        if (error.code === 'platform_auth')
          log.error(told, 'Slack refused SLACK_BOT_TOKEN: copy the bot token anew')
        else log.warn(told, 'Slack cannot be reached')
        await clock.sleep(pauseMs, leaving.signal)
      }
    }
  }

  return {
    chat: createChat({
      slack,
      clock,
      log,
      trail,
      installation: arrival.promise,
      respond: createRespond({ apiUrl: options.apiUrl, log }),
    }),
    async start() {
      void connect()
    },
    handle: request => receiver.handle(request),
    status() {
      const error = failure ?? sockets?.error()
      return {
        connected: installation !== undefined && (sockets?.connected() ?? true),
        everConnected: installation !== undefined && (sockets?.everConnected() ?? true),
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

/** A Turn that is taken over right after a start waits this long for Slack's first word, and spends no attempt on it. */
const firstWordMs = 5_000

function createChat(deps: {
  readonly slack: SlackApi
  readonly clock: Clock
  readonly log: Log
  readonly trail: Trail
  /** Resolves once Slack has told who Parley is there. */
  readonly installation: Promise<Installation>
  readonly respond: Respond
}): ChatPlatform {
  const { slack } = deps
  const paces = createPaces(deps.clock)
  const people = createPeople(slack)
  let knowsStreams = true
  const streams = { known: () => knowsStreams, missing: () => void (knowsStreams = false) }
  const connected = async () => {
    const over = new AbortController()
    const installation = await Promise.race([deps.installation, deps.clock.sleep(firstWordMs, over.signal)])
    over.abort()
    if (installation) return installation
    throw new ParleyError('platform_unavailable', 'Slack is not connected yet.')
  }
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
      openRendering({ ...deps, installation: await connected(), paces, nameOf, streams }, target),
    readThread: async (dialogue, beforeRef, limit, signal) =>
      readThread({ slack, installation: await connected() }, dialogue, beforeRef, limit, signal),
    lookUpNames: async (_place, userIds, signal) => people.names(userIds, signal),
    mayModerate: async (person, place) => people.mayModerate(person, place),
    tell: async (person, markdown, signal) =>
      tell(
        { slack, installation: await connected(), paceOf: id => paces.of('chat.postMessage', id) },
        person,
        markdown,
        signal,
      ),
    showHome: async (person, home) => publishHome(slack, person, home),
  }
}

async function whisper(
  slack: SlackApi,
  log: Log,
  to: { readonly channelId: string; readonly userId: string; readonly threadId?: string },
  reply: string,
): Promise<void> {
  try {
    await slack.call('chat.postEphemeral', web =>
      web.chat.postEphemeral({
        channel: to.channelId,
        user: to.userId,
        text: toMrkdwn(reply),
        ...(to.threadId === undefined ? {} : { thread_ts: to.threadId }),
      }),
    )
  } catch (thrown) {
    log.warn({ error: thrown, method: 'chat.postEphemeral' }, 'a private reply could not be shown')
  }
}
