import { expect, it } from 'vitest'
import { claimMs, keepReplyMs, type OnceRequest } from '../../core/idempotency.ts'
import { ada, atMs } from './testing/cast.ts'
import { onEveryEngine } from './testing/databases.ts'
import { adaMember, graceMember, join } from './testing/members.ts'
import { readersOn } from './testing/readers.ts'

const request: OnceRequest = { memberId: 'm-ada', hash: 'key', requestHash: 'body', atMs }

onEveryEngine('requests that are to be done once', open => {
  async function house() {
    const opened = await open()
    await join(opened.store, adaMember, graceMember)
    const replies = opened.store.idempotentReplies
    const claimed = async (of: OnceRequest) => {
      const claim = await replies.claim(of)
      if (claim.state !== 'claimed') throw new Error(claim.state)
      return claim.token
    }
    return { ...opened, replies, claimed }
  }

  it('are claimed by one of twenty at once', async () => {
    const { replies } = await house()
    const claims = await Promise.all(Array.from({ length: 20 }, () => replies.claim(request)))
    expect(claims.map(({ state }) => state).toSorted()).toEqual([
      'claimed',
      ...Array.from({ length: 19 }, () => 'running'),
    ])
  })

  it('are answered with what came of them, each person and each key for itself', async () => {
    const { replies, claimed } = await house()
    await replies.keep(request, await claimed(request), { status: 201, reply: 'made' })
    const claim = (change: Partial<OnceRequest>) => replies.claim({ ...request, ...change })
    expect(await claim({})).toEqual({ state: 'done', status: 201, reply: 'made' })
    expect(await claim({ requestHash: 'other body' })).toEqual({ state: 'other' })
    expect(await claim({ hash: 'other key' })).toMatchObject({ state: 'claimed' })
    expect(await claim({ memberId: 'm-grace' })).toMatchObject({ state: 'claimed' })
    expect(await claim({ atMs: atMs + keepReplyMs - 1 })).toMatchObject({ state: 'done' })
    expect(await claim({ atMs: atMs + keepReplyMs, requestHash: 'new' })).toMatchObject({ state: 'claimed' })
  })

  it('may be tried again once nothing came of them, and once their process died', async () => {
    const { replies, claimed } = await house()
    await replies.release(request, await claimed(request))
    const dead = await claimed(request)
    expect(await replies.claim(request)).toEqual({ state: 'running' })
    const later = { ...request, atMs: atMs + claimMs }
    const taken = await claimed(later)
    await replies.keep(later, dead, { status: 201, reply: 'of the dead' })
    await replies.release(later, dead)
    expect(await replies.claim(later)).toEqual({ state: 'running' })
    await replies.keep(later, taken, { status: 204 })
    expect(await replies.claim(later)).toEqual({ state: 'done', status: 204 })
    await replies.tidy(later.atMs + keepReplyMs + 1)
    expect(await replies.claim(later)).toMatchObject({ state: 'claimed' })
  })

  it('lose their reply with the dialogue that it tells of', async () => {
    const { database, store, replies, claimed } = await house()
    const readers = readersOn({ database, store })
    const owner = await readers.member('linus', ada)
    const id = await readers.webDialogue(owner, 'canary plans')
    const reply = JSON.stringify({ id, title: 'canary plans' })
    await replies.keep(request, await claimed(request), { status: 201, reply })
    await store.dialogues.remove(id)
    expect(await replies.claim(request)).toEqual({ state: 'done', status: 201 })
  })
})
