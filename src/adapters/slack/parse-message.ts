import { z } from 'zod'
import type { Author } from '../../core/identity.ts'
import type { Inbound, InboundIgnored, InboundMessage } from '../../core/inbound.ts'
import type { PastMessage } from '../../core/platform.ts'
import type { ThreadRef } from '../../core/thread.ts'
import { type Installation, realmOf } from './installation.ts'
import { fromMrkdwn } from './markdown.ts'
import { msOfTs, type Reading } from './reading.ts'
import { rolesOfStranger } from './roles.ts'

const messageShape = z.object({
  ts: z.string(),
  thread_ts: z.string().optional(),
  subtype: z.string().optional(),
  user: z.string().optional(),
  bot_id: z.string().optional(),
  user_team: z.string().optional(),
  team: z.string().optional(),
  text: z.string().nullish(),
  edited: z.object({ ts: z.string() }).optional(),
  files: z.array(z.object({ name: z.string().nullish(), title: z.string().nullish() })).optional(),
})
type RawMessage = z.infer<typeof messageShape>

const messageEventShape = messageShape.extend({
  channel: z.string(),
  channel_type: z.string().optional(),
  event_ts: z.string().optional(),
})
type RawMessageEvent = z.infer<typeof messageEventShape>

const changedShape = z.object({
  channel: z.string(),
  channel_type: z.string().optional(),
  event_ts: z.string(),
  message: messageShape,
  previous_message: messageShape.optional(),
})

const deletedShape = z.object({
  channel: z.string(),
  deleted_ts: z.string(),
  previous_message: messageShape.optional(),
})

/** Slack's own account, which speaks for Slack itself. */
const slackbot = 'USLACKBOT'

/** Messages of a person; every other subtype is a word of Slack's own, such as that somebody joined. */
const spokenSubtypes: ReadonlySet<string | undefined> = new Set([undefined, 'file_share', 'thread_broadcast'])

export function isMessageEvent(type: string): boolean {
  return type === 'message' || type === 'app_mention'
}

/**
 * A `message` or `app_mention` event; undefined when it has a shape that is not known. Both forms of one utterance
 * give the same Inbound, whichever comes first.
 */
export function parseMessageEvent(event: unknown, reading: Reading): Inbound | undefined {
  const { subtype } = z.object({ subtype: z.string().optional().catch(undefined) }).parse(event)
  if (subtype === 'message_changed') return parseChange(event, reading)
  if (subtype === 'message_deleted') return parseDeletion(event, reading)
  const parsed = messageEventShape.safeParse(event)
  return parsed.success ? parseSpoken(parsed.data, reading) : undefined
}

function parseSpoken(raw: RawMessageEvent, reading: Reading): Inbound | undefined {
  const reason = reasonToIgnore(raw, reading.installation)
  if (reason) return ignored(`message:${raw.ts}`, raw, reading, reason)
  return toMessage(raw, reading)
}

function parseChange(event: unknown, reading: Reading): Inbound | undefined {
  const parsed = changedShape.safeParse(event)
  if (!parsed.success) return undefined
  const { message, previous_message: before, event_ts: eventTs, ...where } = parsed.data
  const raw: RawMessageEvent = { ...message, ...where }
  const key = `edit:${message.ts}:${message.edited?.ts ?? eventTs}`
  // The deleted root of a thread that lives on is told as a change to a tombstone.
  if (message.subtype === 'tombstone') return deletion(message.ts, where.channel, reading)
  const reason = reasonToIgnore(message, reading.installation)
  if (reason) return ignored(key, raw, reading, reason)
  // Link previews and reply counts change a message too, but not its words.
  if (before !== undefined && before.text === message.text)
    return ignored(key, raw, reading, 'system_message')
  const now = toMessage(raw, reading)
  return now && { kind: 'edit', key, message: now }
}

function parseDeletion(event: unknown, reading: Reading): Inbound | undefined {
  const parsed = deletedShape.safeParse(event)
  if (!parsed.success) return undefined
  const { channel, deleted_ts: ts, previous_message: before } = parsed.data
  const reason = before && reasonToIgnore(before, reading.installation)
  if (reason) return ignored(`delete:${ts}`, { channel, ts }, reading, reason)
  return deletion(ts, channel, reading)
}

