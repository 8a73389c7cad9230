import { afterEach, expect, it } from 'vitest'
import type { Database } from '../../adapters/postgres/database.ts'
import { onEveryEngine } from '../../adapters/postgres/testing/databases.ts'
import { ParleyError } from '../../core/errors.ts'
import { openWebHome, signUp, type WebHome, type WebHomeOptions } from '../testing/web-home.ts'

const homes: WebHome[] = []

afterEach(async () => {
  for (const home of homes.splice(0)) await home.close()
})

interface Reply {
  readonly status: number
  readonly body: Record<string, unknown> & { readonly id: string; readonly turnId: string }
}

/** Somebody's requests, and what comes back. */
async function visit(database: Database, options?: WebHomeOptions) {
  const home = openWebHome(database, options)
  homes.push(home)
  const as = (token: string | undefined) => async (method: string, path: string, body?: unknown) => {
    const response = await home.request(token, method, `/api/v1${path}`, body)
    const text = await response.text()
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Reply['body'] }
  }
  const ada = as((await signUp(database, 'ada')).token)
  /** Waits for a Turn to end. */
  const ended = async (turnId: string) => {
    const states = ['done', 'failed', 'stopped']
    await expect
      .poll(async () => states.includes(String((await ada('GET', `/turns/${turnId}`)).body['state'])), {
        timeout: 10_000,
        interval: 20,
      })
      .toBe(true)
    return (await ada('GET', `/turns/${turnId}`)).body
  }
  return { home, as, ada, ended }
}

