export type Platform = 'slack' | 'discord' | 'web'

/** What was kept as a word; anything else counts as the web. */
export function platformOf(word: unknown): Platform {
  return word === 'slack' || word === 'discord' ? word : 'web'
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

/** One string for one thread; two different threads never share one. */
export function threadKey(ref: ThreadRef): string {
  return [ref.platform, ref.workspaceId, ref.channelId, ref.threadId].map(encodeURIComponent).join('/')
}
