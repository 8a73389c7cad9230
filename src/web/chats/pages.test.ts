import { expect, it } from 'vitest'
import { ada, atMs, grace, place, thread } from '../../adapters/postgres/testing/cast.ts'
import { onEveryEngine } from '../../adapters/postgres/testing/databases.ts'
import { openChatHouse } from '../testing/chat-house.ts'
import { parseAsked } from './filters.ts'

const hourMs = 60 * 60_000

it('what an address asks for is read, and nonsense left out', () => {
  expect(
    parseAsked({
      q: ' tides ',
      channel: 'slack/T1/C%2F1',
      person: 'p',
      mine: 'on',
      from: '2026-11-20',
      to: '2026-11-21',
    }),
  ).toEqual({
    query: 'tides',
    filter: {
      platform: 'slack',
      workspaceId: 'T1',
      channelId: 'C/1',
      personId: 'p',
      mine: true,
      fromMs: Date.UTC(2026, 10, 20),
      toMs: Date.UTC(2026, 10, 22),
    },
  })
  const nonsense = { platform: 'irc', channel: '%', from: 'today', to: '9999-12-31', person: '', cursor: '' }
  expect(parseAsked(nonsense)).toEqual({ query: '', filter: {} })
})

onEveryEngine('the list of dialogues', open => {
  it('has days as the member’s clock shows them, and words in their language', async () => {
    const { visit, join, webChat, usedAt, store } = openChatHouse(await open())
    const member = await join('ada')
    const late = await webChat(member, 'Late')
    await usedAt(late.id, atMs - 17 * hourMs)
    const days = async () => {
      const { text } = await visit(member, '/chats', { part: 'list', language: 'ko' })
      return [...text.matchAll(/<h2>([^<]*)<\/h2>/g)].map(([, day]) => day)
    }
    expect(await days()).toEqual(['어제'])
    await store.members.change(member.id, { settings: { timeZone: 'Asia/Seoul' } })
    expect(await days()).toEqual(['오늘'])
    await usedAt(late.id, atMs - 100 * 24 * hourMs)
    expect(await days()).toEqual(['2026년 8월'])
  })

  it('keeps what is typed by whom may not ask yet, and says why', async () => {
    const { visit, join, webChat, store, database } = openChatHouse(await open())
    const member = await join('ada')
    const own = await webChat(member, 'Mine')
    await database.handle
      .updateTable('members')
      .set({ email_confirmed_at: null })
      .where('id', '=', member.id)
      .execute()
    for (const path of ['/chats', `/chats/${own.id}`]) {
      const { status, text } = await visit(member, path, { form: { text: 'Is <it> high tide?' } })
      expect([path, status]).toEqual([path, 403])
      expect(text).toContain('>Is &lt;it&gt; high tide?</textarea>')
      expect(text).toMatch(/class="notice bad[\s\S]*confirm/i)
    }
    expect(await store.messages.before(own.id, Number.MAX_SAFE_INTEGER, 9)).toEqual([])
  })
})

onEveryEngine('the page of a dialogue', open => {
  it('shows names, titles and texts as words, whatever stands in them', async () => {
    const { visit, join, say, letRead, store } = openChatHouse(await open())
    const member = await join('ada', ada)
    await letRead(ada, place)
    const attack = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    const message = await say({ ...grace, name: attack }, `${attack} [x](javascript:alert(1))`)
    await store.messages.revise(message.id, attack, [attack], atMs)
    await store.dialogues.change(message.dialogueId, { title: { text: attack, by: 'hand' } })
    await store.members.change(member.id, { nickname: attack.slice(0, 32) })
    for (const path of [
      '/chats',
      `/chats/${message.dialogueId}`,
      `/chats/${message.dialogueId}/remove`,
      `/messages/${message.id}/versions`,
      `/chats?q=${encodeURIComponent(attack)}`,
      `/chats/new?text=${encodeURIComponent(attack)}`,
    ]) {
      const { status, text } = await visit(member, path)
      expect([path, status]).toEqual([path, 200])
      expect(text).not.toMatch(/<script>|<img src=x|href="javascript:/)
    }
  })

  it('leads to its thread, tells who sees it, and goes out of the list when one says so', async () => {
    const { visit, join, talk, letRead } = openChatHouse(await open())
    const member = await join('ada', ada)
    await letRead(ada, place)
    const id = await talk('Tides', thread)
    const direct = await talk(
      'Alone',
      { ...place, channelId: 'D1', threadId: '9' },
      { direct: true, author: ada },
    )
    const shown = await visit(member, `/chats/${id}`)
    expect(shown.text).toContain('href="https://slack.example/C1/100.1"')
    expect(shown.text).toContain('href="https://slack.example/C1/100.1/1"')
    expect(shown.text).toMatch(/class="meta">[^<]*visible to/i)
    for (const one of [id, direct]) {
      expect((await visit(member, '/chats', { part: 'list' })).text).toContain(one)
      expect((await visit(member, `/chats/${one}/remove`, { form: {} })).location).toBe('/chats')
      expect((await visit(member, '/chats', { part: 'list' })).text).not.toContain(one)
    }
  })

  it('lets its owner invite who is a member, and says when there is none of that name', async () => {
    const { visit, join, webChat, store } = openChatHouse(await open())
    const [member, guest] = [await join('ada'), await join('grace')]
    const own = await webChat(member, 'Mine')
    const path = `/chats/${own.id}/people`
    const unknown = await visit(member, path, { form: { who: 'nobody' } })
    expect(unknown.status).toBe(404)
    expect(unknown.text).toContain('There is no member')
    expect(unknown.text).toContain('name="who"')
    expect((await visit(member, path, { form: { who: 'Grace' } })).location).toBe(path)
    expect((await visit(guest, `/chats/${own.id}`)).text).toContain('invited')
    expect((await visit(guest, path, { form: { who: 'grace' } })).status).toBe(403)
    expect((await visit(guest, path, { form: { remove: guest.id } })).location).toBe('/chats')
    expect((await visit(guest, `/chats/${own.id}`)).status).toBe(404)
    expect(await store.teammates.list(own.id)).toEqual([])
  })
})
