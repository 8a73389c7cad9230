import { z } from 'zod'
import { type CommandName, commandNames, type Inbound } from '../../core/inbound.ts'
import { parseHomePress } from './home.ts'
import type { Installation } from './installation.ts'
import { msOfTs, unsupported } from './reading.ts'
import { authorOf, readText, teamHint } from './parse-message.ts'

/** The id of the Stop button; its value is the turn's id. */
export const stopActionId = 'parley:stop'

/** A thread that a command opens has no ts before its anchor is posted. */
const commandThread = 'command:'

export function isCommandThread(threadId: string): boolean {
  return threadId.startsWith(commandThread)
}

const commandShape = z.object({
  command: z.string(),
  text: z.string().catch(''),
  user_id: z.string(),
  team_id: z.string().optional(),
  channel_id: z.string(),
  channel_name: z.string().optional(),
  trigger_id: z.string(),
  thread_ts: z.string().optional(),
  response_url: z.string().optional(),
})

/**
 * `/parley ask|stop|why|agent|quiet|speak|more|link|unlink|help …`, with the words of its form. Without a name it is a question, without words
 * help; a question may begin with the word link, quiet or speak.
 */
export function parseCommand(form: unknown, installation: Installation, nowMs: number): Inbound {
  const parsed = commandShape.safeParse(form)
  const { teamId } = installation
  if (!parsed.success) return unsupported({ installation, workspaceId: teamId }, undefined)
  const raw = parsed.data
  const { name, rest } = readCommand(raw.text)
  const key = `${commandThread}${raw.trigger_id}`
  const text = readText(rest, installation).markdown
  const inThread = name !== 'ask' && raw.thread_ts !== undefined
  const hint = {
    question: text,
    ...(raw.response_url === undefined ? {} : { respondTo: raw.response_url }),
    ...foreignTeam(raw.user_id, raw.team_id, teamId),
  }
  return {
    kind: 'command',
    key,
    name,
    text,
    thread: {
      platform: 'slack',
      workspaceId: teamId,
      channelId: raw.channel_id,
      threadId: name === 'ask' ? key : (raw.thread_ts ?? raw.channel_id),
    },
    inThread,
    by: authorOf(raw.user_id, installation),
    atMs: nowMs,
    direct: raw.channel_name === 'directmessage' || raw.channel_id.startsWith('D'),
    ...(name === 'ask' ? { delivery: hint } : {}),
  }
}

/** A question may begin with one of these words. */
const alone: ReadonlySet<CommandName> = new Set([
  'link',
  'unlink',
  'quota',
  'settings',
  'more',
  'quiet',
  'speak',
])

function readCommand(text: string): { readonly name: CommandName; readonly rest: string } {
  const words = text.trim()
  const [first = ''] = words.split(/\s/, 1)
  const name = commandNames.find(known => known === first.toLowerCase())
  const rest = words.slice(first.length).trim()
  if (name && (rest === '' || mayGoOn(name, rest))) return { name, rest }
  return { name: words === '' ? 'help' : 'ask', rest: words }
}

/** The longest name of an agent; more words than that are a question that begins with the word. */
const maxAgentName = 40

function mayGoOn(name: CommandName, rest: string): boolean {
  if (name === 'agent') return rest.length <= maxAgentName
  return !alone.has(name)
}

function foreignTeam(
  userId: string,
  team: string | undefined,
  ours: string,
): { readonly [name: string]: string } {
  return team === undefined || team === ours ? {} : { [teamHint(userId)]: team }
}

const pressShape = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string() }),
  channel: z.object({ id: z.string() }),
  message: z.object({ ts: z.string(), thread_ts: z.string().optional() }),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().optional(), action_ts: z.string() })),
})

const triggerShape = z.object({ trigger_id: z.string(), channel: z.object({ id: z.string() }).optional() })

/** A pressed button: Stop under an answer, or one of App Home's. */
export function parseInteraction(payload: unknown, installation: Installation): Inbound {
  const { teamId: workspaceId } = installation
  const atHome = parseHomePress(payload, { installation, workspaceId })
  if (atHome) return atHome
  const parsed = pressShape.safeParse(payload)
  const stop = parsed.data?.actions.find(action => action.action_id === stopActionId)
  if (!parsed.success || !stop) {
    const trigger = triggerShape.safeParse(payload).data
    return unsupported({ installation, workspaceId }, trigger?.trigger_id, trigger?.channel?.id)
  }
  const { user, channel, message } = parsed.data
  const threadId = message.thread_ts ?? message.ts
  return {
    kind: 'stop',
    key: `press:${stop.action_ts}:${user.id}`,
    thread: { platform: 'slack', workspaceId, channelId: channel.id, threadId },
    ...(stop.value ? { turnId: stop.value } : {}),
    by: authorOf(user.id, installation),
    atMs: msOfTs(stop.action_ts),
    native: false,
  }
}
