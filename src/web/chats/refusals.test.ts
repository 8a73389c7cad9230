import { expect, it } from 'vitest'
import { ada, grace, linus, place } from '../../adapters/postgres/testing/cast.ts'
import { onEveryEngine, type TestDatabase } from '../../adapters/postgres/testing/databases.ts'
import { viewerOf } from '../../adapters/postgres/testing/people.ts'
import { threadIn } from '../../adapters/postgres/testing/readers.ts'
import { openChatHouse } from '../testing/chat-house.ts'

type Spoken = Awaited<ReturnType<ReturnType<typeof openChatHouse>['converse']>>

/** Ada, who reads #tides, and what she may not read: each with words, versions, an answer and what it was given. */
async function household(opened: TestDatabase) {
  const house = openChatHouse(opened)
  const member = await house.join('ada', ada)
  const owner = await house.join('linus', linus)
  await house.letRead(ada, place)
  await house.letRead(ada, threadIn('C3', ''), { forMs: -1 })
  const own = await house.webChat(member, 'Tides of mine')
  const web = await house.webChat(owner, 'canary web')
  const direct = threadIn('D2', '1')
  await house.talk('canary direct', direct, { direct: true, author: grace })
  const secrets: Spoken[] = []
  for (const [author, thread] of [
    [web.author, web.thread],
    [grace, direct],
    [grace, threadIn('C2', '1')],
    [grace, threadIn('C3', '1')],
    [grace, threadIn('C1', '1', 'T2')],
  ] as const)
    secrets.push(await house.converse(author, 'canary words', thread))
  return { ...house, member, owner, own, secrets }
}

const missing: Spoken = { dialogueId: 'none', messageId: 'none', answerId: 'none', turnId: 'none' }

/** What is posted to each route, for a Dialogue and what is in it. A route without its line fails the test. */
const forms: Readonly<Record<string, (of: Spoken) => readonly Readonly<Record<string, string>>[]>> = {
  '/chats': () => [],
  '/chats/:id': () => [{ text: 'Hello.' }],
  '/chats/:id/act': ({ dialogueId, answerId, turnId }) => [
    { regenerate: answerId },
    { stop: turnId },
    { pin: dialogueId },
    { unpin: dialogueId },
    { branch: 'trunk' },
    { skip: answerId },
  ],
  '/chats/:id/rename': () => [{ title: 'Mine' }],
  '/chats/:id/remove': () => [{}],
  '/chats/:id/agent': () => [{ agent: 'parley' }, { agent: '' }],
  '/chats/:id/people': () => [{ who: 'ada' }, { remove: 'none' }],
}

interface Asked {
  readonly path: string
  readonly form?: Readonly<Record<string, string>>
}

/** Every request that can be made about this, by the routes themselves. */
function requestsAbout(
  { routes }: Pick<ReturnType<typeof openChatHouse>, 'routes'>,
  of: Spoken,
): readonly Asked[] {
  const ids = { chats: of.dialogueId, messages: of.messageId, turns: of.turnId }
  return routes.routes
    .filter(({ method, path }) => path.includes(':id') && (method === 'GET' || method === 'POST'))
    .flatMap(({ method, path }): readonly Asked[] => {
      const [, noun] = path.split('/')
      const id = noun === undefined ? undefined : ids[noun as keyof typeof ids]
      if (id === undefined) throw new Error(`Nothing is known of ${path}.`)
      const at = path.replace(':id', id)
      if (method === 'GET') return [{ path: at }]
      const posted = forms[path]
      if (!posted) throw new Error(`Nothing is posted to ${path}.`)
      return posted(of).map(form => ({ path: at, form }))
    })
}

