import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { createPasswordHasher } from '../../adapters/argon2/password-hasher.ts'
import { ada, grace, playOn } from '../../adapters/postgres/testing/cast.ts'
import { onEveryEngine, type TestDatabase } from '../../adapters/postgres/testing/databases.ts'
import { createEraseHandler } from '../../core/erasure.ts'
import { openKeeping } from '../testing/keeping.ts'

const clock = { nowMs: () => Date.now(), sleep: () => Promise.resolve() }

/** Ada with a dialogue of her own, and Grace, who is a stranger to it. */
async function household(database: TestDatabase) {
  const house = openKeeping(database)
  const { store } = database
  const [member, stranger] = [await house.member('ada'), await house.member('grace')]
  const account = await store.identities.meet(ada)
  await store.members.link(account.id, member.id, Date.now())
  const thread = { platform: 'slack', workspaceId: 'T1', channelId: 'D-ADA', threadId: '7.7' } as const
  const dialogue = await store.dialogues.open({
    thread,
    direct: true,
    title: 'My <i>tides</i>',
    historyToRead: false,
    owner: ada,
  })
  await store.messages.append({
    dialogueId: dialogue.id,
    author: ada,
    ref: '7.7',
    text: 'I am Ada <script>alert(1)</script> ![p](https://x.test/p.png) [go](javascript:alert(1))',
    files: [],
    sentAtMs: Date.now(),
  })
  return { ...house, store, database, dialogue, member, stranger, account }
}

