import { expect, it } from 'vitest'
import { breakGlass } from '../../core/break-glass.ts'
import { createTellHandler, tellJobKind } from '../../core/telling.ts'
import type { ChatPlatform } from '../../core/platform.ts'
import { ada, atMs, grace, playOn } from './testing/cast.ts'
import { onEveryEngine } from './testing/databases.ts'
import { addMember } from './testing/people.ts'

onEveryEngine('broken glass', open => {
  it('is for owners and admins, for a reason, and for an hour at most', async () => {
    const { store } = await open()
    const { dialogueId } = await playOn(store).say(ada, 'Between us.')
    const linus = await addMember(store, 'linus')
    const wish = { dialogueId, reason: 'A complaint.', minutes: 30 }
    for (const role of ['member', 'auditor'] as const)
      await expect(breakGlass(store, { ...linus, role }, wish, atMs)).rejects.toMatchObject({
        code: 'forbidden',
      })
    const admin = { ...linus, role: 'admin' } as const
    const refused = [
      [{ reason: '  ' }, 'reason'],
      [{ reason: 'x'.repeat(501) }, 'reason'],
      [{ minutes: 61 }, 'minutes'],
      [{ minutes: 0 }, 'minutes'],
      [{ minutes: 1.5 }, 'minutes'],
    ] as const
    for (const [wrong, field] of refused)
      await expect(breakGlass(store, admin, { ...wish, ...wrong }, atMs)).rejects.toMatchObject({
        code: 'invalid',
        fields: [{ field }],
      })
    await expect(breakGlass(store, admin, { ...wish, dialogueId: 'none' }, atMs)).rejects.toMatchObject({
      code: 'not_found',
    })
    expect(await breakGlass(store, admin, wish, atMs)).toMatchObject({
      reason: 'A complaint.',
      untilMs: atMs + 30 * 60_000,
    })
  })

  it('is on record, and everybody in the dialogue is told: on the web once, on their platform each', async () => {
    const { store, database } = await open()
    const play = playOn(store)
    await play.say(ada, 'Between us.')
    const { dialogueId } = await play.say(grace, 'Sure.')
    const member = await addMember(store, 'ada')
    const account = await store.identities.meet(ada)
    await store.members.link(account.id, member.id, atMs)
    const admin = { ...(await addMember(store, 'linus')), role: 'owner' } as const
    const glass = await store.atomically(stores =>
      breakGlass(stores, admin, { dialogueId, reason: 'A complaint.', minutes: 60 }, atMs),
    )
    expect(await store.audits.list({ action: 'glass_broken' }, { limit: 9 })).toMatchObject([
      { actorId: admin.id, subject: dialogueId, detail: { reason: 'A complaint.', minutes: 60 } },
    ])
    expect(await store.notices.unseen(member.id)).toMatchObject([{ kind: 'glass_broken' }])
    expect(await store.notices.unseen(admin.id)).toEqual([])
    const told: string[] = []
    const slack = {
      platform: 'slack',
      tell: (person: { readonly name?: string }, text: string) => {
        told.push(`${person.name}: ${text}`)
        return Promise.resolve()
      },
    } as unknown as ChatPlatform
    const handler = createTellHandler({ store, platforms: new Map([['slack', slack]]) })
    for (const job of await store.jobs.claim([tellJobKind], 9_000, 10)) {
      await handler.run(job, new AbortController().signal)
      await store.jobs.finish(job.lease)
    }
    expect(told.toSorted()).toEqual([
      expect.stringMatching(/^Ada: .*“Tides”.*A complaint\./),
      expect.stringMatching(/^Grace: .*A complaint\./),
    ])
    await store.breakGlasses.close(glass.id, admin.id, atMs + 5)
    expect((await store.breakGlasses.find(glass.id))?.untilMs).toBe(atMs + 5)
    expect(await database.handle.selectFrom('break_glasses').selectAll().execute()).toHaveLength(1)
  })

  it('is listed newest first, page by page', async () => {
    const { store } = await open()
    const { dialogueId } = await playOn(store).say(ada, 'Between us.')
    const admin = { ...(await addMember(store, 'linus')), role: 'admin' } as const
    for (const [at, reason] of ['First.', 'Second.', 'Third.'].entries())
      await breakGlass(store, admin, { dialogueId, reason, minutes: 5 }, atMs + at)
    const [third, second] = await store.breakGlasses.list({ limit: 2 })
    expect([third?.reason, second?.reason]).toEqual(['Third.', 'Second.'])
    const rest = await store.breakGlasses.list({ limit: 2, before: second?.id ?? '' })
    expect(rest.map(({ reason }) => reason)).toEqual(['First.'])
  })
})
