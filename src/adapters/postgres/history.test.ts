import { expect, it } from 'vitest'
import type { Viewer } from '../../core/member.ts'
import { ada, atMs, grace, linus, place, thread } from './testing/cast.ts'
import { onEveryEngine } from './testing/databases.ts'
import { readersOn, threadIn, webThread } from './testing/readers.ts'

const all = { limit: 100 }

onEveryEngine('the list of what a Viewer may read', open => {
  it('holds what is theirs, what they were invited to, and what they can read on its platform now', async () => {
    const { titles, talk, member, letRead, webDialogue, invite, breakGlass, history } = readersOn(
      await open(),
    )
    const viewer = await member('ada', ada)
    const other = await member('grace', grace)
    await talk('direct', threadIn('D1', '1'), { direct: true, author: ada })
    await webDialogue(viewer, 'web')
    await invite(await webDialogue(other, 'invited'), viewer)
    await talk('channel', thread)
    await letRead(ada, place)
    await breakGlass(await talk('glass', threadIn('C9', '1')), viewer)
    expect(await titles(viewer)).toEqual(['glass', 'channel', 'invited', 'web', 'direct'])
    const { items } = await history.list(viewer, {}, all)
    expect(items.map(entry => entry.access)).toEqual(['glass', 'audience', 'invited', 'own', 'own'])
    expect(await titles(other)).toEqual(['invited'])
  })

  it('is newest first, in pages that neither miss nor repeat', async () => {
    const { history, talk, member, letRead, usedAt, webDialogue } = readersOn(await open())
    const viewer = await member('ada', ada)
    const expected: string[] = []
    for (let number = 0; number < 12; number += 1) {
      const channelId = `C${number % 4}`
      const id =
        number % 3 === 0
          ? await webDialogue(viewer, `web ${number}`)
          : await talk(`${number}`, threadIn(channelId, `${number}`))
      // Two at a time, so that the id decides.
      await usedAt(id, atMs + Math.floor(number / 2) * 1_000)
      expected.push(id)
    }
    for (const channelId of ['C0', 'C1', 'C2', 'C3']) await letRead(ada, threadIn(channelId, ''))
    for (const limit of [1, 2, 5, 11, 12, 100]) {
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const page = await history.list(viewer, {}, { limit, ...(cursor === undefined ? {} : { cursor }) })
        expect(page.items.length).toBeLessThanOrEqual(limit)
        seen.push(...page.items.map(entry => entry.id))
        cursor = page.nextCursor
      } while (cursor !== undefined)
      expect(seen).toEqual(expected.toReversed())
    }
  })

  it.each(['', 'x', 'WyJhIiwiYiJd', 'WyIyMDI2LTk5LTk5VDAwOjAwOjAwLjAwMDAwMFoiLCJhIl0', '%00'])(
    'refuses the cursor “%s”, which it never gave',
    async cursor => {
      const { history, member } = readersOn(await open())
      const viewer = await member('ada', ada)
      await expect(history.list(viewer, {}, { limit: 10, cursor })).rejects.toMatchObject({ code: 'invalid' })
      for (const limit of [0, 101, 1.5, Number.NaN])
        await expect(history.list(viewer, {}, { limit })).rejects.toMatchObject({ code: 'invalid' })
    },
  )

  it('is narrowed by platform, place, time, person, and to what the Viewer had a part in', async () => {
    const { titles, talk, say, member, letRead, usedAt, webDialogue, history } = readersOn(await open())
    const viewer = await member('ada', ada)
    await letRead(ada, place)
    await letRead(ada, threadIn('C2', ''))
    const first = await talk('one', threadIn('C1', '1'))
    const second = await talk('two', threadIn('C2', '2'), { author: linus })
    await say(ada, 'me too', threadIn('C2', '2'))
    const third = await webDialogue(viewer, 'three')
    for (const [number, id] of [first, second, third].entries()) await usedAt(id, atMs + number * 1_000)
    expect(await titles(viewer, { platform: 'web' })).toEqual(['three'])
    expect(await titles(viewer, { platform: 'slack', workspaceId: 'T1' })).toEqual(['two', 'one'])
    expect(await titles(viewer, { channelId: 'C1' })).toEqual(['one'])
    expect(await titles(viewer, { fromMs: atMs + 1_000 })).toEqual(['three', 'two'])
    expect(await titles(viewer, { toMs: atMs + 1_000 })).toEqual(['one'])
    expect(await titles(viewer, { mine: true })).toEqual(['two'])
    const { people, places } = await history.facets(viewer)
    expect(people.map(({ name }) => name)).toEqual(['Ada', 'Grace', 'someone'])
    expect(places.map(({ channelId }) => channelId)).toEqual(['C1', 'C2'])
    const [, graceId = '', linusId = ''] = people.map(({ identityId }) => identityId)
    expect(await titles(viewer, { personId: graceId })).toEqual(['one'])
    expect(await titles(viewer, { personId: linusId })).toEqual(['two'])
    expect(await titles(viewer, { personId: graceId, mine: true })).toEqual([])
    expect(await titles(viewer, { personId: 'nobody' })).toEqual([])
  })

  it('shows names, readers, whether it is published, pinned, or being answered', async () => {
    const { history, talk, ask, answer, member, letRead } = readersOn(await open())
    const viewer = await member('ada', ada)
    await letRead(ada, place)
    const id = await talk('tides', thread)
    const entry = () => history.find(viewer, id)
    expect(await entry()).toEqual({
      id,
      thread,
      direct: false,
      title: 'tides',
      access: 'audience',
      pinned: false,
      published: false,
      answering: false,
      usedAtMs: expect.any(Number),
      mayRename: false,
    })
    await ask(ada, 'when?')
    expect(await entry()).toMatchObject({ answering: true })
    await answer()
    expect(await entry()).toMatchObject({ answering: false })
    await history.setPinned(viewer, id, true, atMs)
    expect(await entry()).toMatchObject({ pinned: true })
  })
})