onEveryEngine('publishing', open => {
  it('needs one’s own dialogue; of others’ nobody learns that they are there', async () => {
    const { visit, dialogue, member, stranger } = await household(await open())
    const path = `/chats/${dialogue.id}/share`
    expect((await visit(stranger, path)).status).toBe(404)
    expect((await visit(stranger, path, {})).status).toBe(404)
    expect((await visit(undefined, path)).headers.get('location')).toBe(
      `/login?next=${encodeURIComponent(path)}`,
    )
    expect((await visit(undefined, path, {})).status).toBe(303)
    expect((await visit(undefined, `/public/${dialogue.id}`)).status).toBe(404)
    expect((await visit(member, path)).text).toContain('My &lt;i&gt;tides&lt;/i&gt;')
  })

  it('shows it to anybody, masked and safe, not to search engines, until it is taken back', async () => {
    const { visit, dialogue, member, stranger } = await household(await open())
    await visit(member, `/chats/${dialogue.id}/share`, { mask: 'on' })
    const seen = await visit(undefined, `/public/${dialogue.id}`)
    expect(seen.status).toBe(200)
    expect(seen.headers.get('x-robots-tag')).toContain('noindex')
    expect(seen.text).toContain('Person A')
    expect(seen.text).not.toMatch(/<script>alert|<img|href="javascript:|U-ADA|ada@|D-ADA/)
    expect(seen.text).not.toContain(member.id)
    expect((await visit(undefined, '/public')).text).toContain(`/public/${dialogue.id}`)
    expect((await visit(stranger, `/chats/${dialogue.id}/unshare`, {})).status).toBe(404)
    await visit(member, `/chats/${dialogue.id}/unshare`, {})
    expect((await visit(undefined, `/public/${dialogue.id}`)).status).toBe(404)
    expect((await visit(undefined, '/public')).text).not.toContain(dialogue.id)
  })

  it('with names and for search engines, where its member says so', async () => {
    const { visit, dialogue, member } = await household(await open())
    await visit(member, `/chats/${dialogue.id}/share`, { index: 'on' })
    const seen = await visit(undefined, `/public/${dialogue.id}`)
    expect(seen.headers.get('x-robots-tag')).toBeNull()
    expect(seen.text).toContain('<strong>Ada</strong>')
  })

  it('shows the whole web history where that is set, and only then', async () => {
    const { visit, store, member } = await household(await open())
    const [web] = await store.members.identities(member.id)
    if (!web) throw new Error('A member has a web account.')
    const { id } = await store.dialogues.open({
      thread: { platform: 'web', workspaceId: 'web', channelId: 'web', threadId: 'w1' },
      direct: true,
      title: 'On the web',
      historyToRead: false,
      owner: web,
    })
    expect((await visit(undefined, `/public/${id}`)).status).toBe(404)
    await store.settings.changeInstallation({ publicHistory: true })
    expect((await visit(undefined, `/public/${id}`)).status).toBe(200)
    expect((await visit(undefined, '/public')).text).toContain('On the web')
  })
})

onEveryEngine('taking everything along', open => {
  it('is for who is signed in, and holds what is theirs', async () => {
    const { visit, member, stranger } = await household(await open())
    expect((await visit(undefined, '/export.json')).headers.get('location')).toContain('/login?next=')
    const mine = await visit(member, '/export.json')
    expect(mine.headers.get('content-disposition')).toContain('attachment')
    expect(JSON.parse(mine.text).dialogues).toMatchObject([{ messages: [{ author: 'Ada' }] }])
    expect(JSON.parse((await visit(stranger, '/export.json')).text).dialogues).toEqual([])
    expect((await visit(member, '/export.md')).text).toContain('I am Ada')
  })

  it('is made while it is read: who reads no further makes the database read no further', async () => {
    const database = await open()
    const { store, member, dialogue, account, deps } = await household(database)
    await sql`
      insert into messages (id, dialogue_id, position, role, author_id, ref, text, sent_at)
      select 'many ' || number, ${dialogue.id}, 9000 + number, 'user', ${account.id}, 'many ' || number,
        repeat('words ', 200), now()
      from generate_series(1, 3000) as number`.execute(database.database.handle)
    let pages = 0
    const exports = {
      ...store.exports,
      messages: (...of: Parameters<typeof store.exports.messages>) => {
        pages += 1
        return store.exports.messages(...of)
      },
    }
    const { request } = openKeeping(database, { ...deps, store: { ...store, exports } })
    const response = await request(member, '/export.json')
    const reader = response.body?.getReader()
    for (let chunk = 0; chunk < 50; chunk++) await reader?.read()
    expect(pages).toBeLessThanOrEqual(2)
    await reader?.cancel()
    const whole = await (await request(member, '/export.json')).text()
    expect(JSON.parse(whole).dialogues[0].messages).toHaveLength(3001)
    expect(pages).toBeGreaterThan(30)
  })

  it('of one dialogue, is for who may read it, and not through broken glass', async () => {
    const { visit, store, dialogue, member, stranger } = await household(await open())
    for (const name of ['export.json', 'export.md']) {
      expect((await visit(member, `/chats/${dialogue.id}/${name}`)).text).toContain('I am Ada')
      expect((await visit(stranger, `/chats/${dialogue.id}/${name}`)).status).toBe(404)
      expect((await visit(undefined, `/chats/${dialogue.id}/${name}`)).headers.get('location')).toContain(
        '/login?next=',
      )
    }
    await store.breakGlasses.add({
      dialogueId: dialogue.id,
      memberId: stranger.id,
      reason: 'A complaint.',
      openedAtMs: Date.now(),
      untilMs: Date.now() + 60_000,
    })
    expect((await visit(stranger, `/chats/${dialogue.id}/export.json`)).status).toBe(404)
    expect((await visit(stranger, `/chats/${dialogue.id}/forget`)).status).toBe(404)
  })
})

onEveryEngine('being forgotten', open => {
  it('offers a copy first, asks for one’s name, and gives a receipt', async () => {
    const { visit, store, member, dialogue } = await household(await open())
    const asked = await visit(member, '/forget')
    expect(asked.text).toContain('/export.json')
    const wrong = await visit(member, '/forget', { username: 'grace' })
    expect(wrong.status).toBe(422)
    expect((await store.members.get(member.id)).suspended).toBe(false)
    const hasher = createPasswordHasher({ memoryCost: 64, timeCost: 1, parallelism: 1 })
    await store.members.change(member.id, { passwordHash: await hasher.hash('the tide is high') })
    expect((await visit(member, '/forget')).text).toContain('name="currentPassword"')
    const guess = await visit(member, '/forget', { username: 'ada', currentPassword: 'the tide is low' })
    expect(guess.status).toBe(422)
    expect(guess.text).toMatch(/id="currentPassword-error">[^<]/)
    expect((await store.members.get(member.id)).suspended).toBe(false)
    const typed = { username: 'Ada', currentPassword: 'the tide is high' }
    const begun = await visit(member, '/forget', typed)
    const receipt = begun.headers.get('location') ?? ''
    expect(receipt).toMatch(/^\/forget\/receipt\//)
    expect((await visit(undefined, receipt)).text).toContain('Parley is erasing')
    expect((await visit(member, '/forget')).headers.get('location')).toContain('/login?next=')
    const [job] = await store.jobs.claim(['erase'], 30_000)
    if (!job) throw new Error('There is no job.')
    await createEraseHandler({ store, clock }).run(job, new AbortController().signal)
    const done = await visit(undefined, receipt)
    expect(done.text).toContain('Erased')
    expect(done.text).toMatch(/Dialogues<\/th><td class="n">1</)
    expect(await store.members.find(member.id)).toBeUndefined()
    await expect(store.dialogues.get(dialogue.id)).rejects.toMatchObject({ code: 'not_found' })
    expect((await visit(undefined, '/forget/receipt/none')).status).toBe(404)
  })

  it('of one dialogue: one’s own is gone, of a channel’s what one said', async () => {
    const { visit, store, member, stranger, dialogue, account, database } = await household(await open())
    expect((await visit(stranger, `/chats/${dialogue.id}/forget`, {})).status).toBe(404)
    const gone = await visit(member, `/chats/${dialogue.id}/forget`, {})
    expect(gone.headers.get('location')).toMatch(/^\/forget\/receipt\//)
    expect((await visit(member, `/chats/${dialogue.id}/forget`)).status).toBe(404)
    const play = playOn(store)
    await play.say(ada, 'Ada in the channel')
    const { dialogueId } = await play.say(grace, 'Grace in the channel')
    await database.database.handle
      .insertInto('audience_places')
      .values({
        identity_id: account.id,
        platform: 'slack',
        workspace_id: 'T1',
        channel_id: 'C1',
        valid_until: new Date(Date.now() + 60_000),
      })
      .execute()
    expect((await visit(member, `/chats/${dialogueId}/forget`)).text).toContain('Erase what is mine')
    await visit(member, `/chats/${dialogueId}/forget`, {})
    const texts = (await store.messages.before(dialogueId, Number.MAX_SAFE_INTEGER, 9)).map(
      ({ text }) => text,
    )
    expect(texts).toEqual(['Grace in the channel'])
  })
})
