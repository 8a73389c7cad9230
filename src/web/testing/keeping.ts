import { Hono } from 'hono'
import { createHistory } from '../../adapters/postgres/history.ts'
import { secrets } from '../../adapters/jose/secrets.ts'
import type { TestDatabase } from '../../adapters/postgres/testing/databases.ts'
import { addMember } from '../../adapters/postgres/testing/people.ts'
import { ParleyError } from '../../core/errors.ts'
import type { Language, Member } from '../../core/member.ts'
import { silentLog } from '../../core/testing/silent-log.ts'
import { wordsIn } from '../../core/words.ts'
import { openAccounts } from '../../testing/accounts.ts'
import type { WebEnv } from '../context.ts'
import { answerFailure } from '../failure.ts'
import type { KeepingPages } from '../pages/keeping-pages.ts'
import { keepingRoutes } from '../pages/keeping-routes.ts'

/** The pages of keeping over a real database, visited by whom the test says. */
export function openKeeping(
  { store, database }: TestDatabase,
  more: Partial<KeepingPages> & { readonly language?: Language } = {},
) {
  const nowMs = () => Date.now()
  const deps: KeepingPages = {
    store,
    history: createHistory(database, { nowMs }),
    secrets,
    nowMs,
    publicUrl: 'https://parley.test',
    accounts: openAccounts(store).accounts,
    ...more,
  }
  const { language = 'en' } = more

  /** One request as this Member's browser sends it; as nobody's without. */
  async function request(member: Member | undefined, path: string, form?: Record<string, string>) {
    const app = new Hono<WebEnv>()
    app.use(async (c, next) => {
      c.set('requestId', 'request-1')
      c.set('language', language)
      c.set('words', wordsIn(language))
      const now = member && (await store.members.find(member.id))
      const viewer = now && (await store.members.viewer(now.id))
      c.set(
        'signedIn',
        now && viewer && !now.suspended
          ? { member: now, viewer, sessionId: 's', via: 'cookie' as const }
          : undefined,
      )
      await next()
    })
    app.route('/', keepingRoutes(deps))
    app.onError(answerFailure(silentLog))
    app.notFound(() => {
      throw new ParleyError('not_found', 'There is nothing here.')
    })
    return app.request(path, {
      headers: { accept: 'text/html' },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    })
  }

  async function visit(member: Member | undefined, path: string, form?: Record<string, string>) {
    const response = await request(member, path, form)
    return { status: response.status, headers: response.headers, text: await response.text() }
  }

  return { deps, request, visit, member: (name: string) => addMember(store, name) }
}
