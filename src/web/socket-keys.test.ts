import { expect, it, vi } from 'vitest'
import { onPostgres } from '../adapters/postgres/testing/databases.ts'
import { serveSockets } from './testing/socket-home.ts'
import { signUp } from './testing/web-home.ts'

// Each waits for sockets, a worker and a database, and may wait for a busy machine too.
vi.setConfig({ testTimeout: 90_000 })

onPostgres('an API key on the socket', open => {
  it('asks and watches, until it is revoked', async () => {
    const { database } = await open()
    const { home, as } = await serveSockets(database)
    const { member } = await signUp(database, 'ada')
    const { key, secret } = await home.keyring.make(member, { name: 'bot', scopes: ['chat'] }, {})
    const bot = await as()
    bot.send({ type: 'auth', accessToken: secret })
    bot.send({ type: 'send', text: 'Hello', clientId: 'c1' })
    await bot.sees({ type: 'turn', state: 'done' })
    await home.keyring.revoke(member, key.id, {})
    expect(await bot.closed).toBe(4001)
    expect(bot.frames.at(-1)).toMatchObject({ type: 'error', code: 'unauthenticated' })
  })

  it('that is for reading only sends nothing, and one for writing only watches nothing', async () => {
    const { database } = await open()
    const { home, as } = await serveSockets(database)
    const { member } = await signUp(database, 'ada')
    const withKey = async (scope: string) => {
      const { secret } = await home.keyring.make(member, { name: 'bot', scopes: [scope] }, {})
      const client = await as()
      client.send({ type: 'auth', accessToken: secret })
      return client
    }
    const reader = await withKey('read')
    reader.send({ type: 'send', text: 'Hello', clientId: 'c1' })
    await reader.sees({ type: 'error', code: 'forbidden', clientId: 'c1' })
    reader.send({ type: 'subscribe', dialogueId: 'none' })
    await reader.sees({ type: 'error', code: 'not_found', dialogueId: 'none' })
    const writer = await withKey('write')
    writer.send({ type: 'subscribe', dialogueId: 'none' })
    await writer.sees({ type: 'error', code: 'forbidden', dialogueId: 'none' })
    expect(await database.handle.selectFrom('dialogues').selectAll().execute()).toEqual([])
  })
})
