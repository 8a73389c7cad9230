import { expect, it } from 'vitest'
import { onPostgres } from '../../adapters/postgres/testing/databases.ts'
import { testPassword } from '../../testing/accounts.ts'
import { apiHouse } from '../testing/api-house.ts'
import { fitting } from '../testing/fitting.ts'

const unknown = '00000000-0000-7000-8000-000000000000'

onPostgres('what the API answers', open => {
  async function house() {
    const opened = await apiHouse(await open())
    const document = await (await opened.app.request('/api/openapi.json')).json()
    const misfits: string[] = []
    const fit = fitting(document)
    /** Asks by the described path, and holds the reply against its description. */
    async function ask(
      method: string,
      path: string,
      ids: Record<string, string> = {},
      json?: unknown,
      token = opened.token,
    ) {
      const [bare = '', query] = path.split('?')
      const filled = bare.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? unknown)
      const response = await opened.request(token, method, query ? `${filled}?${query}` : filled, json)
      const again = response.clone()
      misfits.push(...(await fit(method, bare, response)))
      const text = await again.text()
      return text === '' ? undefined : JSON.parse(text)
    }
    return { ...opened, document, ask, misfits }
  }

  it('is as described: accounts', async () => {
    const { ask, misfits, member, store } = await house()
    await ask('GET', '/api/v1/me')
    await ask('PATCH', '/api/v1/me', {}, { job: 'Analyst', settings: { language: 'en' } })
    await ask('PATCH', '/api/v1/me', {}, { username: 'x'.repeat(26) })
    await ask('POST', '/api/v1/register', {}, { email: 'grace@example.com', password: testPassword })
    await ask('POST', '/api/v1/register', {}, { email: 'grace' })
    await ask('POST', '/api/v1/login', {}, { email: 'ada@example.com', password: 'wrong' })
    await ask('POST', '/api/v1/forget-password', {}, { email: 'ada@example.com' })
    await ask('POST', '/api/v1/email-verify/resend', {}, { email: 'grace@example.com' })
    await ask('POST', '/api/v1/email-verify', {}, { token: 'no such' })
    await ask('POST', '/api/v1/password-reset', {}, { token: 'no such', password: testPassword })
    await ask('GET', '/api/v1/sessions')
    await ask('DELETE', '/api/v1/sessions/{id}')
    await ask('GET', '/api/v1/notices')
    await ask('POST', '/api/v1/notices/seen', {}, { ids: [unknown] })
    const key = await ask('POST', '/api/v1/api-keys', {}, { name: 'bot' })
    await ask('GET', '/api/v1/api-keys')
    await ask('GET', '/api/v1/api-keys', {}, undefined, 'nobody')
    await ask('DELETE', '/api/v1/api-keys/{id}', { id: key.id })
    await ask('GET', '/api/v1/identities')
    await ask('DELETE', '/api/v1/identities/{id}')
    await ask('POST', '/api/v1/links/look', {}, { code: 'no such' })
    await ask('POST', '/api/v1/links/redeem', {}, { code: 'no such' })

    await ask('DELETE', '/api/v1/me/avatar')
    await ask('GET', '/api/v1/me/avatar')
    await ask('POST', '/api/v1/me/password', {}, { password: 'x' })
    await ask('POST', '/api/v1/me/erase', {}, { username: 'grace' })
    const begun = await ask(
      'POST',
      '/api/v1/me/erase',
      {},
      { username: 'ada', currentPassword: testPassword },
    )
    await ask('GET', '/api/v1/erasures/{id}', { id: begun.erasureId }, undefined, '')
    expect(misfits).toEqual([])
    expect(await store.members.find(member.id)).toMatchObject({ suspended: true })
  })

  it('is as described: dialogues', async () => {
    const { ask, misfits, member } = await house()
    await ask('POST', '/api/v1/register', {}, { email: 'grace@example.com', password: testPassword })
    const { id, messageId, turnId } = await ask('POST', '/api/v1/dialogues', {}, { text: 'What is 2 + 2?' })
    await ask('GET', '/api/v1/dialogues')
    await ask('GET', '/api/v1/dialogues?q=what')
    await ask('GET', '/api/v1/dialogues?cursor=nonsense')
    await ask('GET', '/api/v1/facets')
    await ask('GET', '/api/v1/dialogues/{id}', { id })
    await ask('GET', '/api/v1/dialogues/{id}')
    await ask('PATCH', '/api/v1/dialogues/{id}', { id }, { title: 'Sums', pinned: true })
    await ask('GET', '/api/v1/dialogues?pinned=true')
    await ask('POST', '/api/v1/dialogues/{id}/messages', { id }, { text: 'And 3 + 3?' })
    await ask('POST', '/api/v1/dialogues/{id}/messages', { id }, {})
    await ask('POST', '/api/v1/messages/{id}/edit', { id: messageId }, { text: 'What is 2 × 2?' })
    await ask('GET', '/api/v1/messages/{id}/versions', { id: messageId })
    await ask('POST', '/api/v1/dialogues/{id}/regenerate', { id }, { messageId })
    await ask('POST', '/api/v1/dialogues/{id}/branch', { id }, { branchId: null })
    await ask('GET', '/api/v1/dialogues/{id}/members', { id })
    await ask('POST', '/api/v1/dialogues/{id}/members', { id }, { who: 'grace@example.com' })
    await ask('GET', '/api/v1/dialogues/{id}/members', { id })
    await ask('DELETE', '/api/v1/dialogues/{id}/members/{memberId}', { id, memberId: member.id })
    await ask('DELETE', '/api/v1/dialogues/{id}/workspaces/{platform}/{workspaceId}', {
      id,
      platform: 'slack',
      workspaceId: 'T1',
    })
    await ask('GET', '/api/v1/turns/{id}', { id: turnId })
    await ask('GET', '/api/v1/turns/{id}/receipt', { id: turnId })
    await ask('POST', '/api/v1/turns/{id}/stop', { id: turnId })
    expect(misfits).toEqual([])
  })

  it('is as described: keeping and forgetting', async () => {
    const { ask, misfits } = await house()
    const { id } = await ask('POST', '/api/v1/dialogues', {}, { text: 'What is 2 + 2?' })
    await ask('GET', '/api/v1/dialogues/{id}/publication', { id })
    await ask('PUT', '/api/v1/dialogues/{id}/publication', { id }, {})
    await ask('GET', '/api/v1/dialogues/{id}/publication', { id })
    await ask('GET', '/api/v1/public')
    await ask('GET', '/api/v1/public/{id}', { id })
    await ask('DELETE', '/api/v1/dialogues/{id}/publication', { id })
    await ask('GET', '/api/v1/public/{id}', { id })
    await ask('GET', '/api/v1/me/export')
    await ask('GET', '/api/v1/dialogues/{id}/export', { id })
    const erased = await ask('POST', '/api/v1/dialogues/{id}/forget', { id })
    await ask('GET', '/api/v1/erasures/{id}', { id: erased.id })
    const empty = await ask('POST', '/api/v1/dialogues', {}, { title: 'Empty' })
    await ask('DELETE', '/api/v1/dialogues/{id}', { id: empty.id })
    expect(misfits).toEqual([])
  })

  it('names each route once, says which scope opens it, and what may be sent again', async () => {
    const { document } = await house()
    const operations = Object.values<Record<string, Record<string, unknown>>>(document.paths).flatMap(item =>
      Object.entries(item),
    )
    const names = operations.map(([, { operationId }]) => operationId)
    expect(new Set(names).size).toBe(names.length)
    expect(operations.filter(([, one]) => one['summary'] === undefined)).toEqual([])
    expect(document.paths['/api/v1/dialogues'].post).toMatchObject({
      operationId: 'postDialogues',
      'x-scopes': ['chat'],
      parameters: [{ name: 'Idempotency-Key', in: 'header' }],
    })
    expect(document.paths['/api/v1/api-keys'].post['x-scopes']).toEqual([])
    expect(document.paths['/api/v1/login'].post.parameters).toBeUndefined()
  })

  it('is a problem for whatever is not there, not taken, not JSON or too much', async () => {
    const { request, app, token } = await house()
    const kinds = async (response: Response) => [
      response.status,
      response.headers.get('content-type'),
      (await response.json()).code,
    ]
    const type = 'application/problem+json'
    expect(await kinds(await request(token, 'GET', '/api/v1/nothing'))).toEqual([404, type, 'not_found'])
    const other = await request(token, 'PUT', '/api/v1/dialogues', {})
    expect(other.headers.get('allow')).toBe('GET, POST')
    // Not the refusal of those who manage: its sentence would send people to ask them.
    expect(await other.clone().json()).toMatchObject({ detail: 'This address does not take that method.' })
    expect(await kinds(other)).toEqual([405, type, 'method_not_allowed'])
    expect(await kinds(await request(token, 'POST', '/api/v1/me/export', {}))).toEqual([
      405,
      type,
      'method_not_allowed',
    ])
    const headers = { authorization: `Bearer ${token}` }
    const form = await app.request('/api/v1/api-keys', { method: 'POST', headers, body: 'name=bot' })
    expect(await kinds(form)).toEqual([415, type, 'not_json'])
    const picture = await app.request('/api/v1/me/avatar', {
      method: 'PUT',
      headers: { ...headers, 'content-type': 'text/plain' },
      body: 'a picture',
    })
    expect(await kinds(picture)).toEqual([415, type, 'not_picture'])
    const large = await app.request('/api/v1/dialogues', {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'content-length': '2000000' },
      body: JSON.stringify({ text: 'x'.repeat(2_000_000) }),
    })
    expect(await kinds(large)).toEqual([413, type, 'too_large'])
  })

  it('is not sent again to whoever has it', async () => {
    const { request, token } = await house()
    for (const path of ['/api/v1/me', '/api/v1/dialogues', '/api/openapi.json']) {
      const first = await request(token, 'GET', path)
      const tag = first.headers.get('etag') ?? ''
      const again = await request(token, 'GET', path, undefined, { 'if-none-match': tag })
      expect([path, first.status, again.status, await again.text()]).toEqual([path, 200, 304, ''])
    }
    const before = (await request(token, 'GET', '/api/v1/me')).headers.get('etag') ?? ''
    await request(token, 'PATCH', '/api/v1/me', { job: 'Analyst' })
    const changed = await request(token, 'GET', '/api/v1/me', undefined, { 'if-none-match': before })
    expect(changed.status).toBe(200)
  })
})
