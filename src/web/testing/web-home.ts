import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { createHistory } from '../../adapters/postgres/history.ts'
import type { Database } from '../../adapters/postgres/database.ts'
import { secrets } from '../../adapters/jose/secrets.ts'
import { createLive } from '../../adapters/postgres/live.ts'
import { createStore } from '../../adapters/postgres/store.ts'
import { systemClock } from '../../clock.ts'
import { builtInAgent } from '../../core/agent.ts'
import { oneAgent } from '../../core/own-instructions.ts'
import { keyIdOf } from '../../core/api-key.ts'
import { ParleyError } from '../../core/errors.ts'
import { createInbox } from '../../core/inbox.ts'
import { createKeyring, type Keyring } from '../../core/keyring.ts'
import type { Member } from '../../core/member.ts'
import { createTurnHandler, turnJobKind } from '../../core/run-turn.ts'
import { runStopJob, stopJobKind } from '../../core/stopping.ts'
import { createScriptedModel, type ScriptedModel } from '../../core/testing/scripted-model.ts'
import { linkMaking } from '../../core/testing/link-making.ts'
import { silentLog } from '../../core/testing/silent-log.ts'
import { createTitleHandler, titleJobKind } from '../../core/title.ts'
import { createWorker } from '../../core/worker.ts'
import { wordsIn } from '../../core/words.ts'
import { listen } from '../../listen.ts'
import { createDialoguesApi } from '../api/dialogues.ts'
import { createEventsApi } from '../api/events.ts'
import type { FrameRenderer } from '../change-frames.ts'
import { createProxies } from '../client-address.ts'
import { createCompany } from '../company.ts'
import type { WebEnv } from '../context.ts'
import { createWebPlatform } from '../platform.ts'
import { problemOf } from '../problem.ts'
import { createSeats } from '../seats.ts'
import type { OpenSessions } from '../session-watch.ts'
import { createSocket } from '../socket.ts'
import { createTalk, type Talk } from '../talk.ts'
import type { Person } from '../standing.ts'

/** The web of one process: its API, events and socket, and a worker that answers. */
export interface WebHome {
  readonly app: Hono<WebEnv>
  readonly keyring: Keyring
  readonly talk: Talk
  readonly model: ScriptedModel
  /** A request of somebody, by the access token that is their session's id. */
  request(token: string | undefined, method: string, path: string, body?: unknown): Promise<Response>
  /** Serves it; gives the address of its socket. */
  serve(): Promise<{ readonly http: string; readonly ws: string }>
  close(): Promise<void>
}

export interface WebHomeOptions {
  /** False for a process that only serves pages. */
  readonly works?: boolean
  readonly model?: ScriptedModel
  readonly render?: FrameRenderer
  /** The model betters titles too, as a real one does: it is asked once more after the first answer. */
  readonly titles?: boolean
  readonly checkQuota?: (person: Person) => Promise<void>
}

