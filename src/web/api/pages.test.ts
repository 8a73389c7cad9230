import { expect, it } from 'vitest'
import { onPostgres } from '../../adapters/postgres/testing/databases.ts'
import { apiHouse } from '../testing/api-house.ts'
import { operationsIn, type PathItem } from './operations.ts'

const none = (why: string) => ({ why })

/** What each page does, as routes of the API; or why a program needs none. A new page has to be named here. */
const pages: Readonly<Record<string, readonly string[] | { readonly why: string }>> = {
  'GET /': none('leads on'),
  'GET /healthz': none('for programs already'),
  'GET /readyz': none('for programs already'),
  'GET /assets/:version/:name{.+}': none('a page is made of them'),
  'GET /design': none('shows the parts that pages are made of'),
  'GET /design/beside': none('shows the parts that pages are made of'),
  'GET /guide/:name': none('a text of the documentation'),
  'GET /demo': none('for people who have no account'),
  'POST /demo': none('for people who have no account'),

  'GET /login': none('a form'),
  'POST /login': ['POST /api/v1/login', 'POST /api/v1/token/refresh'],
  'GET /logout': none('a form'),
  'POST /logout': ['POST /api/v1/logout'],
  'GET /register': none('a form'),
  'POST /register': ['POST /api/v1/register'],
  'GET /email-verify': none('a form'),
  'POST /email-verify': ['POST /api/v1/email-verify/resend'],
  'GET /email-verify/:token': none('a form'),
  'POST /email-verify/:token': ['POST /api/v1/email-verify'],
  'GET /forget-password': none('a form'),
  'POST /forget-password': ['POST /api/v1/forget-password'],
  'GET /password-reset/:token': none('a form'),
  'POST /password-reset/:token': ['POST /api/v1/password-reset'],

  'GET /profile': ['GET /api/v1/me', 'GET /api/v1/notices', 'POST /api/v1/notices/seen'],
  'POST /profile': ['PATCH /api/v1/me'],
  'POST /profile/avatar': ['PUT /api/v1/me/avatar'],
  'POST /profile/avatar/remove': ['DELETE /api/v1/me/avatar'],
  'POST /profile/email': ['PATCH /api/v1/me'],
  'POST /profile/password': ['POST /api/v1/me/password'],
  'POST /profile/delete': ['POST /api/v1/me/erase'],
  'GET /profile/api-keys': ['GET /api/v1/api-keys'],
  'POST /profile/api-keys': ['POST /api/v1/api-keys'],
  'POST /profile/api-keys/:id/revoke': ['DELETE /api/v1/api-keys/{id}'],
  'GET /avatars/:memberId': ['GET /api/v1/me/avatar'],
  'GET /settings': ['GET /api/v1/me', 'GET /api/v1/sessions'],
  'POST /settings': ['PATCH /api/v1/me'],
  'POST /settings/devices/:id/end': ['DELETE /api/v1/sessions/{id}'],
  'POST /settings/devices/end': ['DELETE /api/v1/sessions'],

  'GET /link/:code': ['POST /api/v1/links/look'],
  'POST /link/:code': ['POST /api/v1/links/redeem'],
  'GET /linked': ['GET /api/v1/identities'],
  'POST /linked/:id/unlink': ['DELETE /api/v1/identities/{id}'],

  'GET /public': ['GET /api/v1/public'],
  'GET /public/:id': ['GET /api/v1/public/{id}'],
  'GET /chats/:id/share': ['GET /api/v1/dialogues/{id}/publication'],
  'POST /chats/:id/share': ['PUT /api/v1/dialogues/{id}/publication'],
  'POST /chats/:id/unshare': ['DELETE /api/v1/dialogues/{id}/publication'],
  'GET /export.json': ['GET /api/v1/me/export'],
  'GET /export.md': ['GET /api/v1/me/export'],
  'GET /chats/:id/export.json': ['GET /api/v1/dialogues/{id}/export'],
  'GET /chats/:id/export.md': ['GET /api/v1/dialogues/{id}/export'],
  'GET /forget': none('a form'),
  'POST /forget': ['POST /api/v1/me/erase'],
  'GET /forget/receipt/:id': ['GET /api/v1/erasures/{id}'],
  'GET /chats/:id/forget': none('asks first'),
  'POST /chats/:id/forget': ['POST /api/v1/dialogues/{id}/forget'],

  'GET /chats': ['GET /api/v1/dialogues', 'GET /api/v1/facets'],
  'GET /chats/new': none('a form'),
  'POST /chats': ['POST /api/v1/dialogues'],
  'GET /chats/:id': ['GET /api/v1/dialogues/{id}', 'GET /api/v1/dialogues/{id}/events'],
  'POST /chats/:id': ['POST /api/v1/dialogues/{id}/messages', 'POST /api/v1/messages/{id}/edit'],
  'POST /chats/:id/act': [
    'POST /api/v1/dialogues/{id}/regenerate',
    'POST /api/v1/dialogues/{id}/branch',
    'POST /api/v1/turns/{id}/stop',
    'PATCH /api/v1/dialogues/{id}',
  ],
  'POST /chats/:id/rename': ['PATCH /api/v1/dialogues/{id}'],
  'POST /chats/:id/agent': ['PATCH /api/v1/dialogues/{id}'],
  'GET /chats/:id/remove': none('asks first'),
  'POST /chats/:id/remove': ['DELETE /api/v1/dialogues/{id}'],
  'GET /chats/:id/people': ['GET /api/v1/dialogues/{id}/members'],
  'POST /chats/:id/people': [
    'POST /api/v1/dialogues/{id}/members',
    'DELETE /api/v1/dialogues/{id}/members/{memberId}',
    'DELETE /api/v1/dialogues/{id}/workspaces/{platform}/{workspaceId}',
  ],
  'GET /messages/:id/versions': ['GET /api/v1/messages/{id}/versions'],
  'GET /turns/:id/receipt': ['GET /api/v1/turns/{id}/receipt', 'GET /api/v1/turns/{id}'],
}

onPostgres('the API beside the pages', open => {
  it('does all that they do', async () => {
    const { app } = await apiHouse(await open())
    const document = await (await app.request('/api/openapi.json')).json()
    const described = new Set(
      Object.entries<PathItem>(document.paths).flatMap(([path, item]) =>
        operationsIn(item).map(([method]) => `${method.toUpperCase()} ${path}`),
      ),
    )
    const shown = app.routes
      .filter(({ method, path }) => method !== 'ALL' && !/^\/api(\/|$)/.test(path))
      .map(({ method, path }) => `${method} ${path}`)
    expect([...new Set(shown)].toSorted()).toEqual(Object.keys(pages).toSorted())
    const wanted = Object.values(pages).flatMap(one => ('why' in one ? [] : one))
    expect(wanted.filter(route => !described.has(route))).toEqual([])
  })

  it('is described, every route of it', async () => {
    const { app } = await apiHouse(await open())
    const document = await (await app.request('/api/openapi.json')).json()
    const served = app.routes
      .filter(({ method, path }) => method !== 'ALL' && path.startsWith('/api/v1/'))
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
    const described = Object.entries<PathItem>(document.paths).flatMap(([path, item]) =>
      operationsIn(item).map(([method]) => `${method.toUpperCase()} ${path}`),
    )
    expect([...new Set(served)].toSorted()).toEqual(described.toSorted())
  })
})
