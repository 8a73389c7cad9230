import { expect, it } from 'vitest'
import { ada, atMs, grace, playOn, thread } from './testing/cast.ts'
import { canary, directThread, plantCanaries, tablesWithCanary } from './testing/canaries.ts'
import { onEveryEngine } from './testing/databases.ts'
import { runErasing } from './testing/erasing.ts'
import { addMember, viewerOf } from './testing/people.ts'

onEveryEngine('forgetting a person', open => {
  it('leaves nothing of them anywhere, and of others what is theirs', async () => {
    const { store, database } = await open()
    const { member, channelDialogueId, directDialogueId } = await plantCanaries(store, database)
    expect(await tablesWithCanary(database)).toEqual([
      'audits',
      'break_glasses',
      'decisions',
      'dialogues',
      'identities',
      'jobs',
      'logins',
      'members',
      'message_versions',
      'messages',
      'model_calls',
      'notices',
      'rate_limits',
      'refresh_tokens',
      'sessions',
      'summaries',
    ])
    const id = await store.erasures.begin(member.id, atMs)
    await runErasing(store)
    expect(await tablesWithCanary(database)).toEqual([])
    expect(await store.members.find(member.id)).toBeUndefined()
    expect(await store.erasures.find(id)).toMatchObject({
      scope: 'member',
      endedAtMs: atMs,
      counts: { dialogues: 1, messages: 2, answers: 2, identities: 2, decisions: 2 },
    })
    await expect(store.dialogues.get(directDialogueId)).rejects.toMatchObject({ code: 'not_found' })
    const left = await store.messages.before(channelDialogueId, Number.MAX_SAFE_INTEGER, 9)
    expect(left.map(({ text }) => text)).toEqual(['It is high tide.', 'What does @someone think?'])
    expect((await store.audits.list({ action: 'member_erased' }, { limit: 9 }))[0]).toMatchObject({
      subject: id,
      detail: { dialogues: 1 },
    })
  })

  it('goes on wherever it was cut off, and counts everything once', async () => {
    const { store, database } = await open()
    const { member } = await plantCanaries(store, database)
    const id = await store.erasures.begin(member.id, atMs)
    for (let steps = 0; steps < 8; steps++) await runErasing(store, 1).catch(() => undefined)
    expect(await tablesWithCanary(database)).toEqual([])
    expect((await store.erasures.find(id))?.counts).toEqual({
      dialogues: 1,
      messages: 2,
      answers: 2,
      identities: 2,
      decisions: 2,
    })
  })

  it('signs them out at once, and is begun once', async () => {
    const { store } = await open()
    const member = await addMember(store, 'ada')
    const id = await store.erasures.begin(member.id, atMs)
    expect(await store.erasures.begin(member.id, atMs)).toBe(id)
    expect((await store.members.get(member.id)).suspended).toBe(true)
    await runErasing(store)
    expect(await store.jobs.claim(['erase'], 0)).toEqual([])
  })

  it('what they say meanwhile is a stranger’s', async () => {
    const { store, database } = await open()
    const { member, channelDialogueId, play } = await plantCanaries(store, database)
    await store.erasures.begin(member.id, atMs)
    await runErasing(store, 1).catch(() => undefined)
    await play.say(canary, 'I am new here.')
    await runErasing(store)
    const [newest] = await store.messages.before(channelDialogueId, Number.MAX_SAFE_INTEGER, 1)
    expect(newest?.text).toBe('I am new here.')
    expect(await store.members.ofIdentity(newest?.author?.id ?? '')).toBeUndefined()
  })

  it('an answer that is being written to them is stopped, and nothing of it is kept', async () => {
    const { store, database } = await open()
    const { member, play } = await plantCanaries(store, database)
    await play.say(grace, 'Good morning.')
    await play.ask(canary, 'canary, once more')
    const { lease, brief } = await play.begin()
    await store.erasures.begin(member.id, atMs)
    await runErasing(store)
    expect((await store.turns.get(brief.turn.id)).stop?.reason).toBe('deleted')
    await store.turns.deliver(brief.turn.id, lease, { end: 'stopped', text: 'Dear canary', tokens: 2 })
    await store.turns.end(brief.turn.id, lease)
    expect(await tablesWithCanary(database)).toEqual([])
  })
})

onEveryEngine('forgetting a dialogue', open => {
  it('removes all that hangs on it, and gives a receipt', async () => {
    const { store, database } = await open()
    const { directDialogueId } = await plantCanaries(store, database)
    const erasure = await store.erasures.eraseDialogue(directDialogueId, atMs)
    expect(erasure?.counts).toMatchObject({ dialogues: 1, messages: 1, answers: 1 })
    expect(await store.erasures.find(erasure?.id ?? '')).toEqual(erasure)
    expect(await store.dialogues.find(directThread)).toBeUndefined()
    expect(await store.publications.find(directDialogueId, true, letter => letter)).toBeUndefined()
    expect(await store.erasures.eraseDialogue(directDialogueId, atMs)).toBeUndefined()
  })

  it('keeps its platform’s own history from being read back', async () => {
    const { store, database } = await open()
    const { directDialogueId } = await plantCanaries(store, database)
    expect(await store.retention.keptFromMs(directThread, atMs)).toBeUndefined()
    await store.erasures.eraseDialogue(directDialogueId, atMs)
    expect(await store.retention.keptFromMs(directThread, atMs + 5)).toBe(atMs)
    expect(await store.retention.keptFromMs(thread, atMs)).toBeUndefined()
  })

  it('takes a waiting answer out of the queue', async () => {
    const { store } = await open()
    const play = playOn(store)
    const { dialogueId } = await play.ask(ada, 'Are you there?')
    await store.erasures.eraseDialogue(dialogueId, atMs)
    await expect(play.claim()).rejects.toThrow('There is no job.')
  })

  it('of a channel’s, erases what one person said and was told, and keeps the others’', async () => {
    const { store } = await open()
    const member = await addMember(store, 'ada')
    const account = await store.identities.meet(ada)
    await store.members.link(account.id, member.id, atMs)
    const play = playOn(store)
    await play.ask(ada, 'When is low tide?')
    await play.answer('At six, Ada.')
    await play.ask(grace, 'And high tide?')
    await play.answer('At noon.')
    const { id } = await play.open()
    const { identityIds } = await viewerOf(store, member)
    const { counts } = await store.erasures.redactIn(id, identityIds, atMs)
    expect(counts).toMatchObject({ dialogues: 0, messages: 1, answers: 1 })
    const left = await store.messages.before(id, Number.MAX_SAFE_INTEGER, 9)
    expect(left.map(({ text }) => text)).toEqual(['At noon.', 'And high tide?'])
    expect((await store.erasures.redactIn(id, identityIds, atMs)).counts).toMatchObject({ messages: 0 })
  })
})
