import { expect, it } from 'vitest'
import { accountIn } from './identity.ts'

it('somebody with accounts in two workspaces is in each with that of its own', () => {
  const account = (platform: 'slack' | 'discord' | 'web', realm: string) =>
    ({ id: `${platform} ${realm}`, platform, realm, userId: 'U1' }) as const
  const all = [account('web', 'web'), account('slack', 'T1'), account('slack', 'T2')]
  const idIn = (platform: 'slack' | 'discord', workspaceId: string) =>
    accountIn(all, { platform, workspaceId })?.id
  expect([idIn('slack', 'T1'), idIn('slack', 'T2'), idIn('slack', 'T3'), idIn('discord', '1')]).toEqual([
    'slack T1',
    'slack T2',
    'slack T1',
    undefined,
  ])
})
