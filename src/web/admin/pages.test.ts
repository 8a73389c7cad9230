import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ada as adaOnSlack, atMs, place } from '../../adapters/postgres/testing/cast.ts'
import { createHistory } from '../../adapters/postgres/history.ts'
import { createStore } from '../../adapters/postgres/store.ts'
import { openTestEmbedded } from '../../adapters/postgres/testing/databases.ts'
import type { Identity } from '../../core/identity.ts'
import { openAdminHouse } from '../testing/admin-house.ts'

/** What each page of those who manage shows to whom, and what its forms and the API do. */

let opened: Awaited<ReturnType<typeof openTestEmbedded>>
let house: ReturnType<typeof openAdminHouse>
let people: Awaited<ReturnType<typeof house.gather>>
const slack = new Map([
  ['slack' as const, { administers: async ({ userId }: Identity) => userId === adaOnSlack.userId }],
])

beforeAll(async () => {
  opened = await openTestEmbedded()
  house = openAdminHouse({ ...opened, store: createStore(opened.database) }, slack)
  people = await house.gather()
})
afterAll(() => opened.close())

const idOf = (viewer: keyof typeof people) => people[viewer]?.id ?? ''

describe('members', () => {
  it('are names to who audits, with addresses to who manages the installation alone', async () => {
    const page = async (viewer: keyof typeof people, path: string) =>
      (await house.visit(people[viewer], path)).text
    expect(await page('owner', `/admin/members/${idOf('member')}`)).toContain('linus@acme.example')
    expect(await page('auditor', `/admin/members/${idOf('member')}`)).not.toContain('@acme.example')
    expect(await page('auditor', '/admin/members?q=acme.example')).toContain('Nobody like that')
    expect(await page('owner', '/admin/members?q=acme.example')).toContain('linus')
    const api = await house.visit(people['auditor'], '/api/v1/admin/members?q=linus')
    expect(JSON.parse(api.text)).toMatchObject({ items: [{ username: 'linus', role: 'member' }] })
    expect(api.text).not.toContain('@acme.example')
  })

  it('of a workspace are all that who manages it sees', async () => {
    const visit = (path: string) => house.visit(people['workspaceAdmin'], path)
    const list = await visit('/admin/members')
    expect(list.text).toContain('barbara')
    expect(list.text).not.toContain('linus')
    expect((await visit(`/admin/members/${idOf('member')}`)).status).toBe(404)
    expect((await visit(`/api/v1/admin/members/${idOf('member')}`)).status).toBe(404)
  })

  it('lead to their own usage, and to no one else’s', async () => {
    const { text } = await house.visit(people['owner'], `/admin/members/${idOf('member')}`)
    const [, usage = ''] = /href="(\/admin\/usage\?only[^"]*)"/.exec(text) ?? []
    const page = await house.visit(people['owner'], usage.replaceAll('&amp;', '&'))
    expect(page.text).toContain(`name="only" value="person:${idOf('member')}"`)
  })

  it('have no forms for who only reads', async () => {
    const { text } = await house.visit(people['auditor'], `/admin/members/${idOf('member')}`)
    expect(text).not.toContain(`action="/admin/members/`)
  })

  it('are signed out, suspended and let back in, by page and by program', async () => {
    const { store } = house
    const someone = await house.join('someone', 'member')
    const session = await house.signIn(someone)
    const at = `/admin/members/${someone.id}`
    expect((await house.visit(people['admin'], at)).text).toContain('Firefox on macOS')
    const out = await house.visit(people['admin'], `${at}/sessions/${session.id}/end`, { form: {} })
    expect(out.location).toBe(`${at}?notice=sessionsEnded`)
    expect(await store.sessions.list(someone.id, atMs)).toEqual([])
    await house.visit(people['admin'], `${at}/suspend`, { form: {} })
    expect((await store.members.get(someone.id)).suspended).toBe(true)
    const back = await house.visit(people['admin'], `/api/v1${at}`, {
      method: 'PATCH',
      json: { suspended: false, role: 'auditor' },
    })
    expect(JSON.parse(back.text)).toMatchObject({ suspended: false, role: 'auditor' })
  })

  it('are changed wholly or not at all', async () => {
    const { status, text } = await house.visit(people['admin'], `/api/v1/admin/members/${idOf('auditor')}`, {
      method: 'PATCH',
      json: { suspended: true, role: 'owner' },
    })
    expect([status, JSON.parse(text).code]).toEqual([403, 'forbidden'])
    expect(await house.store.members.get(idOf('auditor'))).toMatchObject({
      suspended: false,
      role: 'auditor',
    })
  })

  it('are erased only by their name, with a receipt', async () => {
    const someone = await house.join('mistyped', 'member')
    const at = `/admin/members/${someone.id}/erase`
    const wrong = await house.visit(people['owner'], at, { form: { username: 'linus' } })
    expect([wrong.status, wrong.text.includes('This is not their username.')]).toEqual([422, true])
    const right = await house.visit(people['owner'], at, { form: { username: 'Mistyped' } })
    expect(right.location).toMatch(/^\/forget\/receipt\//)
    const page = await house.visit(people['owner'], `/admin/members/${someone.id}`)
    expect(page.text).toContain('Being erased')
    const unsuspended = await house.visit(people['owner'], `/admin/members/${someone.id}/unsuspend`, {
      form: {},
    })
    expect(unsuspended.status).toBe(409)
  })

  it('keep their last owner, in words, in the API too', async () => {
    const form = { role: 'member' }
    const page = await house.visit(people['owner'], `/admin/members/${idOf('owner')}/role`, { form })
    expect([page.status, page.text.includes('Parley needs an owner.')]).toEqual([409, true])
    const api = await house.visit(people['owner'], `/api/v1/admin/members/${idOf('owner')}`, {
      method: 'PATCH',
      json: form,
    })
    expect(JSON.parse(api.text)).toMatchObject({
      code: 'conflict',
      errors: [{ field: 'role', message: 'Parley needs an owner. Make someone else an owner first.' }],
    })
  })
})

