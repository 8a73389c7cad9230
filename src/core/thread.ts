export const platforms = ['slack', 'discord', 'web'] as const
export type Platform = (typeof platforms)[number]

export function isPlatform(word: unknown): word is Platform {
  return platforms.some(platform => platform === word)
}

/** What was kept as a word; anything else counts as the web. */
export function platformOf(word: unknown): Platform {
  return isPlatform(word) ? word : 'web'
}

/** A channel of a workspace: where an event happened. A direct message is a channel of its own. */
export interface Place {
  readonly platform: Platform
  /** A Slack team or enterprise, a Discord guild, `@me` for Discord's direct messages. */
  readonly workspaceId: string
  readonly channelId: string
}

/** A thread in a place. A direct message is a thread too. */
export interface ThreadRef extends Place {
  readonly threadId: string
}
