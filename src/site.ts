import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { createHistory } from './adapters/postgres/history.ts'
import { systemClock } from './clock.ts'
import type { Config } from './config.ts'
import type { Inbox } from './core/inbox.ts'
import { keepingPages } from './keeping.ts'
import type { Parts } from './parts.ts'
import type { Platforms } from './platforms.ts'
import type { Practice } from './practice.ts'
import { createDialoguesApi } from './web/api/dialogues.ts'
import { createEventsApi } from './web/api/events.ts'
import { createWebApp } from './web/app.ts'
import { isOwnOrigin } from './web/origin.ts'
import { createCompany } from './web/company.ts'
import type { WebEnv } from './web/context.ts'
import type { Readiness } from './web/health.ts'
import { createSeats } from './web/seats.ts'
import type { OpenSessions } from './web/session-watch.ts'
import { createSocket } from './web/socket.ts'
import { createTalk } from './web/talk.ts'

const nowMs = () => systemClock.nowMs()

/** Everything that this process serves over HTTP. */
export function createSite(
  config: Config,
  parts: Parts,
  platforms: Platforms,
  inbox: Inbox,
  practice: Practice | undefined,
) {
  const { store, log, publicUrl, accounts, signIn } = parts
  const { slack } = platforms
  const keeping = keepingPages({ ...parts, clock: systemClock, platforms: platforms.chats })
  const { allowedOrigins, trustedProxies } = config.accounts
  return createWebApp({
    log,
    nowMs,
    readiness: () => readiness(parts, platforms),
    publicUrl,
    allowedOrigins,
    trustedProxies,
    accounts: accounts.accounts,
    notices: store.notices,
    avatar: id => store.members.avatar(id),
    providers: signIn.signIn.providers,
    routes: [...signIn.routes, ...keeping.routes, ...talkRoutes(config, parts, inbox)],
    profileCards: [...keeping.profileCards, signIn.profileCard],
    ...(slack ? { slackEvents: (request: Request) => slack.handle(request) } : {}),
    ...(practice && config.sandbox.on ? { sandbox: practice.page } : {}),
  })
}

/** Dialogues over HTTP, as events and over the socket. */
function talkRoutes(config: Config, parts: Parts, inbox: Inbox) {
  const { database, store, live, log, agent, publicUrl } = parts
  const history = createHistory(database, { nowMs })
  const talk = createTalk({ store, inbox, history, nowMs, newId: randomUUID, agents: [agent.name] })
  const common = {
    store,
    history,
    talk,
    live,
    log,
    nowMs,
    clock: systemClock,
    changes: store.changes,
    signals: database.signals,
    sessions: openSessions(parts),
    seats: createSeats(),
    company: createCompany({ store, history, nowMs }),
    isAllowedOrigin: (origin: string, request: Request) =>
      config.accounts.allowedOrigins.includes(origin) || isOwnOrigin(origin, request.url, publicUrl),
  }
  const api = new Hono<WebEnv>().route('/', createDialoguesApi(common)).route('/', createEventsApi(common))
  return [createSocket(common), new Hono<WebEnv>().route('/api/v1', api)]
}

/** Sessions, for connections that outlive a request. */
function openSessions({ store, accounts }: Parts): OpenSessions {
  return {
    authenticate: accessToken => accounts.accounts.authenticate(accessToken),
    async find(sessionId) {
      const session = await store.sessions.find(sessionId, nowMs())
      if (!session) return undefined
      const [member, viewer] = await Promise.all([
        store.members.get(session.memberId),
        store.members.viewer(session.memberId),
      ])
      return { member, viewer }
    },
  }
}

async function readiness({ database }: Parts, { slack, discord }: Platforms): Promise<Readiness> {
  const up = await database.ping().then(
    () => true,
    () => false,
  )
  const gateways = Object.entries({ slack: slack?.status(), discord: discord?.status() }).flatMap(
    ([name, status]) =>
      status
        ? [
            [
              name,
              status.connected ? 'connected' : status.everConnected ? 'reconnecting' : 'never connected',
            ] as const,
          ]
        : [],
  )
  return {
    ready: up && gateways.every(([, state]) => state !== 'never connected'),
    database: up ? 'up' : 'down',
    gateways: Object.fromEntries(gateways),
  }
}