onEveryEngine('the dialogues API', open => {
  it('makes a dialogue of a question, answers it, and tells of it all', async () => {
    const { database } = await open()
    const { home, ada, ended } = await visit(database)
    home.model.script(['Twice ', 'a day.'])
    const made = await ada('POST', '/dialogues', { text: 'How often is high tide?' })
    expect(made).toMatchObject({ status: 201, body: { title: 'How often is high tide?' } })
    expect(await ended(made.body.turnId)).toMatchObject({ state: 'done', text: 'Twice a day.' })
    const shown = await ada('GET', `/dialogues/${made.body.id}`)
    expect(shown).toMatchObject({
      status: 200,
      body: {
        platform: 'web',
        access: 'own',
        branchId: null,
        messages: [
          { role: 'user', text: 'How often is high tide?', speaker: { name: 'Ada' } },
          { role: 'assistant', text: 'Twice a day.', turn: { state: 'done' } },
        ],
      },
    })
    const receipt = await ada('GET', `/turns/${made.body.turnId}/receipt`)
    expect(receipt).toMatchObject({ status: 200, body: { messages: { included: 1 } } })
    const list = await ada('GET', '/dialogues?limit=5')
    expect(list.body).toMatchObject({ items: [{ id: made.body.id, title: 'How often is high tide?' }] })
    const found = await ada('GET', '/dialogues?q=tide')
    expect(found.body).toMatchObject({ items: [{ id: made.body.id }] })
    expect((await ada('GET', '/dialogues?q=mountain')).body).toMatchObject({ items: [] })
    expect((await ada('GET', '/dialogues?platform=slack')).body).toMatchObject({ items: [] })
  })

  it('goes on with what was said before, and takes what is sent twice once', async () => {
    const { database } = await open()
    const { home, ada, ended } = await visit(database)
    const made = await ada('POST', '/dialogues', { text: 'Hello', clientId: 'c0' })
    const again = await ada('POST', '/dialogues', { text: 'Hello', clientId: 'c0' })
    expect(again.body).toEqual(made.body)
    await ended(made.body.turnId)
    const path = `/dialogues/${made.body.id}/messages`
    const both = await Promise.all([
      ada('POST', path, { text: 'and in winter?', clientId: 'c1' }),
      ada('POST', path, { text: 'and in winter?', clientId: 'c1' }),
    ])
    expect(both.map(({ status }) => status)).toEqual([202, 202])
    expect(both[0].body).toEqual(both[1].body)
    await ended(both[0].body.turnId)
    expect(home.model.requests).toHaveLength(2)
    expect(JSON.stringify(home.model.requests[1])).toContain('Hello')
    const messages = (await ada('GET', `/dialogues/${made.body.id}`)).body['messages']
    expect(messages).toMatchObject([
      { text: 'Hello' },
      { role: 'assistant' },
      { text: 'and in winter?' },
      { role: 'assistant' },
    ])
  })

  it('gives another answer beside the first, asks in other words, and goes back', async () => {
    const { database } = await open()
    const { home, ada, ended } = await visit(database)
    home.model.script(['One.'])
    const made = await ada('POST', '/dialogues', { text: 'A number?' })
    const first = await ended(made.body.turnId)
    const texts = async () => {
      const { messages } = (await ada('GET', `/dialogues/${made.body.id}`)).body
      return (messages as { text: string }[]).map(({ text }) => text)
    }
    home.model.script(['Two.'])
    const again = await ada('POST', `/dialogues/${made.body.id}/regenerate`, {
      messageId: first['messageId'],
    })
    expect(again.status).toBe(202)
    await ended(again.body.turnId)
    expect(await texts()).toEqual(['A number?', 'Two.'])
    home.model.script(['B.'])
    const edited = await ada('POST', `/messages/${String(made.body['messageId'])}/edit`, {
      text: 'A letter?',
    })
    expect(edited.status).toBe(202)
    await ended(edited.body.turnId)
    expect(await texts()).toEqual(['A letter?', 'B.'])
    const branch = `/dialogues/${made.body.id}/branch`
    expect((await ada('POST', branch, { branchId: null })).status).toBe(204)
    expect(await texts()).toEqual(['A number?', 'One.'])
    expect((await ada('POST', branch, { branchId: 'none' })).status).toBe(404)
    const same = await ada('POST', `/messages/${String(made.body['messageId'])}/edit`, { text: 'A number?' })
    expect(same).toMatchObject({ status: 409, body: { code: 'conflict' } })
  })

  it('stops an answer, and keeps what was written', async () => {
    const { database } = await open()
    const { home, ada, ended } = await visit(database)
    const gate = home.model.gate()
    home.model.script(['Twice ', gate, 'a day.'])
    const made = await ada('POST', '/dialogues', { text: 'How often?' })
    await gate.reached
    expect((await ada('GET', `/turns/${made.body.turnId}`)).body['state']).toBe('running')
    const regenerate = await ada('POST', `/dialogues/${made.body.id}/regenerate`, {
      messageId: (await ada('GET', `/turns/${made.body.turnId}`)).body['messageId'],
    })
    expect(regenerate.status).toBe(409)
    expect(await ada('POST', `/turns/${made.body.turnId}/stop`)).toMatchObject({
      status: 202,
      body: { stopping: true },
    })
    expect(await ended(made.body.turnId)).toMatchObject({ state: 'stopped', text: 'Twice ' })
    expect(home.model.open).toBe(0)
  })

  it('renames, pins, chooses an agent, and erases what is one’s own', async () => {
    const { database } = await open()
    const { ada } = await visit(database)
    const made = await ada('POST', '/dialogues', { title: 'Tides', agent: 'Parley' })
    expect(made).toMatchObject({ status: 201, body: { title: 'Tides' } })
    expect(made.body).not.toHaveProperty('turnId')
    const path = `/dialogues/${made.body.id}`
    expect(await ada('PATCH', path, { title: 'The sea', pinned: true })).toMatchObject({
      status: 200,
      body: { title: 'The sea', pinned: true },
    })
    expect((await ada('GET', path)).body).toMatchObject({ title: 'The sea', agent: 'parley' })
    expect((await ada('PATCH', path, { agent: 'Nobody' })).status).toBe(422)
    expect((await ada('PATCH', path, { agent: null })).status).toBe(200)
    expect((await ada('DELETE', path)).status).toBe(204)
    expect((await ada('GET', path)).status).toBe(404)
    const rows = await database.handle.selectFrom('dialogues').select('id').execute()
    expect(rows).toEqual([])
  })

  it('gives a dialogue that was opened without a word its title with the first', async () => {
    const { database } = await open()
    const { ada } = await visit(database)
    const made = await ada('POST', '/dialogues', {})
    await ada('POST', `/dialogues/${made.body.id}/messages`, { text: 'How deep is the sea?' })
    expect((await ada('GET', `/dialogues/${made.body.id}`)).body['title']).toBe('How deep is the sea?')
  })

  it('lets the invited take part by their own name, answers when mentioned, and takes them out again', async () => {
    const { database } = await open()
    const { as, ada, ended } = await visit(database)
    const { token, member } = await signUp(database, 'grace')
    const grace = as(token)
    const linus = as((await signUp(database, 'linus')).token)
    const made = await ada('POST', '/dialogues', { text: 'Hello' })
    await ended(made.body.turnId)
    const path = `/dialogues/${made.body.id}`
    expect((await grace('GET', path)).status).toBe(404)
    expect((await ada('POST', `${path}/members`, { who: 'nobody' })).status).toBe(404)
    expect(await ada('POST', `${path}/members`, { who: 'GRACE@example.com' })).toMatchObject({
      status: 201,
      body: { username: 'grace' },
    })
    expect((await grace('GET', path)).body).toMatchObject({ access: 'invited', direct: false })
    expect((await grace('POST', `${path}/members`, { who: 'linus' })).status).toBe(403)
    const quiet = await grace('POST', `${path}/messages`, { text: 'Hello Ada' })
    expect(quiet.status).toBe(202)
    expect(quiet.body).not.toHaveProperty('turnId')
    const asked = await grace('POST', `${path}/messages`, { text: '@parley and you?' })
    await ended(asked.body.turnId)
    expect((await ada('GET', path)).body['messages']).toMatchObject([
      {},
      {},
      { text: 'Hello Ada', speaker: { name: 'Grace' } },
      { text: '@Parley and you?' },
      { role: 'assistant' },
    ])
    const edit = `/messages/${String(made.body['messageId'])}/edit`
    expect((await grace('POST', edit, { text: 'mine' })).status).toBe(403)
    expect((await linus('DELETE', `${path}/members/${member.id}`)).status).toBe(404)
    expect((await grace('DELETE', path)).status).toBe(204)
    expect((await ada('GET', path)).status).toBe(200)
    expect((await ada('DELETE', `${path}/members/${member.id}`)).status).toBe(204)
    expect((await grace('GET', path)).status).toBe(404)
    const alone = await ada('POST', `${path}/messages`, { text: 'and now?' })
    expect(alone.body).toHaveProperty('turnId')
  })

  it('refuses nobody’s requests, and strangers’, as if there were nothing', async () => {
    const { database } = await open()
    const { as, ada, ended } = await visit(database)
    const stranger = as((await signUp(database, 'grace')).token)
    const nobody = as(undefined)
    const made = await ada('POST', '/dialogues', { text: 'Hello' })
    const turn = await ended(made.body.turnId)
    const id = made.body.id
    const requests: readonly [string, string, unknown?][] = [
      ['GET', `/dialogues/${id}`],
      ['PATCH', `/dialogues/${id}`, { title: 'x' }],
      ['DELETE', `/dialogues/${id}`],
      ['POST', `/dialogues/${id}/messages`, { text: 'x' }],
      ['POST', `/dialogues/${id}/regenerate`, { messageId: turn['messageId'] }],
      ['POST', `/dialogues/${id}/branch`, { branchId: null }],
      ['GET', `/dialogues/${id}/members`],
      ['POST', `/dialogues/${id}/members`, { who: 'grace' }],
      ['DELETE', `/dialogues/${id}/members/m-ada`],
      ['POST', `/dialogues/${id}/members`, { workspace: { platform: 'slack', id: 'T1' } }],
      ['DELETE', `/dialogues/${id}/workspaces/slack/T1`],
      ['GET', `/dialogues/${id}/events`],
      ['POST', `/messages/${String(made.body['messageId'])}/edit`, { text: 'x' }],
      ['GET', `/turns/${made.body.turnId}`],
      ['POST', `/turns/${made.body.turnId}/stop`],
      ['GET', `/turns/${made.body.turnId}/receipt`],
    ]
    for (const [method, path, body] of requests) {
      expect([method, path, (await nobody(method, path, body)).status]).toEqual([method, path, 401])
      const refused = await stranger(method, path, body)
      expect([method, path, refused.status, refused.body['code']]).toEqual([method, path, 404, 'not_found'])
    }
    expect((await nobody('GET', '/dialogues')).status).toBe(401)
    expect((await stranger('GET', '/dialogues')).body).toMatchObject({ items: [] })
    expect((await ada('GET', `/dialogues/${id}`)).body['messages']).toHaveLength(2)
  })

  it('takes no message from who is not confirmed, or has nothing left to ask with', async () => {
    const { database } = await open()
    const checkQuota = () =>
      Promise.reject(new ParleyError('quota_exceeded', 'Nothing left.', { resetsAtMs: Date.now() + 60_000 }))
    const { as, ada } = await visit(database, { checkQuota })
    const newcomer = as((await signUp(database, 'grace', { confirmed: false })).token)
    expect(await newcomer('POST', '/dialogues', { text: 'Hello' })).toMatchObject({
      status: 403,
      body: { code: 'email_unconfirmed' },
    })
    const spent = await ada('POST', '/dialogues', { text: 'Hello' })
    expect(spent).toMatchObject({ status: 429, body: { code: 'quota_exceeded' } })
    expect(Date.parse(String(spent.body['resetsAt']))).toBeGreaterThan(Date.now())
    expect((await ada('GET', '/dialogues')).body).toMatchObject({ items: [] })
  })

  it('says where a request is wrong', async () => {
    const { database } = await open()
    const { home, ada } = await visit(database)
    const made = await ada('POST', '/dialogues', { title: 'Tides' })
    const path = `/dialogues/${made.body.id}/messages`
    expect(await ada('POST', path, { text: '  ' })).toMatchObject({
      status: 422,
      body: { code: 'invalid', errors: [{ field: 'text' }] },
    })
    expect(await ada('POST', path, { words: 'x' })).toMatchObject({ status: 422 })
    expect(await ada('GET', '/dialogues?limit=0')).toMatchObject({ status: 422 })
    expect(await ada('GET', '/dialogues?cursor=nonsense')).toMatchObject({ status: 422 })
    const form = await home.app.request(`/api/v1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${(await signUp(database, 'linus')).token}` },
      body: 'text=x',
    })
    expect(form.headers.get('content-type')).toContain('application/problem+json')
    expect(form.status).toBeGreaterThanOrEqual(400)
  })
})
