/** What a person at the sandbox page sees and does on one stand-in platform. */
export interface Player {
  readonly platform: 'slack' | 'discord'
  view(): PlatformView
  /** Messages of a channel, or of one thread in it with its root first; oldest first. */
  messages(channelId: string, threadId?: string): readonly SeenMessage[]
  say(to: Spot, personId: string, text: string): { readonly messageId: string }
  edit(channelId: string, messageId: string, personId: string, text: string): void
  remove(channelId: string, messageId: string, personId: string): void
  /** `name` without its slash, `text` what was typed after it: ('parley', 'ask why?') or ('ask', 'why?'). */
  command(to: Spot, personId: string, name: string, text: string): void
  press(channelId: string, messageId: string, personId: string, buttonId: string): void
  /** Slack's own Stop button under an answer that is streaming; absent on Discord. */
  stop?(channelId: string, threadId: string, personId: string): void
  /** Closes every open socket, as a bad network would. */
  dropConnections(): void
  /** Called after every visible change; returns how to stop listening. */
  onChange(listener: (change: Change) => void): () => void
}

/** Where something is said: a channel, or a thread in it. */
export interface Spot {
  readonly channelId: string
  readonly threadId?: string
}

export interface PlatformView {
  readonly platform: 'slack' | 'discord'
  /** How many bot connections are open now. */
  readonly connections: number
  readonly people: readonly {
    readonly id: string
    readonly name: string
    readonly tint: string
    readonly bot: boolean
  }[]
  readonly channels: readonly ChannelView[]
  /** Slash commands a person may type, as registered by the bot. */
  readonly commands: readonly { readonly name: string; readonly description: string; readonly hint: string }[]
}

export interface ChannelView {
  readonly id: string
  readonly name: string
  readonly kind: 'channel' | 'direct'
  /** For a direct message: the person who shares it with Parley. */
  readonly personId?: string
  /** Who can enter it, where that is not everybody. */
  readonly readerIds?: readonly string[]
}

export interface SeenMessage {
  readonly id: string
  readonly channelId: string
  /** The thread this message is in; for a root of a thread its own thread's id is in `replies`. */
  readonly threadId?: string
  readonly replies?: { readonly threadId: string; readonly count: number }
  readonly author: {
    readonly id: string
    readonly name: string
    readonly tint: string
    readonly bot: boolean
  }
  /** The text in the platform's own dialect: Slack markdown or mrkdwn, Discord Markdown. */
  readonly text: string
  readonly dialect: 'markdown' | 'mrkdwn' | 'discord'
  readonly atMs: number
  readonly edited: boolean
  /** True while its stream is open, or its interaction is still deferred. */
  readonly streaming: boolean
  /** A thread's status line such as "is thinking…", shown in place of text. */
  readonly status?: string
  readonly buttons: readonly { readonly id: string; readonly label: string; readonly danger: boolean }[]
  readonly replyTo?: string
  /** Shown to this person only. */
  readonly onlyFor?: string
}

export interface Change {
  readonly channelId: string
  readonly threadId?: string
}