describe('the audit log', () => {
  it('of a workspace holds what was done in it, and nothing else', async () => {
    const { store } = house
    const form = { in: 'slack:T1', workspaceRole: 'auditor' }
    const given = await house.visit(people['owner'], `/admin/members/${idOf('member')}/workspaces`, { form })
    expect(given.location).toContain('notice=workspaceRoleChanged')
    await store.audits.add({ atMs, action: 'prices_changed', subject: 'gpt', detail: {} })
    const here = await house.visit(people['workspaceAdmin'], '/api/v1/admin/audit')
    expect(JSON.parse(here.text)).toMatchObject({
      items: [{ action: 'workspace_role_changed', detail: { before: null, after: 'auditor' } }],
    })
    const all = await house.visit(people['auditor'], '/api/v1/admin/audit?action=prices_changed')
    expect(JSON.parse(all.text).items).toHaveLength(1)
    await store.workspaceRoles.set(idOf('member'), { platform: 'slack', workspaceId: 'T1' }, undefined)
  })

  it('goes page by page without a gap, and whole as CSV', async () => {
    const { store } = house
    for (let nth = 0; nth < 120; nth += 1)
      await store.audits.add({ atMs: atMs + nth, action: 'counted', subject: `${nth}`, detail: { nth } })
    const seen: string[] = []
    let cursor = ''
    do {
      const { text } = await house.visit(
        people['owner'],
        `/api/v1/admin/audit?action=counted&limit=50${cursor && `&cursor=${cursor}`}`,
      )
      const page: { items: { subject: string }[]; nextCursor?: string } = JSON.parse(text)
      seen.push(...page.items.map(({ subject }) => subject))
      cursor = page.nextCursor ?? ''
    } while (cursor !== '')
    expect(seen).toEqual(Array.from({ length: 120 }, (_, nth) => `${119 - nth}`))
    const csv = await house.visit(people['auditor'], '/admin/audit.csv?action=counted')
    const lines = csv.text.split('\r\n')
    expect(lines[0]).toBe('at,actorId,actor,action,subject,subjectName,address,detail')
    expect(lines.slice(1, -1)).toHaveLength(120)
    expect(lines[1]).toContain('counted,119,,,"{""nth"":119}"')
  })

  it('has days as its reader has them, and takes no day that no calendar offers', async () => {
    const { store } = house
    const sejong = await house.join('sejong', 'owner')
    await store.members.change(sejong.id, { settings: { timeZone: 'Asia/Seoul' } })
    const late = Date.parse('2026-03-01T16:00:00Z')
    await store.audits.add({ atMs: late, action: 'zoned', subject: 'late', detail: {} })
    const found = async (days: string) =>
      (await house.visit(sejong, `/admin/audit.csv?action=zoned&${days}`)).text.split('\r\n').length - 2
    expect(await found('from=2026-03-02&to=2026-03-02')).toBe(1)
    expect(await found('from=2026-03-01&to=2026-03-01')).toBe(0)
    const { status } = await house.visit(people['owner'], '/admin/audit?from=0000-01-01&to=0000-12-31')
    expect(status).toBe(200)
  })

  it('escapes what it shows', async () => {
    await house.store.audits.add({
      atMs,
      action: 'named',
      subject: '<script>alert(1)</script>',
      detail: { before: '<em>', after: '"><img src=x>' },
    })
    const { text } = await house.visit(people['owner'], '/admin/audit?action=named')
    expect(text).not.toMatch(/<script>alert|<em>|<img src=x/)
  })
})

