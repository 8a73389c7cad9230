import { channels, parley, people, type Person } from '../cast.ts'

/** A conversation of the workspace: a public or private channel, or a person's direct messages with Parley. */
export interface SlackChannel {
  readonly id: string
  readonly name: string
  readonly kind: 'channel' | 'direct'
  readonly personId?: string
  /** A private channel is seen by nobody but its members. */
  readonly secret?: boolean
  /** Who is in it at first, when that is not everybody. */
  readonly firstIds?: readonly string[]
}

/** An account as users.info tells it: the cast, Parley itself, and Slackbot, who speaks for Slack. */
export interface Account {
  readonly id: string
  readonly name: string
  readonly tint: Person['tint']
  readonly bot: boolean
  readonly botId?: string
  readonly appId?: string
}

const directId = (person: Person) => `D${person.slackId.slice(1)}`

const humans: readonly Person[] = people.filter(person => !person.bot)

export const slackChannels: readonly SlackChannel[] = [
  ...channels.map(({ slackId, name, readers }) => ({
    id: slackId,
    name,
    kind: 'channel' as const,
    ...(readers && {
      secret: true,
      firstIds: people.filter(person => readers.includes(person.name)).map(person => person.slackId),
    }),
  })),
  ...humans.map(person => ({
    id: directId(person),
    name: person.name,
    kind: 'direct' as const,
    personId: person.slackId,
  })),
]

export const parleyAccount: Account = {
  id: parley.slack.userId,
  name: parley.name,
  tint: 'slate',
  bot: true,
  botId: parley.slack.botId,
  appId: parley.slack.appId,
}

export const slackbot: Account = { id: 'USLACKBOT', name: 'Slackbot', tint: 'slate', bot: true }

export const accounts: readonly Account[] = [
  ...people.map(({ slackId, name, tint, bot }) => ({
    id: slackId,
    name,
    tint,
    bot,
    ...(bot && { botId: `B${slackId.slice(1)}`, appId: `A${slackId.slice(1)}` }),
  })),
  parleyAccount,
  slackbot,
]

export const findAccount = (id: string): Account | undefined => accounts.find(account => account.id === id)

export function getAccount(id: string): Account {
  const account = findAccount(id)
  if (!account) throw new Error(`Nobody in the workspace has the id ${id}.`)
  return account
}

/** Who is in a channel before anybody joins or leaves. */
export const firstMembers = (channel: SlackChannel): readonly string[] =>
  channel.personId
    ? [channel.personId, parleyAccount.id]
    : channel.firstIds
      ? [...channel.firstIds, parleyAccount.id]
      : accounts.filter(account => account !== slackbot).map(({ id }) => id)
