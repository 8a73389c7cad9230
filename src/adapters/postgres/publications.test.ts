import { expect, it } from 'vitest'
import type { DialogueEntry } from '../../core/history.ts'
import { mayPublish, publish, unpublish } from '../../core/publication.ts'
import type { Store } from '../../core/store.ts'
import { newId } from './ids.ts'
import { ada, atMs, grace, place, playOn, thread } from './testing/cast.ts'
import { onEveryEngine } from './testing/databases.ts'
import { addMember } from './testing/people.ts'

const person = (letter: string) => `Person ${letter}`

/** A history in which this Dialogue is seen with this access. */
const seenAs = (store: Store, access: DialogueEntry['access'] | undefined) => ({
  store,
  history: {
    find: (_viewer: unknown, id: string) =>
      Promise.resolve(
        access && {
          id,
          thread,
          direct: false,
          title: 'Tides',
          access,
          pinned: false,
          published: false,
          answering: false,
          mayRename: true,
          usedAtMs: atMs,
        },
      ),
  },
})

const how = { masksNames: true, isIndexed: false, atMs }

onEveryEngine('publications', open => {
  it('are of one’s own dialogues, and of channels’ where their workspace allows it', async () => {
    const { store } = await open()
    const { dialogueId } = await playOn(store).say(ada, 'When is low tide?')
    const member = await addMember(store, 'ada')
    const viewer = { memberId: member.id, identityIds: [] }
    await expect(publish(seenAs(store, undefined), viewer, dialogueId, how)).rejects.toMatchObject({
      code: 'not_found',
    })
    for (const access of ['audience', 'invited', 'glass'] as const)
      await expect(publish(seenAs(store, access), viewer, dialogueId, how)).rejects.toMatchObject({
        code: 'forbidden',
      })
    await publish(seenAs(store, 'own'), viewer, dialogueId, how)
    await store.settings.changeWorkspace('slack', 'T1', { publishesChannels: true })
    expect(await mayPublish(seenAs(store, 'audience'), viewer, dialogueId)).toMatchObject({ id: dialogueId })
    for (const access of ['invited', 'glass'] as const)
      await expect(mayPublish(seenAs(store, access), viewer, dialogueId)).rejects.toMatchObject({
        code: 'forbidden',
      })
  })

  it('are gone at once when they are taken back, by who published or who owns', async () => {
    const { store } = await open()
    const { dialogueId } = await playOn(store).say(ada, 'When is low tide?')
    const [member, other] = [await addMember(store, 'ada'), await addMember(store, 'grace')]
    await publish(seenAs(store, 'own'), { memberId: member.id, identityIds: [] }, dialogueId, how)
    expect(await store.publications.find(dialogueId, false, person)).toMatchObject({
      masksNames: true,
      byHand: true,
    })
    const stranger = { memberId: other.id, identityIds: [] }
    await expect(unpublish(seenAs(store, 'audience'), stranger, dialogueId, atMs)).rejects.toMatchObject({
      code: 'forbidden',
    })
    await unpublish(seenAs(store, undefined), { memberId: member.id, identityIds: [] }, dialogueId, atMs)
    expect(await store.publications.find(dialogueId, false, person)).toBeUndefined()
    expect((await store.publications.list({ limit: 9 }, false, person)).items).toEqual([])
  })

  it('show names or masks, the same on every page, and never a platform’s id', async () => {
    const { store } = await open()
    const play = playOn(store)
    const { dialogueId } = await play.say(ada, 'Grace, when is low tide? <@U-GRACE> <@U-LINUS>')
    await play.say(grace, 'At six, Ada. Adaptive tides!')
    await play.say({ ...grace, userId: 'U-NAMELESS', name: '' }, 'Thanks, Grace.')
    await store.identities.meet({ ...grace, userId: 'U-LINUS', name: 'Linus' })
    const member = await addMember(store, 'ada')
    const read = async (masksNames: boolean, limit = 9) => {
      await store.publications.publish({
        dialogueId,
        memberId: member.id,
        atMs,
        masksNames,
        isIndexed: false,
      })
      const publication = await store.publications.find(dialogueId, false, person)
      if (!publication) throw new Error('It is not public.')
      const lines: string[] = []
      for (let after: number | undefined, more = true; more; ) {
        const page = await store.publications.messages(
          publication,
          { limit, ...(after === undefined ? {} : { after }) },
          person,
        )
        lines.push(...page.messages.map(({ speaker, text }) => `${speaker}: ${text}`))
        after = page.messages.at(-1)?.position
        more = page.more
      }
      return lines
    }
    expect(await read(false)).toEqual([
      'Ada: Grace, when is low tide? @Grace @Linus',
      'Grace: At six, Ada. Adaptive tides!',
      expect.stringContaining('Thanks, Grace.'),
    ])
    const masked = [
      'Person A: Person B, when is low tide? @Person B @someone',
      'Person B: At six, Person A. Adaptive tides!',
      'Person C: Thanks, Person B.',
    ]
    expect(await read(true)).toEqual(masked)
    expect(await read(true, 1)).toEqual(masked)
  })

  it('mask a title as the text, and show no platform’s id in it', async () => {
    const { store, database } = await open()
    const play = playOn(store)
    const { dialogueId } = await play.say(ada, 'Hello')
    await play.say(grace, 'Hello')
    const title = 'Ada asks <@U-GRACE> and <@U-LINUS>'
    await database.handle.updateTable('dialogues').set({ title }).execute()
    const member = await addMember(store, 'ada')
    const titles = async (masksNames: boolean) => {
      await store.publications.publish({ dialogueId, memberId: member.id, ...how, masksNames })
      const { items } = await store.publications.list({ limit: 9 }, false, person)
      return [(await store.publications.find(dialogueId, false, person))?.title, items[0]?.title]
    }
    expect(await titles(true)).toEqual(Array(2).fill('Person A asks @Person B and @someone'))
    expect(await titles(false)).toEqual(Array(2).fill('Ada asks @Grace and @someone'))
  })

  it('follow the present branch alone', async () => {
    const { store, database } = await open()
    const play = playOn(store)
    const { dialogueId } = await play.say(ada, 'One')
    const second = await play.say(ada, 'Two on the trunk')
    const branch = newId()
    await database.handle
      .insertInto('branches')
      .values({
        id: branch,
        dialogue_id: dialogueId,
        parent_id: null,
        from_position: second.position,
        created_at: new Date(atMs),
      })
      .execute()
    const other = await play.say(ada, 'Two on the branch')
    await database.handle
      .updateTable('messages')
      .set({ branch_id: branch })
      .where('id', '=', other.id)
      .execute()
    const member = await addMember(store, 'ada')
    await store.publications.publish({ dialogueId, memberId: member.id, ...how })
    const texts = async () => {
      const publication = await store.publications.find(dialogueId, false, person)
      if (!publication) throw new Error('It is not public.')
      return (await store.publications.messages(publication, { limit: 9 }, person)).messages.map(
        ({ text }) => text,
      )
    }
    expect(await texts()).toEqual(['One', 'Two on the trunk'])
    await database.handle.updateTable('dialogues').set({ branch_id: branch }).execute()
    expect(await texts()).toEqual(['One', 'Two on the branch'])
  })

  it('are listed newest first, page by page; the whole web history only where that is set', async () => {
    const { store } = await open()
    const play = playOn(store)
    const member = await addMember(store, 'ada')
    const ids: string[] = []
    for (let number = 0; number < 5; number++) {
      const { dialogueId } = await play.say(ada, 'Hello', { ...place, threadId: `${number}` })
      // Two of them at the same moment.
      await store.publications.publish({
        dialogueId,
        memberId: member.id,
        ...how,
        atMs: atMs + Math.floor(number / 2),
      })
      ids.unshift(dialogueId)
    }
    const onWeb = await store.dialogues.open({
      thread: { platform: 'web', workspaceId: 'web', channelId: 'web', threadId: 'w' },
      direct: true,
      title: 'On the web',
      historyToRead: false,
    })
    const listed = async (wholeWeb: boolean) => {
      const found: string[] = []
      for (let cursor: string | undefined, more = true; more; ) {
        const page = await store.publications.list(
          { limit: 2, ...(cursor ? { cursor } : {}) },
          wholeWeb,
          person,
        )
        found.push(...page.items.map(({ dialogueId }) => dialogueId))
        cursor = page.nextCursor
        more = cursor !== undefined
      }
      return found
    }
    expect(await listed(false)).toEqual(ids)
    expect((await listed(true)).toSorted()).toEqual([...ids, onWeb.id].toSorted())
    expect(await store.publications.find(onWeb.id, false, person)).toBeUndefined()
    expect(await store.publications.find(onWeb.id, true, person)).toMatchObject({
      masksNames: true,
      byHand: false,
    })
    await expect(
      store.publications.list({ limit: 2, cursor: 'nonsense' }, false, person),
    ).rejects.toMatchObject({
      code: 'invalid',
    })
  })
})