describe('the overview', () => {
  it('shows the machine to who looks at all of Parley', async () => {
    const all = (await house.visit(people['auditor'], '/admin')).text
    expect(all).toContain('The practice model answers here.')
    expect(all).toContain('nothing waits')
    const here = (await house.visit(people['workspaceAdmin'], '/admin')).text
    expect(here).not.toContain('nothing waits')
    expect(here).toContain('T1 (Slack)')
    const korean = await house.visit(people['owner'], '/admin', { language: 'ko' })
    expect(korean.text).toContain('오늘 질문')
  })
})

describe('broken glass', () => {
  it('is for owners and admins alone, for a reason and for a time', async () => {
    const { store, visit, join, database } = house
    const dialogue = await store.dialogues.open({
      thread: { ...place, threadId: '7.2' },
      direct: false,
      title: 'Another secret',
      historyToRead: false,
    })
    const path = '/admin/glass'
    const form = { dialogue: dialogue.id, reason: 'A complaint.', minutes: '30' }
    expect((await visit(undefined, path)).location).toContain('/login?next=')
    const someone = await join('curious', 'member')
    expect((await visit(someone, path)).status).toBe(403)
    expect((await visit(someone, path, { form })).status).toBe(403)
    await store.members.change(someone.id, { role: 'admin' })
    expect((await visit(someone, path, { form: { ...form, reason: ' ' } })).status).toBe(422)
    expect((await visit(someone, path, { form: { ...form, minutes: '61' } })).status).toBe(422)
    const viewer = await store.members.viewer(someone.id)
    const history = createHistory(database, { nowMs: () => atMs })
    expect(await history.find(viewer, dialogue.id)).toBeUndefined()
    expect((await visit(someone, path, { form })).status).toBe(303)
    expect((await history.find(viewer, dialogue.id))?.access).toBe('glass')
    const [, close = ''] = /action="([^"]+\/close)"/.exec((await visit(someone, path)).text) ?? []
    await visit(someone, close, { form: {} })
    expect(await history.find(viewer, dialogue.id)).toBeUndefined()
  })

  it('is listed without what was said, and closed by any who manages all', async () => {
    const { store } = house
    const dialogue = await store.dialogues.open({
      thread: { ...place, threadId: '7.1' },
      direct: false,
      title: 'A secret title',
      historyToRead: false,
    })
    const form = { dialogue: `https://parley.example/chats/${dialogue.id}?x=1`, reason: '', minutes: '30' }
    const empty = await house.visit(people['owner'], '/admin/glass', { form })
    expect([empty.status, empty.text.includes('This is needed.')]).toEqual([422, true])
    const broken = await house.visit(people['owner'], '/admin/glass', {
      form: { ...form, reason: 'Case 4711' },
    })
    expect(broken.location).toBe(`/chats/${dialogue.id}?notice=glassOpened`)
    const { text } = await house.visit(people['admin'], '/admin/glass')
    expect(text).toContain('Case 4711')
    expect(text).not.toContain('A secret title')
    const close = /action="(\/admin\/glass\/[^"]+\/close)"/.exec(text)?.[1] ?? ''
    expect((await house.visit(people['admin'], close, { form: {} })).location).toContain('glassClosed')
    expect((await house.visit(people['admin'], '/admin/glass')).text).toContain(
      'No dialogue is open to anybody who is not in it.',
    )
    const audits = await store.audits.list({ subject: dialogue.id }, { limit: 9 })
    expect(audits.map(({ action }) => action).toSorted()).toEqual(['glass_broken', 'glass_closed'])
    const unknown = await house.visit(people['owner'], '/admin/glass', {
      form: { dialogue: 'none', reason: 'Case 4711', minutes: '30' },
    })
    expect(unknown.status).toBe(422)
  })
})