export function openWebHome(database: Database, options: WebHomeOptions = {}): WebHome {
  const store = createStore(database)
  const model = options.model ?? createScriptedModel()
  const nowMs = () => systemClock.nowMs()
  const live = createLive({ database, clock: systemClock, log: silentLog })
  const history = createHistory(database, { nowMs })
  const inbox = createInbox({
    store,
    clock: systemClock,
    log: silentLog,
    trail: () => {},
    linking: linkMaking,
  })
  const agent = builtInAgent('scripted')
  const { checkQuota } = options
  const talk = createTalk({
    store,
    inbox,
    history,
    nowMs,
    newId: randomUUID,
    agents: oneAgent(store, agent),
    ...(checkQuota ? { checkQuota } : {}),
  })
  const keyring = createKeyring({
    store,
    clock: systemClock,
    secrets,
    newId: randomUUID,
    signals: database.signals,
  })
  const sessions = sessionsOf(store, keyring)
  const common = {
    store,
    history,
    changes: store.changes,
    talk,
    live,
    clock: systemClock,
    log: silentLog,
    nowMs,
    sessions,
    signals: database.signals,
    seats: createSeats(),
    company: createCompany({ store, history, nowMs }),
    origins: {
      publicUrl: 'https://parley.example',
      allowedOrigins: ['https://front.example'],
      proxies: createProxies([]),
    },
    ...(options.render ? { render: options.render } : {}),
  }
  const platforms = new Map([['web' as const, createWebPlatform(store)]])
  const worker = createWorker({
    jobs: store.jobs,
    signals: database.signals,
    clock: systemClock,
    log: silentLog,
    random: Math.random,
    handlers: new Map([
      [
        turnJobKind,
        createTurnHandler({
          store,
          signals: database.signals,
          clock: systemClock,
          log: silentLog,
          trail: () => {},
          model,
          agents: oneAgent(store, agent),
          platforms,
          newId: randomUUID,
          live,
        }),
      ],
      [
        titleJobKind,
        createTitleHandler({
          store,
          model: {
            name: model.name,
            practice: options.titles !== true,
            stream: (request, signal) => model.stream(request, signal),
          },
          agents: oneAgent(store, agent),
          clock: systemClock,
          log: silentLog,
          newId: randomUUID,
        }),
      ],
      [stopJobKind, { maxAttempts: 3, run: (job, signal) => runStopJob({ store, platforms }, job, signal) }],
    ]),
    concurrency: 10,
    leaseMs: 1_500,
    pollMs: 500,
  })
  if (options.works !== false) worker.start()
  const app = new Hono<WebEnv>()
  app.use(async (c, next) => {
    c.set('language', 'en')
    c.set('words', wordsIn('en'))
    const token = /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '')?.[1]
    const found = token === undefined ? undefined : await sessions.authenticate(token)
    c.set('signedIn', found && { ...found, via: 'bearer' })
    await next()
  })
  app.route('/', createSocket(common))
  app.route('/', createDialoguesApi(common))
  app.route('/', createEventsApi(common))
  app.notFound(c => problemOf(c, new ParleyError('not_found', 'There is nothing here.')))
  app.onError((error, c) => problemOf(c, error))
  const undo: (() => Promise<void>)[] = []
  return {
    app,
    keyring,
    talk,
    model,
    async request(token, method, path, body) {
      return app.request(path, {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    },
    async serve() {
      const listening = await listen({ host: '127.0.0.1', port: 0 })
      listening.serve(app)
      undo.push(() => listening.close())
      return { http: listening.url, ws: listening.url.replace('http', 'ws') }
    },
    async close() {
      for (const undone of undo.splice(0)) await undone()
      await worker.drain(0)
      live.close()
      keyring.close()
    },
  }
}

/** The token of a session is its id here: signing is tested where tokens are made. */
function sessionsOf(store: ReturnType<typeof createStore>, keyring: Keyring): OpenSessions {
  const find = async (sessionId: string) => {
    if (keyIdOf(sessionId) !== undefined) return keyring.holder(sessionId)
    const session = await store.sessions.find(sessionId, systemClock.nowMs())
    if (!session) return undefined
    const member = await store.members.get(session.memberId)
    return { member, viewer: await store.members.viewer(member.id) }
  }
  return {
    find,
    async authenticate(token) {
      if (token.startsWith('pk_')) return keyring.authenticate(token)
      const person = await find(token)
      return person && { ...person, sessionId: token }
    },
  }
}

/** Somebody with an account and a session, whose id is their token. */
export async function signUp(
  database: Database,
  username: string,
  { confirmed = true }: { readonly confirmed?: boolean } = {},
): Promise<{ readonly member: Member; readonly token: string }> {
  const store = createStore(database)
  const member = await store.members.add({
    id: `m-${username}`,
    username,
    nickname: username.charAt(0).toUpperCase() + username.slice(1),
    email: `${username}@example.com`,
    emailConfirmed: confirmed,
  })
  const atMs = systemClock.nowMs()
  const session = await store.sessions.start({
    memberId: member.id,
    method: 'password',
    atMs,
    expiresAtMs: atMs + 60_000_000,
    refreshHash: randomUUID(),
  })
  return { member, token: session.id }
}
