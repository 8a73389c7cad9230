import {
  type APIGuild,
  type APIGuildMember,
  type APIMessage,
  type APIThreadChannel,
  type APIUser,
  PermissionFlagsBits,
  Routes,
} from 'discord.js'
import type { Dialogue } from '../../core/dialogue.ts'
import { ParleyError } from '../../core/errors.ts'
import type { Identity } from '../../core/identity.ts'
import type { PastMessage } from '../../core/platform.ts'
import type { Place } from '../../core/thread.ts'
import { historyPage } from './limits.ts'
import { fromDiscord } from './markdown.ts'
import { directWorkspace, reasonToIgnore, toAuthor } from './parse.ts'
import { mayInServer, rightsOf } from './permissions.ts'
import type { DiscordRest } from './rest.ts'

/** What was said in a thread before a message, oldest first; the message it starts from stands in its channel. */
export async function readThread(
  rest: DiscordRest,
  botId: string,
  { thread }: Dialogue,
  beforeRef: string,
  limit: number,
): Promise<readonly PastMessage[]> {
  const found: APIMessage[] = []
  let before = beforeRef
  while (found.length < limit) {
    const page = await rest.messages(thread.threadId, {
      before,
      limit: Math.min(historyPage, limit - found.length),
    })
    found.push(...page)
    const oldest = page.at(-1)
    if (!oldest || page.length < historyPage) break
    before = oldest.id
  }
  const starter = await orNothing(
    rest.get<APIMessage>(Routes.channelMessage(thread.channelId, thread.threadId)),
  )
  return (starter && starter.id !== beforeRef ? [...found, starter] : found)
    .toReversed()
    .flatMap(raw => toPast(raw, botId))
}

function toPast(raw: APIMessage, botId: string): readonly PastMessage[] {
  const ignored = reasonToIgnore(raw, botId)
  if (ignored === 'system_message' || raw.content === '') return []
  return [
    {
      ref: raw.id,
      author: toAuthor(raw.author),
      byParley: ignored === 'own_message',
      text: fromDiscord(raw.content.replaceAll(new RegExp(`<@!?${botId}>`, 'g'), '@Parley')),
      files: raw.attachments.map(file => file.filename),
      sentAtMs: Date.parse(raw.timestamp),
    },
  ]
}

/** Names by user id; people who are gone are left out. */
export async function lookUpNames(
  rest: DiscordRest,
  userIds: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  for (const userId of userIds) {
    const user = await orNothing(rest.get<APIUser>(Routes.user(userId), signal))
    if (user) names.set(userId, user.global_name ?? user.username)
  }
  return names
}

const moderating =
  PermissionFlagsBits.Administrator | PermissionFlagsBits.ManageGuild | PermissionFlagsBits.ManageMessages

/** The server's owner, whoever has a role that manages it or its messages, and who made the thread. */
export async function mayModerate(
  rest: DiscordRest,
  person: Identity,
  place: Place,
  threadId: string | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  if (place.workspaceId === directWorkspace) return true
  const thread =
    threadId === undefined
      ? undefined
      : await orNothing(rest.get<APIThreadChannel>(Routes.channel(threadId), signal))
  if (thread?.owner_id === person.userId) return true
  return hasOneOf(rest, { userId: person.userId, guildId: place.workspaceId }, moderating, signal)
}

const administering = PermissionFlagsBits.Administrator | PermissionFlagsBits.ManageGuild

/** The server's owner, and whoever has a role that manages it. */
export async function administers(
  rest: DiscordRest,
  { userId }: Identity,
  guildId: string,
  signal: AbortSignal,
): Promise<boolean> {
  return guildId !== directWorkspace && hasOneOf(rest, { userId, guildId }, administering, signal)
}

async function hasOneOf(
  rest: DiscordRest,
  { userId, guildId }: { readonly userId: string; readonly guildId: string },
  permissions: bigint,
  signal: AbortSignal,
): Promise<boolean> {
  const guild = await rest.get<APIGuild>(Routes.guild(guildId), signal)
  if (guild.owner_id === userId) return true
  const member = await orNothing(rest.get<APIGuildMember>(Routes.guildMember(guildId, userId), signal))
  return member !== undefined && mayInServer(rightsOf(guild, userId, member.roles), permissions)
}

/** Undefined for what Discord says does not exist or may not be seen. */
export async function orNothing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (thrown) {
    if (thrown instanceof ParleyError && thrown.code === 'platform_refused') return undefined
    throw thrown
  }
}
