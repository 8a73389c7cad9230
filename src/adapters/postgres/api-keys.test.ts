import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { secrets } from '../jose/secrets.ts'
import { mostApiKeys } from '../../core/api-key.ts'
import { createKeyring, isApiKey } from '../../core/keyring.ts'
import { createSteppedClock } from '../../core/testing/stepped-clock.ts'
import type { Database } from './database.ts'
import { createStore } from './store.ts'
import { onEveryEngine, onPostgres } from './testing/databases.ts'
import { adaMember, graceMember, join } from './testing/members.ts'

const dayMs = 24 * 60 * 60_000

function keyringOn(database: Database) {
  const clock = createSteppedClock()
  const store = createStore(database)
  const keyring = createKeyring({ store, clock, secrets, newId: randomUUID, signals: database.signals })
  return { clock, store, keyring }
}

async function peopleOn(database: Database) {
  const [ada, grace] = await join(createStore(database), adaMember, graceMember)
  if (!ada || !grace) throw new Error('They joined.')
  return { ada, grace }
}

onEveryEngine('API keys', open => {
  async function house() {
    const { database } = await open()
    return { database, ...keyringOn(database), ...(await peopleOn(database)) }
  }

  it('let their Member in, and nobody without them', async () => {
    const { keyring, ada } = await house()
    const { key, secret } = await keyring.make(ada, { name: ' deploy  bot ', scopes: ['read'] }, {})
    expect(secret).toMatch(/^pk_[\w-]{43}_[\w-]{6}$/)
    expect(key).toMatchObject({ name: 'deploy bot', scopes: ['read'], hint: secret.slice(0, 9) })
    expect(await keyring.authenticate(secret)).toMatchObject({
      member: { id: ada.id },
      viewer: { memberId: ada.id },
      scopes: ['read'],
    })
    const other = secret.endsWith('A') ? `${secret.slice(0, -1)}B` : `${secret.slice(0, -1)}A`
    expect([isApiKey(secret, secrets), isApiKey(other, secrets), isApiKey('sk-upstream', secrets)]).toEqual([
      true,
      false,
      false,
    ])
    expect(await keyring.authenticate(other)).toBeUndefined()
    expect(await keyring.authenticate('pk_')).toBeUndefined()
  })

  it('are kept as hashes: the key stands in no table', async () => {
    const { keyring, database, ada } = await house()
    const { secret, key } = await keyring.make(ada, { name: 'bot' }, {})
    const row = await database.handle.selectFrom('api_keys').selectAll().executeTakeFirstOrThrow()
    expect(JSON.stringify(row)).not.toContain(secret.slice(10, 40))
    expect(row.hash).toBe(secrets.hash(secret))
    expect(key.scopes).toEqual(['chat', 'read', 'write'])
    const { handle } = database
    const audits = await handle.selectFrom('audits').select(['action', 'detail', 'subject']).execute()
    expect(audits).toEqual([
      {
        action: 'api_key_made',
        subject: key.id,
        detail: { name: 'bot', scopes: 'chat read write', expiresAtMs: null },
      },
    ])
    expect(JSON.stringify(audits)).not.toContain(secret)
  })

  it('end when they expire, when they are revoked, and when their Member is suspended', async () => {
    const { keyring, clock, store, ada, grace } = await house()
    const soon = await keyring.make(ada, { name: 'soon', expiresAtMs: clock.nowMs() + dayMs }, {})
    const revoked = await keyring.make(ada, { name: 'revoked' }, {})
    const hers = await keyring.make(grace, { name: 'hers' }, {})
    const alive = async () =>
      Promise.all(
        [soon, revoked, hers].map(async one => (await keyring.authenticate(one.secret)) !== undefined),
      )
    expect(await alive()).toEqual([true, true, true])
    await expect(keyring.revoke(grace, revoked.key.id, {})).rejects.toMatchObject({ code: 'not_found' })
    await keyring.revoke(ada, revoked.key.id, {})
    expect(await alive()).toEqual([true, false, true])
    await expect(keyring.revoke(ada, revoked.key.id, {})).rejects.toMatchObject({ code: 'not_found' })
    expect((await keyring.list(ada.id)).map(({ name }) => name)).toEqual(['soon'])
    await clock.advance(dayMs)
    expect(await alive()).toEqual([false, false, true])
    await store.members.change(grace.id, { suspendedAtMs: clock.nowMs() })
    await clock.advance(500)
    expect(await alive()).toEqual([false, false, false])
    expect(await keyring.holder(`key:${hers.key.id}`)).toBeUndefined()
    await store.apiKeys.tidy(clock.nowMs() + 1)
    expect([await keyring.list(ada.id), (await keyring.list(grace.id)).length]).toEqual([[], 1])
  })

  it('tell their last use at most a minute behind', async () => {
    const { keyring, clock, ada } = await house()
    const { secret } = await keyring.make(ada, { name: 'bot' }, {})
    const used = async () => (await keyring.list(ada.id))[0]?.usedAtMs
    expect(await used()).toBeUndefined()
    const firstMs = clock.nowMs()
    await keyring.authenticate(secret)
    expect(await used()).toBe(firstMs)
    await clock.advance(60_000)
    await keyring.authenticate(secret)
    expect(await used()).toBe(firstMs + 60_000)
  })

  it('are no more than a person needs, however many are made at once', async () => {
    const { keyring, ada, grace } = await house()
    const made = await Promise.allSettled(
      Array.from({ length: mostApiKeys + 5 }, (_, index) => keyring.make(ada, { name: `bot ${index}` }, {})),
    )
    const refused = made.filter(one => one.status === 'rejected').map(one => one.reason.code)
    expect(refused).toEqual(Array.from({ length: 5 }, () => 'conflict'))
    const keys = await keyring.list(ada.id)
    expect(keys).toHaveLength(mostApiKeys)
    await keyring.revoke(ada, keys[0]?.id ?? '', {})
    await keyring.make(ada, { name: 'one more' }, {})
    await keyring.make(grace, { name: 'hers' }, {})
  })

  it.each<[string, Parameters<ReturnType<typeof keyringOn>['keyring']['make']>[1], string]>([
    ['no name', { name: '  ' }, 'name'],
    ['a name too long', { name: 'x'.repeat(61) }, 'name'],
    ['no scope', { name: 'bot', scopes: [] }, 'scopes'],
    ['a scope that is none', { name: 'bot', scopes: ['read', 'everything'] }, 'scopes'],
    ['an end that is past', { name: 'bot', expiresAtMs: 0 }, 'expiresAt'],
    ['an end that is no time', { name: 'bot', expiresAtMs: Number.NaN }, 'expiresAt'],
  ])('are not made with %s', async (_, wish, field) => {
    const { keyring, ada } = await house()
    await expect(keyring.make(ada, wish, {})).rejects.toMatchObject({ code: 'invalid', fields: [{ field }] })
    expect(await keyring.list(ada.id)).toEqual([])
  })
})

onPostgres('API keys on two processes', open => {
  it('end on both when one revokes them', async () => {
    const { database, another } = await open()
    const here = keyringOn(database)
    const there = keyringOn(await another())
    const { ada } = await peopleOn(database)
    const { key, secret } = await here.keyring.make(ada, { name: 'bot' }, {})
    expect(await there.keyring.authenticate(secret)).toMatchObject({ key: { id: key.id } })
    await here.keyring.revoke(ada, key.id, {})
    // Its clock stands still: what it remembers goes by the other's word alone.
    await expect.poll(() => there.keyring.authenticate(secret)).toBeUndefined()
  })
})