function deletion(ts: string, channelId: string, { workspaceId }: Reading): Inbound {
  const place = { platform: 'slack', workspaceId, channelId } as const
  return { kind: 'delete', key: `delete:${ts}`, place, messageRef: ts }
}

function reasonToIgnore(raw: RawMessage, installation: Installation): InboundIgnored['reason'] | undefined {
  if (raw.user === installation.botUserId) return 'own_message'
  if (raw.bot_id !== undefined && raw.bot_id === installation.botId) return 'own_message'
  if (raw.user === slackbot) return 'system_message'
  if (raw.bot_id !== undefined || raw.subtype === 'bot_message') return 'other_bot'
  return spokenSubtypes.has(raw.subtype) ? undefined : 'system_message'
}

function toMessage(raw: RawMessageEvent, reading: Reading): InboundMessage | undefined {
  if (raw.user === undefined) return undefined
  const { installation, workspaceId } = reading
  const text = readText(raw.text ?? '', installation)
  const team = raw.user_team ?? raw.team ?? workspaceId
  return {
    kind: 'message',
    key: `message:${raw.ts}`,
    thread: threadOf(raw, reading),
    messageRef: raw.ts,
    author: authorOf(raw.user, installation),
    text: text.markdown,
    sentAtMs: msOfTs(raw.ts),
    direct: raw.channel_type === 'im' || raw.channel.startsWith('D'),
    mentionsParley: text.mentionsParley,
    inThread: raw.thread_ts !== undefined && raw.thread_ts !== raw.ts,
    files: filesOf(raw),
    ...(team === workspaceId ? {} : strangerFrom(team, raw.user, installation)),
  }
}

/** Of a person of another team, what their message tells. */
function strangerFrom(team: string, userId: string, installation: Installation) {
  const roles = rolesOfStranger(installation)
  return { delivery: { [teamHint(userId)]: team }, ...(roles ? { roles } : {}) }
}

/** The name under which the team of a person from another company is kept: streams have to name it. */
export function teamHint(userId: string): string {
  return `team:${userId}`
}

export function authorOf(userId: string, installation: Installation): Author {
  return { platform: 'slack', realm: realmOf(installation), userId }
}

/** What a person wrote, as Markdown, with Parley's account as `@Parley` and people as `<@userId>`. */
export function readText(
  mrkdwn: string,
  { botUserId }: Installation,
): { readonly markdown: string; readonly mentionsParley: boolean } {
  // No name holds a `<` of its own; looking past one would take the square of what many of them are long.
  const plain = mrkdwn.replace(/<@([UW]\w+)\|[^<>]*>/g, '<@$1>')
  const mention = `<@${botUserId}>`
  return {
    markdown: fromMrkdwn(plain.replaceAll(mention, '@Parley')),
    mentionsParley: plain.includes(mention),
  }
}

/** A message of a thread's past; undefined for what no person, no bot and not Parley said. */
export function parsePastMessage(raw: unknown, installation: Installation): PastMessage | undefined {
  const parsed = messageShape.safeParse(raw)
  if (!parsed.success || parsed.data.user === undefined) return undefined
  const message = parsed.data
  const reason = reasonToIgnore(message, installation)
  if (reason === 'system_message') return undefined
  return {
    ref: message.ts,
    author: authorOf(parsed.data.user, installation),
    byParley: reason === 'own_message',
    text: readText(message.text ?? '', installation).markdown,
    files: filesOf(message),
    sentAtMs: msOfTs(message.ts),
  }
}

function filesOf({ files = [] }: RawMessage): readonly string[] {
  return files.map(file => file.name ?? file.title ?? 'file')
}

function threadOf(
  raw: { readonly channel: string; readonly ts: string; readonly thread_ts?: string | undefined },
  { workspaceId }: Reading,
): ThreadRef {
  return { platform: 'slack', workspaceId, channelId: raw.channel, threadId: raw.thread_ts ?? raw.ts }
}

function ignored(
  key: string,
  raw: {
    readonly channel: string
    readonly ts: string
    readonly thread_ts?: string | undefined
    readonly user?: string | undefined
  },
  reading: Reading,
  reason: InboundIgnored['reason'],
): InboundIgnored {
  const { threadId, ...place } = threadOf(raw, reading)
  return { kind: 'ignored', key, place, threadId, reason }
}
