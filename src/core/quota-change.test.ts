import { expect, it } from 'vitest'
import { atMs } from '../adapters/postgres/testing/cast.ts'
import { onEveryEngine } from '../adapters/postgres/testing/databases.ts'
import { rule } from '../adapters/postgres/testing/quotas.ts'
import { changeQuotas, editQuotas } from './quota-change.ts'

const workspace = { platform: 'slack', workspaceId: 'T1' } as const

onEveryEngine('a change of limits', open => {
  it('is on record with all that each rule said before and says after', async () => {
    const { store } = await open()
    const { id: memberId } = await store.members.add({ id: 'm-ada', username: 'ada', nickname: 'Ada' })
    const authority = { memberId, role: 'owner', workspaces: [] } as const
    const act = { memberId, atMs }
    await store.atomically(stores =>
      changeQuotas(stores, authority, { workspace, rules: [rule({ soft: true, stepDownTo: 'dear' })], atMs }),
    )
    await store.atomically(stores =>
      editQuotas(stores, { authority, act, workspace }, rules =>
        rules.map(one => ({ ...one, stepDownTo: 'cheap' })),
      ),
    )
    const details = (await store.audits.list({ workspace }, { limit: 9 })).map(({ detail }) => detail)
    const text = 'member *: 10 requests a day, soft, then'
    expect(details).toContainEqual({ before: `${text} dear`, after: `${text} cheap` })
    expect(await store.quotaRules.list(workspace)).toMatchObject([{ limit: 10, stepDownTo: 'cheap' }])
  })

  it('sets nothing twice', async () => {
    const { store } = await open()
    const authority = { memberId: 'm-ada', role: 'owner', workspaces: [] } as const
    const rules = [rule({}), rule({ limit: 3 })]
    await expect(
      store.atomically(stores => changeQuotas(stores, authority, { workspace, rules, atMs })),
    ).rejects.toMatchObject({ code: 'invalid', fields: [{ field: '1.id', code: 'taken' }] })
  })
})
