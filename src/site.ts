import type { Context } from 'hono'
import { adminApis, adminPages } from './admin.ts'
import { createHistory } from './adapters/postgres/history.ts'
import { systemClock } from './clock.ts'
import type { Metrics } from './adapters/prom/metrics.ts'
import { openChats } from './chats.ts'
import type { Config } from './config.ts'
import { createDemo } from './core/demo.ts'
import type { Inbox } from './core/inbox.ts'
import { createRoleReader } from './core/role-reader.ts'
import { keepingPages } from './keeping.ts'
import type { Parts } from './parts.ts'
import type { Platforms } from './platforms.ts'
import type { Practice } from './practice.ts'
import { ownUsageCard, ownUsageRoutes } from './web/pages/own-usage.ts'
import { readiness } from './readiness.ts'
import type { ThreadRef } from './core/thread.ts'
import { createWebApp } from './web/app.ts'
import { webThread } from './web/platform.ts'
import { apiKeysCard } from './web/pages/api-keys.ts'
import { chatRoutes, createFrameRenderer } from './web/chats/chat-routes.ts'
import { createProxies } from './web/client-address.ts'

/** Everything that this process serves over HTTP. */
export function createSite(
  config: Config,
  parts: Parts & { readonly metrics: Pick<Metrics, 'text' | 'contentType'> },
  platforms: Platforms,
  inbox: Inbox,
  practice: Practice | undefined,
) {
  const { database, store, log, publicUrl, signIn } = parts
  const nowMs = () => systemClock.nowMs()
  const { accounts, keyring } = parts.accounts
  const { allowedOrigins, trustedProxies } = config.accounts
  const proxies = createProxies(trustedProxies)
  const { slack, audience } = platforms
  const address = (c: Context) => proxies.clientAddress(c)
  const urlOf = (thread: ThreadRef, ref?: string) =>
    platforms.chats.get(thread.platform)?.messageUrl?.(thread, ref)
  const history = createHistory(database, { nowMs })
  const chats = openChats({
    ...parts,
    history,
    proxies,
    ...config.accounts,
    accounts,
    keyring,
    inbox,
    audience,
    roles: createRoleReader({ store, log, platforms: platforms.chats }),
    render: createFrameRenderer(urlOf),
  })
  const keeping = keepingPages({
    ...parts,
    history,
    address,
    clock: systemClock,
    platforms: platforms.chats,
    audience,
    accounts,
    proveIdentity: signIn.proveIdentity,
  })
  const pages = chatRoutes({ ...chats, history, changes: store.changes, audience, nowMs, urlOf })
  const administration = {
    ...parts,
    usualModel: parts.agent.model,
    nowMs,
    address,
    platforms: platforms.chats,
    readiness: () => readiness(database, platforms),
    practice: {
      model: parts.model.practice,
      platforms: practice !== undefined && config.sandbox.on,
    },
  }
  return createWebApp({
    log,
    nowMs,
    readiness: () => readiness(database, platforms),
    metrics: parts.metrics,
    publicUrl,
    allowedOrigins,
    trustedProxies,
    accounts,
    keyring,
    replies: store.idempotentReplies,
    notices: store.notices,
    relay: parts.relay.routes,
    demo: createDemo({ ...parts, nowMs }),
    agents: async () => (await parts.agents.choices(webThread('new'))).agents,
    avatar: id => store.members.avatar(id),
    providers: signIn.signIn.providers,
    apis: [...chats.apis, ...keeping.apis, ...adminApis(administration)],
    routes: [
      ...signIn.routes,
      ...keeping.routes,
      ...chats.routes,
      pages,
      ...adminPages(administration),
      ownUsageRoutes({ store, nowMs }),
    ],
    profileCards: [...keeping.profileCards, ownUsageCard, signIn.profileCard, apiKeysCard],
    ...(slack ? { slackEvents: (request: Request) => slack.handle(request) } : {}),
    ...(practice && config.sandbox.on ? { sandbox: practice.page } : {}),
  })
}
