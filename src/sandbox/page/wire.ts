import type { ChannelView, PlatformView, SeenMessage } from '../player.ts'

/** What the page and its server say to each other: types only, shared with the browser modules. */

/** What a page shows: a platform, a channel, perhaps a thread, as one person sees it. */
export interface Sight {
  readonly platform: 'slack' | 'discord'
  readonly channelId: string
  readonly threadId?: string
  readonly personId: string
}

export interface View {
  /** Changes whenever the page's own files do: a page of another version loads itself anew. */
  readonly version: string
  readonly sight: Sight
  readonly connections: number
  readonly parley: { readonly id: string; readonly name: string }
  readonly people: PlatformView['people']
  /** The channels, and this person's own direct messages. */
  readonly channels: readonly ChannelView[]
  readonly commands: PlatformView['commands']
  readonly channel: Pane
  readonly thread?: Pane
  readonly trail: readonly Step[]
}

export interface Pane {
  readonly messages: readonly ShownMessage[]
  /** There are older messages that are not shown. */
  readonly cut: boolean
}

export interface ShownMessage {
  readonly id: string
  readonly author: SeenMessage['author'] & { readonly parley: boolean }
  /** Safe HTML made from the text. */
  readonly html: string
  /** The text as its author would type it; only for the person who may edit it. */
  readonly typed?: string
  readonly atMs: number
  readonly edited: boolean
  /** It is still being written. */
  readonly live: boolean
  readonly status?: string
  readonly buttons: SeenMessage['buttons']
  /** The thread in which Slack's own Stop button stops it. */
  readonly stops?: string
  readonly replies?: { readonly threadId: string; readonly count: number; readonly answering: boolean }
  readonly replyTo?: { readonly name: string; readonly excerpt: string }
  readonly onlyYou: boolean
}

export interface Step {
  readonly atMs: number
  readonly text: string
  readonly kind: string
}

/** What changed since the view, or the patch before. */
export interface Patch {
  readonly connections?: number
  readonly commands?: PlatformView['commands']
  readonly channel?: PanePatch
  readonly thread?: PanePatch
  /** Further steps of the trail. */
  readonly trail?: readonly Step[]
  /** Channels that are not open, and in which something happened. */
  readonly elsewhere?: readonly string[]
}

export interface PanePatch {
  readonly order: readonly string[]
  readonly changed: readonly ShownMessage[]
  readonly cut: boolean
}

interface OnPlatform {
  readonly platform: 'slack' | 'discord'
}
interface InChannel extends OnPlatform {
  readonly channelId: string
  readonly personId: string
}

/** Everything a person can do. */
export type Act =
  | (InChannel & { readonly act: 'say'; readonly threadId?: string; readonly text: string })
  | (InChannel & {
      readonly act: 'command'
      readonly threadId?: string
      readonly name: string
      readonly text: string
    })
  | (InChannel & { readonly act: 'edit'; readonly messageId: string; readonly text: string })
  | (InChannel & { readonly act: 'remove'; readonly messageId: string })
  | (InChannel & { readonly act: 'press'; readonly messageId: string; readonly buttonId: string })
  | (InChannel & { readonly act: 'stop'; readonly threadId: string })
  | (OnPlatform & { readonly act: 'drop' })

export type ActResult = { readonly messageId?: string } | { readonly error: string }
