import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { atMs, place } from '../../adapters/postgres/testing/cast.ts'
import { onEveryEngine, type TestDatabase } from '../../adapters/postgres/testing/databases.ts'
import { addMember } from '../../adapters/postgres/testing/people.ts'
import { newDefinition } from '../../core/agent-definition.ts'
import { ParleyError } from '../../core/errors.ts'
import type { Member, Role } from '../../core/member.ts'
import type { Quotas } from '../../core/quota.ts'
import { unlimitedQuotas } from '../../core/quota.ts'
import { createScriptedModel } from '../../core/testing/scripted-model.ts'
import { silentLog } from '../../core/testing/silent-log.ts'
import { wordsIn } from '../../core/words.ts'
import type { WebEnv } from '../context.ts'
import { answerFailure } from '../failure.ts'
import { agentsRoutes } from './agents.ts'

const acme = { platform: 'slack', workspaceId: 'T1' } as const

/** The pages of Agents over a real database, visited by whom the test says. */
function openPages({ store }: TestDatabase, quotas: Quotas = unlimitedQuotas) {
  const model = createScriptedModel(['**Ahoy!**'])
  let ids = 0
  const routes = agentsRoutes({
    store: { ...store, quotas },
    model,
    usualModel: 'usual-model',
    nowMs: () => atMs,
    newId: () => `agent-${(ids += 1)}`,
    addressOf: () => '192.0.2.1',
  })
  async function visit(member: Member | undefined, path: string, form?: Readonly<Record<string, string>>) {
    const app = new Hono<WebEnv>()
    app.use(async (c, next) => {
      c.set('requestId', 'request-1')
      c.set('language', 'en')
      c.set('words', wordsIn('en'))
      const now = member && (await store.members.get(member.id))
      const viewer = now && (await store.members.viewer(now.id))
      c.set(
        'signedIn',
        now && viewer ? { member: now, viewer, sessionId: 's', via: 'cookie' as const } : undefined,
      )
      await next()
    })
    app.route('/', routes)
    app.onError(answerFailure(silentLog))
    const response = await app.request(path, {
      headers: { accept: 'text/html' },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    })
    const location = response.headers.get('location') ?? ''
    return { status: response.status, location, text: await response.text() }
  }
  async function join(name: string, role: Role = 'member') {
    const member = await addMember(store, name)
    return store.members.change(member.id, { role })
  }
  return { visit, join, store, model, routes }
}

const filled = (name: string, more: Readonly<Record<string, string>> = {}) => ({
  name,
  instructions: 'Be kind.',
  maxTokens: '500',
  contextTokens: '8000',
  ...more,
})