onEveryEngine('pages of dialogues that one may not read', open => {
  it('are as if they were not there, every one of them and whatever is sent', async () => {
    const house = await household(await open())
    const { visit, member, secrets } = house
    const nowhere = []
    for (const asked of requestsAbout(house, missing)) nowhere.push(await visit(member, asked.path, asked))
    expect(nowhere.length).toBeGreaterThan(12)
    for (const secret of secrets) {
      for (const [number, asked] of requestsAbout(house, secret).entries()) {
        const there = await visit(member, asked.path, asked)
        expect([asked, there.status]).toEqual([asked, 404])
        expect(there).toEqual(nowhere[number])
        expect(there.text).not.toContain('canary')
      }
    }
  }, 120_000)

  it('are not reached through a dialogue of one’s own', async () => {
    const { visit, store, member, own, secrets } = await household(await open())
    for (const { answerId, turnId } of secrets) {
      for (const form of [{ regenerate: answerId }, { stop: turnId }, { branch: 'none' }]) {
        const asked = await visit(member, `/chats/${own.id}/act`, { form })
        expect([form, asked.status]).toEqual([form, 404])
      }
      expect(await store.turns.get(turnId)).toMatchObject({ state: 'done' })
    }
    expect(await store.turns.active({ dialogueId: own.id })).toEqual([])
  })

  it('are in no list, no search and no filter, for any question', async () => {
    const { visit, member } = await household(await open())
    for (const address of [
      '/chats',
      '/chats/new',
      '/chats?platform=slack',
      '/chats?channel=slack/T1/C2',
      '/chats?channel=slack/T1/C3',
      '/chats?channel=slack/T2/C1',
      '/chats?channel=web/web/web',
      '/chats?mine=on',
      '/chats?q=words',
      '/chats?q=answer',
    ]) {
      const { status, text } = await visit(member, address)
      expect([address, status]).toEqual([address, 200])
      expect(text).not.toMatch(/canary|[TD]2\/|\/C[23]"/)
    }
    const found = await visit(member, '/chats?q=canary', { part: 'list' })
    expect(found.text).toContain('class="empty-list"')
    expect(found.text).not.toContain('class="item"')
  })

  it('lead whoever is not signed in to the way in, and back', async () => {
    const house = await household(await open())
    const everything = [
      ...requestsAbout(house, missing),
      ...requestsAbout(house, house.secrets[0] ?? missing),
    ]
    const begin: Asked[] = [
      { path: '/chats' },
      { path: '/chats?q=tides&mine=on' },
      { path: '/chats/new' },
      { path: '/chats', form: { text: 'Hi' } },
    ]
    for (const asked of [...begin, ...everything]) {
      const { status, location, text } = await house.visit(undefined, asked.path, asked)
      const way = asked.form ? '/login?notice=sessionEnded' : `/login?next=${encodeURIComponent(asked.path)}`
      expect([asked, status, location, text]).toEqual([asked, 303, way, ''])
    }
  })
})

onEveryEngine('broken glass', open => {
  it('lets one read and nothing else, for its time', async () => {
    const house = await household(await open())
    const { visit, store, member, secrets, breakGlass } = house
    const viewer = await viewerOf(store, member)
    for (const secret of secrets.slice(0, 3)) {
      await breakGlass(secret.dialogueId, viewer)
      const { status, text } = await visit(member, `/chats/${secret.dialogueId}`)
      expect(status).toBe(200)
      expect(text).toContain('canary words, again')
      expect(text).toContain('Opened for a reason and for a limited time')
      expect(text).toContain('data-access="glass"')
      expect(text).not.toMatch(/id="composer"|\/rename"|\/export\.|\/share"/)
      expect((await visit(member, `/turns/${secret.turnId}/receipt`)).status).toBe(200)
      expect((await visit(member, `/messages/${secret.messageId}/versions`)).text).toContain('canary words')
      for (const { path, form } of requestsAbout(house, secret)) {
        if (!form || 'pin' in form || 'unpin' in form || path.endsWith('/remove')) continue
        expect([path, form, (await visit(member, path, { form })).status]).toEqual([
          path,
          form,
          expect.toSatisfy((refused: number) => refused === 403 || refused === 404),
        ])
      }
      const said = await store.messages.before(secret.dialogueId, Number.MAX_SAFE_INTEGER, 9)
      expect(said.filter(({ text: words }) => !words.includes('canary'))).toEqual([])
      expect((await store.dialogues.get(secret.dialogueId)).title).not.toBe('Mine')
      expect(await store.teammates.list(secret.dialogueId)).toEqual([])
    }
    await breakGlass(secrets[3]?.dialogueId ?? '', viewer, -1)
    expect((await visit(member, `/chats/${secrets[3]?.dialogueId}`)).status).toBe(404)
  }, 120_000)
})

onEveryEngine('addresses that nobody was given', open => {
  it('get a calm page', async () => {
    const { visit, member, own } = await household(await open())
    const odd = ['%00', '%25', "'%22%3E%3Cscript%3E", 'x'.repeat(5_000), '-1']
    const lists = ['q', 'platform', 'channel', 'person', 'from', 'cursor'].flatMap(name =>
      odd.map(value => `/chats?${name}=${value}`),
    )
    const more = ['slack/%00/%00', 'slack/T1', '//', 'slack/%2525/%2525'].map(
      value => `/chats?channel=${value}`,
    )
    const dates = ['2026-02-30', '0000-00-00', '9999-12-31', '275760-09-14'].flatMap(day => [
      `/chats?from=${day}`,
      `/chats?to=${day}`,
    ])
    const cursors = [
      ['9999-99-99T99:99:99.999999Z', 'x'],
      ['0000-01-01T00:00:00.000000Z', 'x'],
      ['2026-02-30T00:00:00.000000Z', 'x'],
      [1, 2],
      {},
    ]
      .map(key => Buffer.from(JSON.stringify(key)).toString('base64url'))
      .flatMap(cursor => [`/chats?cursor=${cursor}`, `/chats?q=tides&cursor=${cursor}`])
    const befores = [...odd, '0', '99999999999999999999', '9007199254740991', '1e9', 'NaN'].map(
      before => `/chats/${own.id}?before=${before}`,
    )
    for (const address of [...lists, ...more, ...dates, ...cursors, ...befores])
      expect([address, (await visit(member, address)).status]).toEqual([address, 200])
    for (const id of odd.filter(text => text !== '%25'))
      for (const address of [`/chats/${id}`, `/messages/${id}/versions`, `/turns/${id}/receipt`])
        expect([address, (await visit(member, address)).status]).toEqual([address, 404])
  }, 120_000)

  it('and forms that no page has are refused calmly', async () => {
    const { visit, member, own, store } = await household(await open())
    for (const form of [{}, { act: 'x' }, { pin: '' }] as Record<string, string>[])
      expect((await visit(member, `/chats/${own.id}/act`, { form })).status).toBe(422)
    for (const title of ['\0', 'x'.repeat(201), ' '])
      expect((await visit(member, `/chats/${own.id}/rename`, { form: { title } })).status).toBeLessThan(500)
    for (const value of ['\0', 'x'.repeat(5_000)])
      for (const form of [{ regenerate: value }, { stop: value }, { branch: value }] as Record<
        string,
        string
      >[])
        expect([form, (await visit(member, `/chats/${own.id}/act`, { form })).status]).toEqual([form, 404])
    expect((await visit(member, `/chats/${own.id}`, { form: { text: ' \n' } })).status).toBe(303)
    expect(await store.messages.before(own.id, Number.MAX_SAFE_INTEGER, 9)).toEqual([])
    expect((await visit(member, `/chats/${own.id}`, { form: { text: 'with \0 in it' } })).status).toBe(303)
    expect((await visit(member, `/chats/${own.id}`)).text).toContain('with \uFFFD in it')
  })
})
