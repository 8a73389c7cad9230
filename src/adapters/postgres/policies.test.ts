import { expect, it } from 'vitest'
import { usualPolicy, type PolicyLevel } from '../../core/policy.ts'
import { place } from './testing/cast.ts'
import { onEveryEngine } from './testing/databases.ts'

const workspace = { platform: 'slack', workspaceId: 'T1' } as const
const denied: PolicyLevel = { access: [{ effect: 'deny', who: { kind: 'role', role: 'slack:guest' } }] }

onEveryEngine('policies', open => {
  it('are as usual where nobody said anything', async () => {
    const { store } = await open()
    expect(await store.policies.for(place)).toEqual(usualPolicy)
    expect(await store.policies.levels(place)).toEqual({})
    expect(await store.policies.find({})).toBeUndefined()
  })

  it('give back on each level what was said there, and hold together in a place', async () => {
    const { store } = await open()
    const installation: PolicyLevel = {
      linkedOnly: true,
      moderation: { words: ['secret', 'C++'], model: 'guard', checks: 'both' },
    }
    const channel: PolicyLevel = {
      answerMode: 'all',
      answersIn: 'place',
      language: 'ko',
      access: [
        { effect: 'allow', who: { kind: 'member', memberId: 'm1' } },
        { effect: 'allow', who: { kind: 'identity', identityId: 'i1' } },
        { effect: 'deny', who: { kind: 'everybody' } },
      ],
    }
    await store.policies.set({}, installation)
    await store.policies.set({ workspace }, denied)
    await store.policies.set({ workspace, channelId: 'C1' }, channel)
    expect(await store.policies.levels(place)).toEqual({ installation, workspace: denied, channel })
    expect(await store.policies.for(place)).toMatchObject({
      linkedOnly: true,
      answerMode: 'all',
      access: [[...(channel.access ?? []), ...(denied.access ?? [])]],
    })
    expect(await store.policies.levels({ ...place, channelId: 'C2' })).toEqual({
      installation,
      workspace: denied,
    })
    expect(await store.policies.levels({ ...place, workspaceId: 'T2' })).toEqual({ installation })
  })

  it('are replaced as a whole, and taken away', async () => {
    const { store } = await open()
    await store.policies.set({ workspace }, { ...denied, answerMode: 'mention' })
    await store.policies.set({ workspace }, { linkedOnly: false })
    expect(await store.policies.find({ workspace })).toEqual({ linkedOnly: false })
    await store.policies.set({ workspace }, {})
    expect(await store.policies.find({ workspace })).toBeUndefined()
    await store.policies.set({ workspace }, denied)
    await store.policies.set({ workspace }, undefined)
    expect(await store.policies.find({ workspace })).toBeUndefined()
  })
})