onEveryEngine('pages of agents', open => {
  it('keep what was typed, and say beside each field what is wrong with it', async () => {
    const { visit, join } = openPages(await open())
    const ada = await join('ada', 'admin')
    const refused = await visit(
      ada,
      '/admin/agents',
      filled('', {
        instructions: 'For {{nobody}}',
        temperature: '9',
        maxTokens: 'many',
        stop: 'a\nb\nc\nd\ne',
      }),
    )
    expect(refused.status).toBe(422)
    expect(refused.text).toContain('For {{nobody}}')
    expect(refused.text).toContain('value="many"')
    const wrong = [...refused.text.matchAll(/<p class="error" id="(\w+)-error">([^<]+)</g)].map(
      ([, id]) => id,
    )
    expect(wrong).toEqual(['name', 'instructions', 'temperature', 'maxTokens', 'stop'])
    const cramped = await visit(
      ada,
      '/admin/agents',
      filled('Ada', { contextTokens: '2000', maxTokens: '1500' }),
    )
    expect(cramped.text).toContain('This leaves no room for a question')
  })

  it('create, change, publish, roll back, duplicate, archive and restore, each on record', async () => {
    const { visit, join, store } = openPages(await open())
    const ada = await join('ada', 'owner')
    expect((await visit(ada, '/admin/agents', filled('Clerk'))).location).toMatch(
      /^\/admin\/agents\/agent-1\?/,
    )
    const path = '/admin/agents/agent-1'
    await visit(ada, path, { ...filled('Clerk'), revision: '1', publish: '1' })
    await visit(ada, path, {
      ...filled('Clerk', {
        instructions: 'Be brief.\r\nBe kind.',
        knowledgeTitle1: 'Prices',
        knowledgeText1: 'Tea costs 3.',
        questions: 'Where now?\n\nWhere to?',
        exchanges: '5',
      }),
      revision: '2',
      publish: '1',
    })
    expect((await store.keptAgents.answering('agent-1'))?.definition).toEqual({
      name: 'Clerk',
      description: '',
      instructions: 'Be brief.\nBe kind.',
      maxTokens: 500,
      contextTokens: 8000,
      exchanges: 5,
      stop: [],
      knowledge: [{ title: 'Prices', text: 'Tea costs 3.' }],
      questions: ['Where now?', 'Where to?'],
    })
    const late = await visit(ada, path, { ...filled('Clerk'), revision: '2' })
    expect([late.status, late.text.includes('Someone else changed this meanwhile')]).toEqual([409, true])
    const compared = await visit(ada, `${path}/versions/2`)
    expect(compared.text).toMatch(/<ins>[^]*Be brief\.<\/ins>/)
    await visit(ada, `${path}/rollback`, { version: '1' })
    expect((await store.keptAgents.answering('agent-1'))?.definition.instructions).toBe('Be kind.')
    await visit(ada, `${path}/duplicate`, {})
    await visit(ada, `${path}/duplicate`, {})
    await visit(ada, `${path}/archive`, {})
    expect((await visit(ada, path)).text).toContain('This agent is archived')
    await visit(ada, `${path}/restore`, {})
    expect((await store.keptAgents.list()).map(({ draft }) => draft.name)).toEqual([
      'Clerk',
      'Copy of Clerk',
      'Copy of Clerk 2',
    ])
    const audits = await store.audits.list({}, { limit: 50 })
    expect(audits.map(({ action }) => action).toSorted()).toEqual([
      'agent_archived',
      'agent_changed',
      'agent_created',
      'agent_duplicated',
      'agent_duplicated',
      'agent_published',
      'agent_published',
      'agent_restored',
      'agent_rolled_back',
    ])
    expect(audits.find(({ action }) => action === 'agent_changed')).toMatchObject({
      actorId: ada.id,
      subject: 'agent-1',
      address: '192.0.2.1',
      detail: { 'instructions before': 'Be kind.', 'instructions after': 'Be brief.\nBe kind.' },
    })
  })

  it('say who answers where and what every answer carries, for one place and no other', async () => {
    const { visit, join, store } = openPages(await open())
    const ada = await join('ada', 'owner')
    await visit(ada, '/admin/agents', filled('Clerk'))
    await visit(ada, '/admin/agents/agent-1', { ...filled('Clerk'), revision: '1', publish: '1' })
    await store.dialogues.open({
      thread: { ...place, threadId: '1' },
      direct: false,
      title: 'T',
      historyToRead: false,
    })
    const at = '/admin/agents/places?workspace=slack%3AT1&channel=C1'
    expect((await visit(ada, at, { usual: 'agent-1', which: 'some', choosable: 'parley' })).status).toBe(303)
    const notes = '/admin/agents/notes?workspace=slack%3AT1'
    expect((await visit(ada, notes, { notes: ' We are Acme. ', instructions: 'Hi {{you}}' })).status).toBe(
      422,
    )
    expect((await visit(ada, notes, { notes: ' We are Acme. ', instructions: '' })).status).toBe(303)
    expect(await store.agentPlaces.find(place)).toEqual({ usual: 'agent-1', choosable: ['parley'] })
    expect(await store.agentPlaces.find(acme)).toEqual({ notes: 'We are Acme.' })
    expect((await visit(ada, notes)).text).toContain('5 tokens of its own')
    expect((await visit(ada, at, { usual: 'agent-9' })).status).toBe(404)
    expect(
      (await visit(ada, '/admin/agents/places?workspace=slack%3AT1&channel=C9', { usual: '' })).status,
    ).toBe(404)
  })

  it('try the draft as it is typed, on one’s own allowance, and keep nothing', async () => {
    const held: string[] = []
    const quotas: Quotas = {
      ...unlimitedQuotas,
      reserve: claim => {
        held.push(`${claim.reservationId} ${claim.thread.platform}`)
        return unlimitedQuotas.reserve(claim)
      },
      settle: ({ id }) => Promise.resolve(void held.push(`settled ${id}`)),
    }
    const { visit, join, store, model } = openPages(await open(), quotas)
    const ada = await join('ada', 'owner')
    await visit(ada, '/admin/agents', filled('Clerk'))
    const typed = filled('Clerk', { instructions: 'Speak as a pirate.', question: 'Hello?', revision: '1' })
    const tried = await visit(ada, '/admin/agents/agent-1/try', typed)
    expect(tried.text).toContain('<strong>Ahoy!</strong>')
    expect(tried.text).toContain('Speak as a pirate.')
    expect(model.requests[0]?.messages[0]?.content).toMatch(/^Speak as a pirate\./)
    expect(model.requests[0]?.messages[1]?.content).toContain('Hello?')
    expect(held).toEqual(['try:agent-2 web', 'settled try:agent-2'])
    expect((await store.keptAgents.find('agent-1'))?.draft.instructions).toBe('Be kind.')
    model.script([new ParleyError('model_auth', 'sk-secret was refused')])
    const failed = await visit(ada, '/admin/agents/agent-1/try', typed)
    expect(failed.text).toContain('The model gave no answer')
    expect(failed.text).not.toContain('sk-secret')
  })

  it('belong to those who manage: others read, or see nothing, and change nothing', async () => {
    const house = openPages(await open())
    const { visit, join, store } = house
    await store.keptAgents.add({ id: 'all', draft: { ...newDefinition, name: 'All' }, atMs })
    await store.keptAgents.add({
      id: 'ours',
      workspace: acme,
      draft: { ...newDefinition, name: 'Ours' },
      atMs,
    })
    const theirs = { platform: 'slack', workspaceId: 'T2' } as const
    await store.keptAgents.add({
      id: 'theirs',
      workspace: theirs,
      draft: { ...newDefinition, name: 'Theirs' },
      atMs,
    })
    const [auditor, local, member] = [await join('ada', 'auditor'), await join('grace'), await join('linus')]
    await store.workspaceRoles.set(local.id, acme, 'admin')
    const before = await store.keptAgents.list(acme)
    const posts = house.routes.routes.filter(({ method }) => method === 'POST').map(({ path }) => path)
    expect(posts.length).toBeGreaterThan(7)
    const form = { ...filled('Mine'), revision: '1', version: '1', question: 'Hi', usual: '', notes: 'x' }
    for (const path of posts) {
      for (const id of ['all', 'theirs']) {
        const at = path.replace(':id', id)
        expect([at, (await visit(undefined, at, form)).location]).toEqual([
          at,
          expect.stringMatching(/^\/login/),
        ])
        expect([at, (await visit(member, at, form)).status]).toEqual([at, 403])
        expect([at, (await visit(auditor, at, form)).status]).toEqual([at, 403])
      }
    }
    const own = posts.filter(path => path.includes(':id') && !path.endsWith('/duplicate'))
    for (const path of own) {
      expect([path, (await visit(local, path.replace(':id', 'all'), form)).status]).toEqual([path, 403])
      expect([path, (await visit(local, path.replace(':id', 'theirs'), form)).status]).toEqual([path, 404])
    }
    for (const path of ['/admin/agents', '/admin/agents/places', '/admin/agents/notes'])
      expect((await visit(local, `${path}?workspace=slack%3AT2`, form)).status).toBe(403)
    expect(await store.keptAgents.list(acme)).toEqual(before)
    expect((await visit(auditor, '/admin/agents/all')).text).toContain('You can read this agent')
    expect((await visit(local, '/admin/agents')).text).not.toContain('Theirs')
    expect(
      (await visit(local, '/admin/agents/ours', { ...filled('Ours, better'), revision: '1' })).status,
    ).toBe(303)
    expect((await visit(local, '/admin/agents', filled('New'))).status).toBe(303)
    expect((await store.keptAgents.find('agent-1'))?.workspace).toEqual(acme)
  })
})
