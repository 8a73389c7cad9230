import { expect, it } from 'vitest'
import { ada as adaOnSlack, atMs, place } from '../adapters/postgres/testing/cast.ts'
import { onEveryEngine } from '../adapters/postgres/testing/databases.ts'
import { addMember } from '../adapters/postgres/testing/people.ts'
import { readersOn } from '../adapters/postgres/testing/readers.ts'
import { claimable, claimWorkspace } from './claim-workspace.ts'
import { ParleyError } from './errors.ts'
import type { Identity } from './identity.ts'
import { silentLog } from './testing/silent-log.ts'

const acme = { platform: 'slack', workspaceId: place.workspaceId } as const
const elsewhere = { platform: 'slack', workspaceId: 'T2' } as const
const signal = new AbortController().signal

onEveryEngine('claiming a workspace', open => {
  it('gives it to whom its platform says that they administer it, and to nobody else', async () => {
    const opened = await open()
    const { store } = opened
    const readers = readersOn(opened)
    const member = await addMember(store, 'ada')
    await store.members.link((await store.identities.meet(adaOnSlack)).id, member.id, atMs)
    await readers.letRead(adaOnSlack, place)
    let says: boolean | ParleyError = false
    const asked: string[] = []
    const administers = async (person: Identity, workspaceId: string) => {
      asked.push(`${person.userId} in ${workspaceId}`)
      if (says instanceof ParleyError) throw says
      return says
    }
    const deps = {
      store,
      log: silentLog,
      nowMs: () => atMs,
      platforms: new Map([['slack' as const, { administers }]]),
    }
    expect(await claimable(deps, member)).toMatchObject([{ ...acme, claimed: false }])
    expect(await claimWorkspace(deps, { member }, acme, signal)).toBe(false)
    expect(await store.workspaceRoles.of(member.id)).toEqual([])
    says = new ParleyError('platform_unavailable', 'Slack is away.')
    await expect(claimWorkspace(deps, { member }, acme, signal)).rejects.toBe(says)
    says = true
    // Of a workspace that none of their accounts is in, the platform is not even asked.
    expect(await claimWorkspace(deps, { member }, elsewhere, signal)).toBe(false)
    expect(await claimWorkspace(deps, { member, address: '192.0.2.1' }, acme, signal)).toBe(true)
    expect(asked).toEqual(['U-ADA in T1', 'U-ADA in T1', 'U-ADA in T1'])
    expect(await store.workspaceRoles.of(member.id)).toEqual([{ ...acme, role: 'admin' }])
    expect(await claimable(deps, member)).toMatchObject([{ ...acme, claimed: true }])
    expect(await store.audits.list({ action: 'workspace_role_claimed' }, { limit: 9 })).toMatchObject([
      { actorId: member.id, detail: { workspace: 'slack:T1' }, address: '192.0.2.1' },
    ])
  })
})
