import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { afterEach, expect, it } from 'vitest'
import { onEveryEngine, type TestDatabase } from '../../adapters/postgres/testing/databases.ts'
import { addMember } from '../../adapters/postgres/testing/people.ts'
import { readersOn, threadIn, webThread } from '../../adapters/postgres/testing/readers.ts'
import { createHistory } from '../../adapters/postgres/history.ts'
import type { Member } from '../../core/member.ts'
import { silentLog } from '../../core/testing/silent-log.ts'
import { wordsIn } from '../../core/words.ts'
import { createDialoguesApi } from '../api/dialogues.ts'
import { createCompany } from '../company.ts'
import type { WebEnv } from '../context.ts'
import { answerFailure } from '../failure.ts'
import { openWebHome, type WebHome } from '../testing/web-home.ts'
import { peopleRoutes } from './people.ts'

const homes: WebHome[] = []
afterEach(async () => {
  for (const home of homes.splice(0)) await home.close()
})

/** A long time; the rights of these tests do not run out. */
const century = 36_500 * 24 * 60 * 60_000

async function openPeople({ store, database }: TestDatabase) {
  const nowMs = () => Date.now()
  const history = createHistory(database, { nowMs })
  const company = createCompany({ store, history, nowMs })
  const home = openWebHome(database, { works: false })
  homes.push(home)
  const deps = {
    history,
    company,
    changes: store.changes,
    talk: home.talk,
    nowMs,
    audience: { refresh: () => Promise.resolve() },
    urlOf: () => undefined,
  }
  /** Asks as this Member, whatever accounts are theirs by now. */
  async function ask(member: Member, method: string, path: string, body?: Record<string, unknown>) {
    const app = new Hono<WebEnv>()
    const viewer = await store.members.viewer(member.id)
    app.use(async (c, next) => {
      c.set('requestId', 'request-1')
      c.set('language', 'en')
      c.set('words', wordsIn('en'))
      c.set('signedIn', { member, viewer, sessionId: 's', via: 'cookie' })
      await next()
    })
    app.route('/', peopleRoutes(deps)).route('/', createDialoguesApi(deps))
    app.onError(answerFailure(silentLog))
    const isApi = path.startsWith('/api')
    const form = body && new URLSearchParams(Object.entries(body).map(([key, value]) => [key, String(value)]))
    const response = await app.request(path, {
      method,
      headers: isApi ? { 'content-type': 'application/json' } : { accept: 'text/html' },
      ...(body ? { body: isApi ? JSON.stringify(body) : (form ?? '') } : {}),
    })
    const text = await response.text()
    return { status: response.status, text, json: isApi && text !== '' ? (JSON.parse(text) as unknown) : {} }
  }
  const people = readersOn({ database, store })
  /** A Member who can read a channel of this Slack workspace. */
  async function memberIn(name: string, workspaceId: string, channelId: string): Promise<Member> {
    const member = await addMember(store, name)
    const account = { platform: 'slack', realm: workspaceId, userId: name } as const
    await people.letRead(account, threadIn(channelId, '', workspaceId), { forMs: century })
    const { id } = await store.identities.meet(account)
    await database.handle
      .updateTable('identities')
      .set({ member_id: member.id })
      .where('id', '=', id)
      .execute()
    return member
  }
  const [ada, grace, linus] = await Promise.all([
    memberIn('ada', 'T1', 'C1'),
    memberIn('grace', 'T1', 'C2'),
    memberIn('linus', 'T2', 'C1'),
  ])
  await database.handle
    .insertInto('places')
    .values({ platform: 'slack', workspace_id: 'T1', channel_id: 'C1', workspace_name: 'Acme' })
    .execute()
  const owner = (await store.members.identities(ada.id)).find(({ platform }) => platform === 'web')
  const { id } = await store.dialogues.open({
    thread: webThread(randomUUID()),
    direct: true,
    title: 'canary plans',
    historyToRead: false,
    ...(owner ? { owner } : {}),
  })
  return { ask, ada, grace, linus, id, page: `/chats/${id}/people`, api: `/api/v1/dialogues/${id}` }
}

