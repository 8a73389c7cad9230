import { beforeEach, expect, it } from 'vitest'
import { createSetup, setupLinkMs } from '../../core/setup.ts'
import { createSteppedClock } from '../../core/testing/stepped-clock.ts'
import type { KeptProvider } from '../../core/provider.ts'
import { secrets } from '../jose/secrets.ts'
import { onEveryEngine, type TestDatabase } from './testing/databases.ts'
import { addMember } from './testing/people.ts'

const local: KeptProvider = {
  id: 'p-local',
  name: 'Local',
  baseUrl: 'http://ollama:11434/v1',
  models: ['llama3', 'qwen'],
  enabled: true,
  sendsApiKeyHeader: false,
}
const azure: KeptProvider = {
  id: 'p-azure',
  name: 'Azure',
  baseUrl: 'https://ada.openai.azure.example/openai/v1',
  models: [],
  enabled: false,
  sendsApiKeyHeader: true,
  sealedKey: 'v1.abc.def',
}

onEveryEngine('providers', open => {
  let store: TestDatabase['store']
  beforeEach(async () => {
    ;({ store } = await open())
  })

  const names = async () => (await store.providers.list()).map(({ name }) => name)

  it('are kept whole, in the order in which they were added', async () => {
    await store.providers.save(local)
    await store.providers.save(azure)
    expect(await store.providers.list()).toEqual([local, azure])
    const renamed = { ...local, name: 'Ollama', models: [] }
    await store.providers.save(renamed)
    expect(await store.providers.list()).toEqual([renamed, azure])
    expect(await store.providers.find('p-azure')).toEqual(azure)
    expect(await store.providers.find('p-other')).toBeUndefined()
  })

  it('are put in another order and taken away', async () => {
    for (const id of ['a', 'b', 'c', 'd']) await store.providers.save({ ...local, id, name: id })
    await store.providers.order(['c', 'a'])
    expect(await names()).toEqual(['c', 'a', 'b', 'd'])
    await store.providers.remove('a')
    await store.providers.save({ ...local, id: 'e', name: 'e' })
    expect(await names()).toEqual(['c', 'b', 'd', 'e'])
  })

  it('have names of their own, and keys that were sealed', async () => {
    await store.providers.save(local)
    await expect(store.providers.save({ ...azure, name: 'LOCAL' })).rejects.toMatchObject({
      code: 'conflict',
      fields: [{ field: 'name', code: 'taken' }],
    })
    await expect(store.providers.save({ ...azure, sealedKey: 'sk-in-the-clear' })).rejects.toThrow(/check/)
    expect(await names()).toEqual(['Local'])
  })
})

onEveryEngine('the first owner', open => {
  let store: TestDatabase['store']
  const clock = createSteppedClock()
  beforeEach(async () => {
    ;({ store } = await open())
  })

  const setup = () => createSetup({ store, clock, secrets, publicUrl: 'https://parley.example' })
  const token = async () => (await setup().link())?.split('/').at(-1) ?? ''
  const roles = async (...ids: string[]) =>
    Promise.all(ids.map(async id => (await store.members.get(id)).role))

  it('is who opens the link first; it is audited, and there is no second link', async () => {
    const [ada, grace] = [await addMember(store, 'ada'), await addMember(store, 'grace')]
    expect(await setup().link()).toMatch(/^https:\/\/parley\.example\/setup\/[\w-]{43}$/)
    const link = await token()
    expect(await setup().isOpen(link)).toBe(true)
    await setup().becomeOwner(link, ada.id, '192.0.2.7')
    await expect(setup().becomeOwner(link, grace.id, undefined)).rejects.toMatchObject({
      code: 'token_invalid',
    })
    expect(await roles(ada.id, grace.id)).toEqual(['owner', 'member'])
    expect([await setup().isOpen(link), await setup().link()]).toEqual([false, undefined])
    expect(await store.audits.list({ action: 'became_owner' }, { limit: 9 })).toMatchObject([
      {
        actorId: ada.id,
        subject: ada.id,
        detail: { why: 'setup link', before: 'member', after: 'owner' },
        address: '192.0.2.7',
      },
    ])
  })

  it('is one, of twenty who race with links of their own', async () => {
    const members = await Promise.all(Array.from({ length: 20 }, (_, at) => addMember(store, `racer${at}`)))
    const links = await Promise.all(members.map(() => token()))
    const outcomes = await Promise.allSettled(
      members.map(({ id }, at) => setup().becomeOwner(links[at] ?? '', id, undefined)),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await roles(...members.map(({ id }) => id))).filter(role => role === 'owner')).toHaveLength(1)
  })

  it('is nobody by a link that is a day old, or invented', async () => {
    const ada = await addMember(store, 'ada')
    const link = await token()
    await clock.advance(setupLinkMs)
    for (const worthless of [link, 'invented', ''])
      await expect(setup().becomeOwner(worthless, ada.id, undefined)).rejects.toMatchObject({
        code: 'token_invalid',
      })
    expect(await roles(ada.id)).toEqual(['member'])
  })
})
