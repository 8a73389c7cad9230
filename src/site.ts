import { adminPages } from './admin.ts'
import { systemClock } from './clock.ts'
import { openChats } from './chats.ts'
import type { Config } from './config.ts'
import { createDemo } from './core/demo.ts'
import type { Inbox } from './core/inbox.ts'
import { keepingPages } from './keeping.ts'
import type { Parts } from './parts.ts'
import type { Platforms } from './platforms.ts'
import type { Practice } from './practice.ts'
import { readiness } from './readiness.ts'
import type { ThreadRef } from './core/thread.ts'
import { createWebApp } from './web/app.ts'
import { chatRoutes, frameRenderer } from './web/chats/chat-routes.ts'

/** Everything that this process serves over HTTP. */
export function createSite(
  config: Config,
  parts: Parts,
  platforms: Platforms,
  inbox: Inbox,
  practice: Practice | undefined,
) {
  const { database, store, log, publicUrl, signIn } = parts
  const nowMs = () => systemClock.nowMs()
  const { accounts, keyring } = parts.accounts
  const { allowedOrigins, trustedProxies } = config.accounts
  const { slack, audience } = platforms
  const chats = openChats({
    ...parts,
    ...config.accounts,
    accounts,
    keyring,
    inbox,
    audience,
    render: frameRenderer,
  })
  const keeping = keepingPages({
    ...parts,
    clock: systemClock,
    platforms: platforms.chats,
    audience,
    trustedProxies,
    accounts,
    proveIdentity: signIn.proveIdentity,
  })
  const urlOf = (thread: ThreadRef, ref?: string) =>
    platforms.chats.get(thread.platform)?.messageUrl?.(thread, ref)
  const pages = chatRoutes({ ...chats, changes: store.changes, audience, nowMs, urlOf })
  return createWebApp({
    log,
    nowMs,
    readiness: () => readiness(database, platforms),
    publicUrl,
    allowedOrigins,
    trustedProxies,
    accounts,
    keyring,
    notices: store.notices,
    relay: parts.relay.routes,
    demo: createDemo({ ...parts, nowMs }),
    avatar: id => store.members.avatar(id),
    providers: signIn.signIn.providers,
    apis: chats.apis,
    routes: [...signIn.routes, ...keeping.routes, ...chats.routes, pages, ...adminPages({ store, nowMs })],
    profileCards: [...keeping.profileCards, signIn.profileCard],
    ...(slack ? { slackEvents: (request: Request) => slack.handle(request) } : {}),
    ...(practice && config.sandbox.on ? { sandbox: practice.page } : {}),
  })
}
