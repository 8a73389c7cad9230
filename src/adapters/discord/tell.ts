import { type APIDMChannel, MessageFlags, Routes } from 'discord.js'
import type { Identity } from '../../core/identity.ts'
import { toPlatformError } from './errors.ts'
import { toDiscord } from './markdown.ts'
import type { DiscordRest } from './rest.ts'

/** Says something to one person in their direct messages. Rejects with `platform_*` errors only. */
export async function tell(rest: DiscordRest, person: Identity, markdown: string): Promise<void> {
  const { id } = await openDirect(rest, person.userId)
  await rest.post(id, {
    content: toDiscord(markdown),
    allowed_mentions: { parse: [] },
    flags: MessageFlags.SuppressEmbeds,
  })
}

async function openDirect(rest: DiscordRest, userId: string): Promise<APIDMChannel> {
  try {
    return (await rest.raw.post(Routes.userChannels(), { body: { recipient_id: userId } })) as APIDMChannel
  } catch (thrown) {
    throw toPlatformError(thrown)
  }
}
