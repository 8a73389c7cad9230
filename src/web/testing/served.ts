import { Hono } from 'hono'
import type { Language, Member, Viewer } from '../../core/member.ts'
import type { Notice } from '../../core/notice.ts'
import { wordsIn } from '../../core/words.ts'
import { assetRoutes, webAssets } from '../assets.ts'
import type { Site, WebEnv } from '../context.ts'

/** Ada as a Member, and as she looks at what she may see. */
export const ada: Member = {
  id: 'member-ada',
  username: 'ada',
  email: 'ada@example.com',
  emailConfirmed: true,
  emailProven: true,
  hasPassword: true,
  nickname: 'Ada',
  role: 'member',
  suspended: false,
  settings: {},
  createdAtMs: 0,
}

export interface Visit {
  /** Nobody without. */
  readonly member?: Member
  readonly language?: Language
  readonly site?: Site
  readonly takeNotices?: () => Promise<readonly Notice[]>
}

/** Some routes as part of a web app, visited by one person: what comes before them in the real one is already done. */
export function visited(
  routes: Hono<WebEnv>,
  { member, language = 'en', site, takeNotices }: Visit = {},
): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  app.use(async (c, next) => {
    c.set('requestId', 'request-1')
    c.set('language', language)
    c.set('words', wordsIn(language))
    c.set('theme', member?.settings.theme)
    if (site) c.set('site', site)
    if (takeNotices) c.set('takeNotices', takeNotices)
    const viewer = (id: string): Viewer => ({ memberId: id, identityIds: [] })
    c.set(
      'signedIn',
      member && { member, viewer: viewer(member.id), sessionId: 'session-1', via: 'cookie' as const },
    )
    await next()
  })
  return app.route('/', assetRoutes(webAssets())).route('/', routes)
}
