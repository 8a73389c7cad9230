import { randomUUID } from 'node:crypto'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Hono } from 'hono'
import type { Database } from './adapters/postgres/database.ts'
import { createHistory } from './adapters/postgres/history.ts'
import { systemClock } from './clock.ts'
import type { Accounts } from './core/account.ts'
import { keyIdOf } from './core/api-key.ts'
import type { Audience } from './core/audience.ts'
import type { Agents } from './core/agent.ts'
import type { History } from './core/history.ts'
import type { Inbox } from './core/inbox.ts'
import type { Keyring } from './core/keyring.ts'
import type { Live } from './core/live.ts'
import type { Log } from './core/log.ts'
import { checkAllowance } from './core/quota-refusal.ts'
import type { Store } from './core/store.ts'
import { createProxies } from './web/client-address.ts'
import { createAgentsApi } from './web/api/agents.ts'
import { createAdminQuotasApi } from './web/api/admin-quotas.ts'
import { createDialoguesApi } from './web/api/dialogues.ts'
import { createEventsApi } from './web/api/events.ts'
import type { FrameRenderer } from './web/change-frames.ts'
import { type Company, createCompany } from './web/company.ts'
import type { WebEnv } from './web/context.ts'
import { createSeats } from './web/seats.ts'
import { bearerOf } from './web/session.ts'
import { moreRoutes } from './web/pages/more.ts'
import { createSocket } from './web/socket.ts'
import type { Standing } from './web/standing.ts'
import { createTalk, type Talk } from './web/talk.ts'

export interface ChatParts {
  readonly history: History
  readonly talk: Talk
  readonly company: Company
  /** To be served behind session and origin. */
  readonly routes: readonly Hono<WebEnv>[]
  readonly apis: readonly OpenAPIHono<WebEnv>[]
}

/** Dialogues on the web, live. */
export function openChats(deps: {
  readonly database: Database
  readonly store: Store
  readonly log: Log
  readonly live: Live
  readonly inbox: Inbox
  readonly accounts: Accounts
  readonly agents: Agents
  readonly keyring: Keyring
  readonly publicUrl: string
  readonly allowedOrigins: readonly string[]
  readonly trustedProxies: readonly string[]
  /** How our own pages show messages; without it they get text, as everybody does. */
  readonly render?: FrameRenderer
  readonly audience?: Audience
}): ChatParts {
  const { database, store, log, live, inbox, render, audience } = deps
  const clock = systemClock
  const nowMs = () => clock.nowMs()
  const history = createHistory(database, { nowMs })
  const checkQuota: NonNullable<Standing['checkQuota']> = async ({ viewer }, thread) => {
    const [askerId = ''] = viewer.identityIds
    await checkAllowance(store, { askerId, thread, atMs: nowMs() })
  }
  const talk = createTalk({
    store,
    inbox,
    history,
    nowMs,
    newId: randomUUID,
    agents: deps.agents,
    checkQuota,
  })
  const proxies = createProxies(deps.trustedProxies)
  const quotas = createAdminQuotasApi({ store, nowMs, address: c => proxies.clientAddress(c) })
  const sessions = {
    authenticate: (token: string) => bearerOf(deps, token),
    async find(sessionId: string) {
      if (keyIdOf(sessionId) !== undefined) return deps.keyring.holder(sessionId)
      const session = await store.sessions.find(sessionId, nowMs())
      const member = session && (await store.members.find(session.memberId))
      return member && { member, viewer: await store.members.viewer(member.id) }
    },
  }
  const company = createCompany({ store, history, nowMs })
  const common = {
    history,
    changes: store.changes,
    talk,
    live,
    clock,
    log,
    nowMs,
    sessions,
    signals: database.signals,
    seats: createSeats(),
    company,
    origins: { ...deps, proxies: createProxies(deps.trustedProxies) },
    ...(audience ? { audience } : {}),
    ...(render ? { render } : {}),
  }
  return {
    history,
    talk,
    company,
    routes: [createSocket(common), moreRoutes({ store, nowMs })],
    apis: [createDialoguesApi(common), createEventsApi(common), createAgentsApi(talk), quotas],
  }
}
