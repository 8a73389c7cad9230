import { expect, it } from 'vitest'
import type { Changed } from '../../core/changes.ts'
import { ada, atMs, grace, playOn } from './testing/cast.ts'
import { onEveryEngine } from './testing/databases.ts'

const textsOf = (changed: Changed | undefined) => changed?.messages.map(({ message }) => message.text)
const statesOf = (changed: Changed | undefined) => changed?.turns.map(({ state }) => state)

onEveryEngine('what changed in a dialogue', open => {
  it('is told once to whoever says up to where they know it', async () => {
    const { store } = await open()
    const { ask, answer, say } = playOn(store)
    const { dialogueId, id } = await ask(ada, 'how often?')
    const first = await store.changes.since(dialogueId, 0)
    expect(textsOf(first)).toEqual(['how often?'])
    expect(statesOf(first)).toEqual(['accepted'])
    await answer('Twice a day.')
    const second = await store.changes.since(dialogueId, first?.revision ?? 0)
    expect(textsOf(second)).toEqual(['Twice a day.'])
    expect(second?.turns).toMatchObject([{ id, state: 'done', text: 'Twice a day.' }])
    const { id: said } = await say(grace, 'and in winter?')
    await store.messages.revise(said, 'and in summer?', [], atMs)
    const third = await store.changes.since(dialogueId, second?.revision ?? 0)
    expect(third?.messages).toMatchObject([{ message: { text: 'and in summer?', version: 2 } }])
    await store.messages.redact(said, atMs)
    const fourth = await store.changes.since(dialogueId, third?.revision ?? 0)
    expect(fourth?.messages).toMatchObject([{ message: { text: '', redacted: true } }])
    expect(await store.changes.since(dialogueId, fourth?.revision ?? 0)).toEqual({
      revision: fourth?.revision,
      messages: [],
      turns: [],
    })
    expect(await store.changes.since('none', 0)).toBeUndefined()
  })

  it('tells of the head only when it is another', async () => {
    const { store } = await open()
    const { ask, say } = playOn(store)
    const { dialogueId } = await ask(ada, 'how often?')
    const before = (await store.changes.revision(dialogueId)) ?? 0
    await store.dialogues.change(dialogueId, { title: { text: 'Tides of Brest', by: 'hand' } })
    const renamed = await store.changes.since(dialogueId, before)
    expect(renamed?.head).toMatchObject({ title: 'Tides of Brest', titleBy: 'hand' })
    await store.dialogues.change(dialogueId, { title: { text: 'The sea', by: 'model' } })
    expect((await store.dialogues.get(dialogueId)).title).toBe('Tides of Brest')
    const last = (await store.changes.revision(dialogueId)) ?? 0
    await say(ada, 'more')
    expect(await store.changes.since(dialogueId, last)).not.toHaveProperty('head')
  })

  it('loses nothing and repeats nothing, however many write while it is read', async () => {
    const { store } = await open()
    const { open: openDialogue } = playOn(store)
    const { id: dialogueId } = await openDialogue()
    const refs = Array.from({ length: 40 }, (_, index) => `m${index}`)
    let writing = true
    const seen: string[] = []
    const reading = (async () => {
      let known = 0
      for (let last = false; !last; ) {
        last = !writing
        const changed = await store.changes.since(dialogueId, known)
        known = changed?.revision ?? known
        seen.push(...(textsOf(changed) ?? []))
      }
    })()
    await Promise.all(
      refs.map(ref =>
        store.messages.append({ dialogueId, author: ada, ref, text: ref, files: [], sentAtMs: atMs }),
      ),
    )
    writing = false
    await reading
    expect(seen.toSorted()).toEqual(refs.toSorted())
  })
})
