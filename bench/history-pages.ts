import { Hono } from 'hono'
import type { Database } from '../src/adapters/postgres/database.ts'
import { createHistory } from '../src/adapters/postgres/history.ts'
import { createStore } from '../src/adapters/postgres/store.ts'
import type { Viewer } from '../src/core/member.ts'
import { wordsIn } from '../src/core/words.ts'
import { chatRoutes } from '../src/web/chats/chat-routes.ts'
import { createCompany } from '../src/web/company.ts'
import type { WebEnv } from '../src/web/context.ts'
import { openWebHome } from '../src/web/testing/web-home.ts'

export interface Pages {
  /** The whole page as somebody's browser is sent it; throws unless it is one. */
  read(viewer: Viewer, path: string): Promise<string>
  close(): Promise<void>
}

/** The pages of dialogues over this database, to somebody who is signed in; platforms have just been asked. */
export function openPages(database: Database, nowMs: () => number): Pages {
  const store = createStore(database)
  const history = createHistory(database, { nowMs })
  const home = openWebHome(database, { works: false })
  const routes = chatRoutes({
    history,
    talk: home.talk,
    company: createCompany({ store, history, nowMs }),
    changes: store.changes,
    audience: { refresh: () => Promise.resolve() },
    nowMs,
    urlOf: () => undefined,
  })
  return {
    async read(viewer, path) {
      const member = await store.members.get(viewer.memberId)
      const app = new Hono<WebEnv>()
        .use(async (c, next) => {
          c.set('requestId', 'bench')
          c.set('language', 'en')
          c.set('words', wordsIn('en'))
          c.set('signedIn', { member, viewer, sessionId: 'bench', via: 'cookie' })
          await next()
        })
        .route('/', routes)
      const response = await app.request(path, { headers: { accept: 'text/html' } })
      const text = await response.text()
      if (response.status !== 200 || !text.includes('</html>')) throw new Error(`${path}: ${response.status}`)
      return text
    },
    close: () => home.close(),
  }
}
