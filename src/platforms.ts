import type { DiscordAdapter } from './adapters/discord/discord.ts'
import { createAudiences } from './adapters/postgres/audiences.ts'
import { sessionOf } from './adapters/postgres/session.ts'
import type { SlackAdapter } from './adapters/slack/slack.ts'
import { systemClock } from './clock.ts'
import { type Audience, type AudienceChange, createAudience } from './core/audience.ts'
import type { Inbound } from './core/inbound.ts'
import type { Inbox } from './core/inbox.ts'
import type { ChatPlatform } from './core/platform.ts'
import type { Platform } from './core/thread.ts'
import type { Parts } from './parts.ts'
import { createWebPlatform } from './web/platform.ts'

/** The platforms that this process serves. */
export interface Platforms {
  readonly slack: SlackAdapter | undefined
  readonly discord: DiscordAdapter | undefined
  readonly chats: ReadonlyMap<Platform, ChatPlatform>
  readonly audience: Audience
}

/** The SDK of a platform that is not connected is not even read. */
export async function createPlatforms(parts: Parts, inbox: Inbox): Promise<Platforms> {
  const { database, store, leadership, leaseMs, lateMs, log, trail, links } = parts
  const audiences = createAudiences(sessionOf(database))
  const common = {
    ...(lateMs === undefined ? {} : { carriedOutWithinMs: lateMs }),
    clock: systemClock,
    log,
    trail,
    receive: (inbound: Inbound) => inbox.receive(inbound),
    audienceChanged: (change: AudienceChange) => audiences.forget(change),
  }
  const slack =
    links.slack &&
    (await import('./adapters/slack/slack.ts')).createSlackAdapter({
      ...common,
      ...links.slack,
    })
  const discord =
    links.discord &&
    (await import('./adapters/discord/discord.ts')).createDiscordAdapter({
      ...common,
      ...links.discord,
      leadership,
      leaseMs,
      lastReceivedMs: () => store.decisions.lastReceivedMs('discord'),
      directChannels: () => store.dialogues.directChannels('discord', 500),
    })
  const chats = [slack?.chat, discord?.chat, createWebPlatform(store)].filter(chat => chat !== undefined)
  const sources = [slack?.audience, discord?.audience].filter(source => source !== undefined)
  return {
    slack,
    discord,
    chats: new Map(chats.map(chat => [chat.platform, chat])),
    audience: createAudience({ audiences, sources, clock: systemClock, log }),
  }
}
