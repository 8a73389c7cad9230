import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { beforeEach, expect, it } from 'vitest'
import { createEgress } from '../adapters/egress/egress.ts'
import { createCipher } from '../adapters/jose/cipher.ts'
import { onEveryEngine, type TestDatabase } from '../adapters/postgres/testing/databases.ts'
import { addMember } from '../adapters/postgres/testing/people.ts'
import { keyContext } from './provider.ts'
import { createProviderDesk, type ProviderDraft } from './provider-desk.ts'

const old = createCipher(['the secret key of last year, long enough'])
const both = createCipher([
  'the secret key of this year, as long',
  'the secret key of last year, long enough',
])
const planted = 'sk-planted-key-of-ada'
const egress = createEgress({ allow: ['ollama'], resolve: async () => [{ address: '10.0.0.9', family: 4 }] })
const azure: ProviderDraft = {
  name: 'Azure',
  baseUrl: 'https://8.8.8.8/openai/v1/',
  models: ['gpt-5', ' gpt-5 ', '', 'o9'],
  enabled: true,
  sendsApiKeyHeader: true,
  key: planted,
}

onEveryEngine('who manages providers', open => {
  let opened: TestDatabase
  let memberId: string
  let nowMs = 1_763_700_000_000
  beforeEach(async () => {
    opened = await open()
    memberId = (await addMember(opened.store, 'ada')).id
  })

  const desk = (cipher = old) =>
    createProviderDesk({
      store: opened.store,
      cipher,
      newId: randomUUID,
      nowMs: () => (nowMs += 1),
      checkUrl: url => egress.check(url),
    })
  const by = () => ({ memberId, address: '192.0.2.7' })
  const audits = async () =>
    (await opened.store.audits.list({}, { limit: 20 }))
      .map(({ action, detail }) => ({ action, ...detail }))
      .toReversed()
  const problems = async (work: Promise<unknown>) =>
    work.then(
      () => [],
      (thrown: { fields?: readonly { field: string; code: string }[] }) =>
        thrown.fields?.map(({ field, code }) => `${field}: ${code}`),
    )

  it('adds, changes, moves and removes them, each on record with before and after and without the key', async () => {
    const { id, sealedKey } = await desk().add(azure, by())
    expect(old.open(sealedKey ?? '', keyContext({ id }))).toBe(planted)
    const { key: _, ...rest } = azure
    await desk().change(id, { ...rest, name: 'Azure west', enabled: false }, by())
    const second = await desk().add({ ...rest, name: 'Ollama', baseUrl: 'http://ollama:11434/v1' }, by())
    await desk().move(second.id, 'up', by())
    await desk().move(second.id, 'up', by())
    expect((await opened.store.providers.list()).map(({ name }) => name)).toEqual(['Ollama', 'Azure west'])
    await desk().change(id, { ...rest, name: 'Azure west', enabled: false, key: null }, by())
    await desk().remove(id, by())
    const shown = {
      baseUrl: 'https://8.8.8.8/openai/v1',
      models: 'gpt-5, o9',
      sendsApiKeyHeader: true,
    }
    const whole = (when: string, more: object) =>
      Object.fromEntries(
        Object.entries({ ...shown, ...more }).map(([name, value]) => [`${when}.${name}`, value]),
      )
    expect(await audits()).toEqual([
      {
        action: 'provider_added',
        name: 'Azure',
        ...whole('after', { name: 'Azure', enabled: true, hasKey: true }),
      },
      {
        action: 'provider_changed',
        name: 'Azure west',
        'before.name': 'Azure',
        'after.name': 'Azure west',
        'before.enabled': true,
        'after.enabled': false,
      },
      {
        action: 'provider_added',
        name: 'Ollama',
        ...whole('after', {
          name: 'Ollama',
          baseUrl: 'http://ollama:11434/v1',
          enabled: true,
          hasKey: false,
        }),
      },
      { action: 'provider_moved', name: 'Ollama', 'before.place': 2, 'after.place': 1 },
      {
        action: 'provider_changed',
        name: 'Azure west',
        'before.hasKey': true,
        'after.hasKey': false,
        key: 'removed',
      },
      {
        action: 'provider_removed',
        name: 'Azure west',
        ...whole('before', { name: 'Azure west', enabled: false, hasKey: false }),
      },
    ])
  })

  it('hears beside each field what cannot be taken', async () => {
    const wrong = { ...azure, name: ' ', baseUrl: 'ftp://x', key: 'with a space' }
    expect(await problems(desk().add(wrong, by()))).toEqual([
      'name: required',
      'baseUrl: malformed',
      'key: malformed',
    ])
    const closed = ['http://169.254.169.254/', 'http://127.0.0.1:11434/v1', 'http://gpu.example/v1']
    for (const baseUrl of closed)
      expect(await problems(desk().add({ ...azure, baseUrl }, by()))).toEqual(['baseUrl: not_offered'])
    const strange = ['https://u:p@models.example/v1', 'https://8.8.8.8/v1?key=x', 'http://0x7f.1/v1']
    for (const baseUrl of strange)
      expect(await problems(desk().add({ ...azure, baseUrl }, by()))).toEqual(['baseUrl: malformed'])
    await desk().add(azure, by())
    expect(await problems(desk().add(azure, by()))).toEqual(['name: taken'])
    expect(await opened.store.providers.list()).toHaveLength(1)
  })

  it('does not take a kept key to another host: it has to be typed again', async () => {
    const { id } = await desk().add(azure, by())
    const { key: _, ...elsewhere } = { ...azure, baseUrl: 'https://9.9.9.9/v1' }
    expect(await problems(desk().change(id, elsewhere, by()))).toEqual(['key: required'])
    expect(await problems(desk().change(id, { ...elsewhere, key: 'sk-other' }, by()))).toEqual([])
    expect(
      await problems(desk().change(id, { ...elsewhere, baseUrl: 'https://9.9.9.9/other' }, by())),
    ).toEqual([])
  })

  it('has every key under a new secret before the old one goes', async () => {
    const { id } = await desk().add(azure, by())
    expect(await desk(both).sealAnew()).toEqual({ sealed: 1, lost: 0 })
    expect(await desk(both).sealAnew()).toEqual({ sealed: 0, lost: 0 })
    const young = createCipher(['the secret key of this year, as long'])
    const kept = await opened.store.providers.find(id)
    expect(young.open(kept?.sealedKey ?? '', keyContext({ id }))).toBe(planted)
    expect(await desk(createCipher(['yet another key, quite as long as they'])).sealAnew()).toEqual({
      sealed: 0,
      lost: 1,
    })
  })

  it('leaves no key readable anywhere in the database', async () => {
    await desk().add(azure, by())
    await problems(desk().add({ ...azure, baseUrl: 'http://127.0.0.1/' }, by()))
    const { rows: tables } = await sql<{ name: string }>`
      select tablename as name from pg_tables where schemaname = 'public'`.execute(opened.database.handle)
    for (const { name } of tables) {
      const { rows } = await sql<{ row: string }>`select t::text as row from ${sql.table(name)} t`.execute(
        opened.database.handle,
      )
      expect(rows.filter(({ row }) => row.includes('planted'))).toEqual([])
    }
  })

  it('who move at once leave an order that has each once', async () => {
    const { key: _, ...rest } = azure
    const added = await Promise.all(['a', 'b', 'c', 'd'].map(name => desk().add({ ...rest, name }, by())))
    await Promise.all(added.flatMap(({ id }) => [desk().move(id, 'up', by()), desk().move(id, 'down', by())]))
    const names = (await opened.store.providers.list()).map(({ name }) => name)
    expect(names.toSorted()).toEqual(['a', 'b', 'c', 'd'])
  })
})
