import { expect, it } from 'vitest'
import { onPostgres } from '../../adapters/postgres/testing/databases.ts'
import { apiKeyScopes } from '../../core/api-key.ts'
import { apiHouse } from '../testing/api-house.ts'

onPostgres('an API key', open => {
  /** Ada with a dialogue of her own; Grace with one of hers, a key of every scope, and a session. */
  async function house() {
    const opened = await apiHouse(await open())
    const { store, accounts, keyring, request, token } = opened
    const registered = await store.members.add({
      id: 'm-grace',
      username: 'grace',
      nickname: 'Grace',
      email: 'grace@example.com',
      emailConfirmed: true,
    })
    const grant = await accounts.startSession(registered.id, 'password', {})
    const { secret } = await keyring.make(registered, { name: 'all', scopes: apiKeyScopes }, {})
    const say = async (as: string, text: string) =>
      (await request(as, 'POST', '/api/v1/dialogues', { text })).json()
    const hers = await say(token, 'Ada’s canary')
    const own = await say(grant.accessToken, 'Grace’s plan')
    return { ...opened, session: grant.accessToken, secret, hers, own }
  }

  it('reads what its Member reads, to the letter, and no more', async () => {
    const { app, request, session, secret, hers, own, member } = await house()
    const document = await (await app.request('/api/openapi.json')).json()
    const reads = Object.entries<object>(document.paths).flatMap(([path, item]) =>
      'get' in item && !path.endsWith('/events') && !/\/(?:export|sessions|api-keys)$/.test(path)
        ? [path]
        : [],
    )
    const ids = [hers.id, hers.messageId, hers.turnId, own.id, own.messageId, own.turnId, member.id]
    const read: string[] = []
    for (const path of reads) {
      for (const id of path.includes('{id}') ? ids : ['']) {
        const address = path.replace('{id}', id)
        const [byKey, byPerson] = [
          await request(secret, 'GET', address),
          await request(session, 'GET', address),
        ]
        const [key, person] = [await byKey.text(), await byPerson.text()]
        expect([address, byKey.status, key]).toEqual([address, byPerson.status, person])
        read.push(key)
      }
    }
    expect(read.join()).toContain('Grace’s plan')
    expect(read.join()).not.toContain('canary')
    expect(read.join()).not.toContain(hers.messageId)
  })

  it('changes nothing of another’s', async () => {
    const { request, token, secret, hers } = await house()
    const before = await (await request(token, 'GET', `/api/v1/dialogues/${hers.id}`)).json()
    const tries: [string, string, unknown][] = [
      ['PATCH', `/api/v1/dialogues/${hers.id}`, { title: 'mine' }],
      ['DELETE', `/api/v1/dialogues/${hers.id}`, undefined],
      ['POST', `/api/v1/dialogues/${hers.id}/messages`, { text: 'hello' }],
      ['POST', `/api/v1/dialogues/${hers.id}/forget`, undefined],
      ['PUT', `/api/v1/dialogues/${hers.id}/publication`, {}],
      ['POST', `/api/v1/dialogues/${hers.id}/members`, { who: 'grace' }],
      ['POST', `/api/v1/messages/${hers.messageId}/edit`, { text: 'other' }],
      ['POST', `/api/v1/turns/${hers.turnId}/stop`, undefined],
    ]
    for (const [method, path, json] of tries)
      expect([method, path, (await request(secret, method, path, json)).status]).toEqual([method, path, 404])
    expect(await (await request(token, 'GET', `/api/v1/dialogues/${hers.id}`)).json()).toEqual(before)
  })

  it('of who has not confirmed an address asks nothing', async () => {
    const { store, keyring, request } = await house()
    const linus = await store.members.add({
      id: 'm-linus',
      username: 'linus',
      nickname: 'Linus',
      email: 'linus@example.com',
    })
    const { secret } = await keyring.make(linus, { name: 'bot' }, {})
    const refused = await request(secret, 'POST', '/api/v1/dialogues', { text: 'hello' })
    expect([refused.status, (await refused.json()).code]).toEqual([403, 'email_unconfirmed'])
  })
})