onEveryEngine('marks', open => {
  it('pin for one Viewer alone', async () => {
    const { history, talk, member, letRead } = readersOn(await open())
    const [viewer, other] = [await member('ada', ada), await member('grace', grace)]
    for (const account of [ada, grace]) await letRead(account, place)
    const [first, second] = [await talk('one', threadIn('C1', '1')), await talk('two', threadIn('C1', '2'))]
    await history.setPinned(viewer, first, true, atMs)
    const titlesOf = async (who: Viewer) => (await history.pinned(who)).map(({ title }) => title)
    expect(await titlesOf(viewer)).toEqual(['one'])
    expect(await titlesOf(other)).toEqual([])
    await history.setPinned(viewer, second, true, atMs)
    expect(await titlesOf(viewer)).toEqual(['two', 'one'])
    await history.setPinned(viewer, first, false, atMs)
    expect(await titlesOf(viewer)).toEqual(['two'])
  })

  it('take another’s Dialogue out of one Viewer’s lists, until it is pinned', async () => {
    const { history, titles, talk, member, letRead, webDialogue } = readersOn(await open())
    const [viewer, other] = [await member('ada', ada), await member('grace', grace)]
    for (const account of [ada, grace]) await letRead(account, place)
    const id = await talk('noise', thread)
    await history.setPinned(viewer, id, true, atMs)
    await history.hide(viewer, id, atMs)
    expect(await titles(viewer)).toEqual([])
    expect(await history.pinned(viewer)).toEqual([])
    expect(await history.search(viewer, 'noise', {}, all)).toEqual({ items: [] })
    expect(await history.find(viewer, id)).toMatchObject({ title: 'noise' })
    expect(await titles(other)).toEqual(['noise'])
    await history.setPinned(viewer, id, true, atMs)
    expect(await titles(viewer)).toEqual(['noise'])
    const own = await webDialogue(viewer, 'mine')
    await expect(history.hide(viewer, own, atMs)).rejects.toMatchObject({ code: 'invalid' })
  })

  it('let owners and those who spoke rename, and nobody else', async () => {
    const { history, titles, say, talk, member, letRead } = readersOn(await open())
    const [viewer, other] = [await member('ada', ada), await member('grace', grace)]
    for (const account of [ada, grace]) await letRead(account, place)
    const id = await talk('tides', thread)
    await expect(history.rename(viewer, id, 'mine')).rejects.toMatchObject({ code: 'not_found' })
    expect((await history.find(viewer, id))?.mayRename).toBe(false)
    expect((await history.find(other, id))?.mayRename).toBe(true)
    await history.rename(other, id, '  Low \n tides ')
    expect(await titles(viewer)).toEqual(['Low tides'])
    await say(ada, 'me too')
    await history.rename(viewer, id, 'High tides')
    expect(await titles(other)).toEqual(['High tides'])
    for (const title of ['', ' \n', 'x'.repeat(201)])
      await expect(history.rename(viewer, id, title)).rejects.toMatchObject({ code: 'invalid' })
    expect((await history.search(viewer, 'high', {}, all)).items.map(({ title }) => title)).toEqual([
      'High tides',
    ])
    expect(await history.search(viewer, 'low', {}, all)).toEqual({ items: [] })
  })
})

onEveryEngine('a direct dialogue', open => {
  it('is the one’s who began it, for good', async () => {
    const { store } = await open()
    const where = threadIn('D1', '1')
    const opening = { thread: where, direct: true, title: 'hello', historyToRead: false }
    const owner = async () => {
      const { database } = opened
      return database.handle.selectFrom('dialogues').select('owner_id').executeTakeFirstOrThrow()
    }
    const opened = await open()
    await store.dialogues.open(opening)
    expect(await owner()).toEqual({ owner_id: null })
    await store.dialogues.open({ ...opening, owner: ada })
    await store.dialogues.open({ ...opening, owner: grace })
    expect(await owner()).toEqual({ owner_id: (await store.identities.meet(ada)).id })
  })

  it('is not made another’s by what is said in a web dialogue of the same name', async () => {
    const { titles, member, webDialogue, talk } = readersOn(await open())
    const [viewer, other] = [await member('ada', ada), await member('grace', grace)]
    await webDialogue(viewer, 'mine')
    await talk('theirs', webThread('D1'), { direct: true, author: grace })
    expect([await titles(viewer), await titles(other)]).toEqual([['mine'], ['theirs']])
  })
})