onEveryEngine('the people of a dialogue', open => {
  it('are all of a workspace when its owner, who is in it, says so on the page', async () => {
    const { ask, ada, grace, linus, page } = await openPeople(await open())
    expect((await ask(ada, 'GET', page)).text).toContain('Invite everyone in Acme on Slack')
    expect((await ask(grace, 'GET', page)).status).toBe(404)
    expect((await ask(ada, 'POST', page, { inviteWorkspace: 'slack:T1' })).status).toBe(303)
    const shown = (await ask(ada, 'GET', page)).text
    expect(shown).toContain('Everyone in Acme on Slack')
    expect(shown).not.toContain('Invite everyone')
    const hers = await ask(grace, 'GET', page)
    expect([hers.status, hers.text.includes('canary plans'), hers.text.includes('Take out')]).toEqual([
      200,
      true,
      false,
    ])
    const his = await ask(linus, 'GET', page)
    expect([his.status, his.text.includes('canary')]).toEqual([404, false])
    expect((await ask(grace, 'POST', page, { removeWorkspace: 'slack:T1' })).status).toBe(403)
    expect((await ask(ada, 'POST', page, { removeWorkspace: 'slack:T1' })).status).toBe(303)
    expect((await ask(grace, 'GET', page)).status).toBe(404)
  })

  it('cannot be those of a workspace that its owner is not in, nor of something else', async () => {
    const { ask, ada, linus, page } = await openPeople(await open())
    for (const inviteWorkspace of ['slack:T2', 'discord:T1', 'web:web', 'T1', '<script>']) {
      const refused = await ask(ada, 'POST', page, { inviteWorkspace })
      expect([refused.status, refused.text.includes('no longer in that workspace')]).toEqual([404, true])
    }
    expect((await ask(linus, 'GET', page)).status).toBe(404)
  })

  it('are told on the page when a name is nobody’s', async () => {
    const { ask, ada, page } = await openPeople(await open())
    const refused = await ask(ada, 'POST', page, { who: 'nobody' })
    expect([refused.status, refused.text.includes('There is no member of this name')]).toEqual([404, true])
  })

  it('are a workspace’s over the API too', async () => {
    const { ask, ada, grace, linus, api } = await openPeople(await open())
    const acme = { platform: 'slack', id: 'T1', name: 'Acme' }
    const workspace = { platform: 'slack', id: 'T1' }
    const members = `${api}/members`
    expect((await ask(ada, 'GET', members)).json).toEqual({ items: [], workspaces: [], invitable: [acme] })
    expect(await ask(ada, 'POST', members, { workspace: { platform: 'slack', id: 'T2' } })).toMatchObject({
      status: 404,
      json: { errors: [{ field: 'workspace' }] },
    })
    expect((await ask(grace, 'GET', api)).status).toBe(404)
    expect(await ask(ada, 'POST', members, { workspace })).toMatchObject({ status: 201, json: acme })
    expect((await ask(grace, 'GET', api)).json).toMatchObject({ access: 'invited', direct: false })
    expect((await ask(grace, 'GET', members)).json).toEqual({ items: [], workspaces: [acme], invitable: [] })
    expect((await ask(linus, 'GET', api)).status).toBe(404)
    expect((await ask(grace, 'POST', members, { workspace })).status).toBe(403)
    expect((await ask(grace, 'DELETE', `${api}/workspaces/slack/T1`)).status).toBe(403)
    expect((await ask(grace, 'POST', `${api}/messages`, { text: 'Hello all' })).status).toBe(202)
    expect((await ask(ada, 'DELETE', `${api}/workspaces/slack/T1`)).status).toBe(204)
    expect((await ask(grace, 'GET', api)).status).toBe(404)
  })
})
