/** The people and places of the sandbox; the same cast speaks in every test. */
export interface Person {
  readonly name: string
  readonly slackId: string
  readonly discordId: string
  /** The colour of the avatar on the sandbox page, as a class suffix. */
  readonly tint: 'umber' | 'teal' | 'olive' | 'slate'
  readonly bot: boolean
}

export interface Place {
  readonly name: string
  readonly slackId: string
  readonly discordId: string
  /** Names of the people who may read it; without it, everybody. Parley is in it in any case. */
  readonly readers?: readonly string[]
}

export const people: readonly Person[] = [
  { name: 'Ada', slackId: 'U0ADA', discordId: '100000000000000001', tint: 'umber', bot: false },
  { name: 'Grace', slackId: 'U0GRACE', discordId: '100000000000000002', tint: 'teal', bot: false },
  { name: 'Linus', slackId: 'U0LINUS', discordId: '100000000000000003', tint: 'olive', bot: false },
  { name: 'Hal', slackId: 'U0HAL', discordId: '100000000000000004', tint: 'slate', bot: true },
]

export const channels: readonly Place[] = [
  { name: 'support', slackId: 'C0SUPPORT', discordId: '200000000000000001' },
  { name: 'eng', slackId: 'C0ENG', discordId: '200000000000000002' },
  { name: 'lounge', slackId: 'C0LOUNGE', discordId: '200000000000000003' },
  {
    name: 'finance',
    slackId: 'C0FINANCE',
    discordId: '200000000000000004',
    readers: ['Ada', 'Grace'],
  },
]

/** Parley's own account on each platform, and the workspace it was added to. */
export const parley = {
  name: 'Parley',
  slack: { userId: 'U0PARLEY', botId: 'B0PARLEY', appId: 'A0PARLEY', teamId: 'T0ACME', teamName: 'Acme' },
  discord: {
    userId: '300000000000000001',
    applicationId: '300000000000000001',
    guildId: '400000000000000001',
    guildName: 'Acme',
  },
} as const
