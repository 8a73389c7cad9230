import { expect, it } from 'vitest'
import { ada, grace, place } from '../adapters/postgres/testing/cast.ts'
import { onEveryEngine, type TestDatabase } from '../adapters/postgres/testing/databases.ts'
import { addMember } from '../adapters/postgres/testing/people.ts'
import { receiveCommand } from './command.ts'
import type { CommandName } from './inbound.ts'
import { linkMaking } from './testing/link-making.ts'

/** 15:00 in Stockholm. */
const atMs = Date.UTC(2026, 10, 21, 14)
const acme = { platform: 'slack', workspaceId: 'T1' } as const

async function busy({ store }: TestDatabase) {
  await store.settings.changeWorkspace('slack', 'T1', { timeZone: 'Europe/Stockholm' })
  const rule = { subject: '*', period: 'day', soft: false } as const
  await store.quotaRules.replace(acme, [
    { ...rule, scope: 'workspace', unit: 'tokens', period: 'month', limit: 100_000 },
    { ...rule, scope: 'member', unit: 'requests', limit: 5 },
  ])
  const person = await store.identities.meet(ada)
  const use = async (id: string) => {
    const estimate = { inputTokens: 900, outputTokens: 100 }
    await store.quotas.reserve({
      reservationId: id,
      askerId: person.id,
      thread: place,
      model: 'm',
      estimate,
      atMs,
    })
    const usage = { inputTokens: 900, cachedInputTokens: 0, outputTokens: 100 }
    await store.quotas.settle({ id }, [{ callId: id, purpose: 'answer', model: 'm', usage, atMs }])
  }
  await use('r1')
  await use('r2')
  const command = async (name: CommandName, by = ada, has: readonly string[] = []) => {
    const typed = {
      kind: 'command',
      key: 'c1',
      name,
      text: '',
      thread: { ...place, threadId: 'C1' },
      inThread: false,
      by,
      roles: { has, unread: [] },
      atMs,
      direct: false,
    } as const
    return (await receiveCommand(store, typed, linkMaking, atMs)).reply
  }
  return { store, command, person }
}

const url = linkMaking.publicUrl
const admins = [
  '',
  '**This workspace this month:** 2 requests, 2,000 tokens, cost unknown.',
  `You administer this workspace: [open its pages](${url}/admin?workspace=slack%3AT1) or [change its limits](${url}/admin/quotas?workspace=slack%3AT1).`,
]

onEveryEngine('the command that tells how one stands', open => {
  it('tells people their own limits, in their own time zone', async () => {
    const { store, command, person } = await busy(await open())
    const lines = (resets: string) => [
      '**Your limits here**',
      `- You: 2 used of 5 requests a day, 3 left. Starts anew at ${resets}.`,
      '',
      `[See all you used, or ask for more](${url}/usage)`,
    ]
    expect((await command('quota'))?.split('\n')).toEqual(lines('00:00 GMT+1'))
    const member = await addMember(store, 'ada')
    await store.members.change(member.id, { settings: { timeZone: 'Asia/Seoul' } })
    await store.members.link(person.id, member.id, atMs)
    expect((await command('quota'))?.split('\n')).toEqual(lines('08:00 GMT+9'))
    expect(await command('quota', grace)).toContain('- You: 0 used of 5 requests a day, 5 left.')
  })

  it('tells who administers the workspace how it stands, and where it is managed', async () => {
    const { command } = await busy(await open())
    const told = (await command('quota', ada, ['slack:admin']))?.split('\n') ?? []
    expect(told.slice(0, 3).toSorted()).toEqual([
      '**Your limits here**',
      '- The whole workspace: 2,000 used of 100\u00a0k tokens a month, 98\u00a0k left. Starts anew on December 1.',
      '- You: 2 used of 5 requests a day, 3 left. Starts anew at 00:00 GMT+1.',
    ])
    expect(told.slice(-3)).toEqual(admins)
    expect(await command('settings', ada, ['discord:admin'])).toContain(admins[2])
  })

  it('tells it to whom Parley lets manage, and to nobody else', async () => {
    const { store, command, person } = await busy(await open())
    const member = await addMember(store, 'ada')
    await store.members.link(person.id, member.id, atMs)
    expect(await command('quota')).not.toContain('/admin')
    const refused = await command('settings')
    expect(refused).toContain('Settings are for those who administer this workspace.')
    expect(refused).not.toContain('/admin')
    await store.workspaceRoles.set(member.id, { platform: 'slack', workspaceId: 'T2' }, 'admin')
    expect(await command('settings')).not.toContain('/admin')
    await store.workspaceRoles.set(member.id, acme, 'auditor')
    expect(await command('settings')).toContain('/admin?workspace=slack%3AT1')
  })
})
