import { z } from '@hono/zod-openapi'
import { turnState } from '../frames.ts'
import { maxTextLength } from '../spoken.ts'

/** What the dialogues' routes take and give. */

export const platform = z.enum(['slack', 'discord', 'web'])

export const idParam = z.object({ id: z.string().min(1).max(100) })
export const memberParam = idParam.extend({ memberId: z.string().min(1).max(100) })

export const workspaceParam = idParam.extend({ platform, workspaceId: z.string().min(1).max(100) })

export const listQuery = z.object({
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(30),
  q: z.string().max(500).optional(),
  platform: platform.optional(),
  workspace: z.string().max(100).optional(),
  channel: z.string().max(200).optional(),
  person: z.string().max(100).optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  mine: z.stringbool().optional(),
  pinned: z
    .stringbool()
    .optional()
    .describe('Only those you pinned, all at once; other filters are left aside.'),
})

const text = z.string().max(maxTextLength)
const clientId = z.string().min(1).max(100).optional().describe('The same twice is done once.')
const agent = z.string().max(100)

export const creation = z.object({
  title: z.string().max(1_000).optional(),
  text: text.optional(),
  agent: agent.optional(),
  clientId,
})
export const created = z.object({
  id: z.string(),
  title: z.string(),
  messageId: z.string().optional(),
  turnId: z.string().optional(),
})

export const change = z.object({
  title: z.string().max(1_000).optional(),
  pinned: z.boolean().optional(),
  agent: agent.nullable().optional(),
})
export const saying = z.object({ text, clientId })
export const taken = z.object({
  messageId: z.string(),
  turnId: z.string().optional().describe('Absent when Parley does not speak to it.'),
})
export const regeneration = z.object({ messageId: z.string().min(1).max(100), clientId })
export const branchChoice = z.object({ branchId: z.string().min(1).max(100).nullable() })
export const invitation = z.union([
  z.object({ who: z.string().min(1).max(320).describe('A username or an e-mail address.') }),
  z.object({
    workspace: z
      .object({ platform, id: z.string().min(1).max(100) })
      .describe('One that you are in: all who can read any of its channels take part, while they can.'),
  }),
])
export const workspace = z.object({ platform, id: z.string(), name: z.string().optional() })
export const teammate = z.object({ memberId: z.string(), username: z.string(), nickname: z.string() })
export const invited = z.union([teammate, workspace])
export const teammates = z.object({
  items: z.array(teammate),
  nextCursor: z.string().optional(),
  workspaces: z.array(workspace),
  invitable: z.array(workspace).describe('Workspaces that you could let in.'),
})

export const entry = z.object({
  id: z.string(),
  title: z.string(),
  platform,
  workspaceId: z.string(),
  channelId: z.string(),
  threadId: z.string(),
  workspaceName: z.string().optional(),
  channelName: z.string().optional(),
  direct: z.boolean(),
  access: z.enum(['own', 'invited', 'audience', 'glass']),
  pinned: z.boolean(),
  published: z.boolean(),
  answering: z.boolean(),
  usedAt: z.string(),
  snippet: z.array(z.object({ text: z.string(), hit: z.boolean() })).optional(),
  messageId: z.string().optional(),
})
export const list = z.object({ items: z.array(entry), nextCursor: z.string().optional() })

export const message = z.object({
  id: z.string(),
  position: z.number(),
  role: z.enum(['user', 'assistant']),
  speaker: z.object({ name: z.string(), memberId: z.string().optional() }).optional(),
  text: z.string(),
  version: z.number(),
  redacted: z.boolean(),
  fromWeb: z.boolean(),
  files: z.array(z.string()),
  sentAt: z.string(),
  turn: z
    .object({ id: z.string(), state: turnState, error: z.string().optional(), stopped: z.boolean() })
    .optional(),
  branches: z.array(z.string()).optional(),
})
export const dialogue = entry.extend({
  agent: z.string().optional(),
  branchId: z.string().nullable(),
  cursor: z.string().describe('Events after this one are not in what is given here.'),
  messages: z.array(message),
  more: z.boolean().describe('Whether there are messages before these; ask with `before`.'),
})
export const dialogueQuery = z.object({
  before: z.coerce.number().int().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
})

export const versions = z.object({
  items: z.array(z.object({ version: z.number(), text: z.string(), replacedAt: z.string() })),
  nextCursor: z.string().optional(),
})
export const facets = z.object({
  places: z.array(
    z.object({
      platform,
      workspaceId: z.string(),
      workspaceName: z.string().optional(),
      channelId: z.string(),
      channelName: z.string().optional(),
    }),
  ),
  people: z.array(z.object({ id: z.string(), name: z.string() })),
})

export const turn = z.object({
  id: z.string(),
  dialogueId: z.string(),
  state: turnState,
  messageId: z.string(),
  text: z.string(),
  error: z.string().optional(),
})
export const stopped = z.object({ id: z.string(), stopping: z.boolean() })
export const receipt = z.object({
  messages: z.object({ included: z.number(), summarised: z.number(), dropped: z.number() }),
  tokens: z.object({
    instructions: z.number(),
    asked: z.number(),
    summary: z.number(),
    history: z.number(),
    reserved: z.number(),
    limit: z.number(),
  }),
})
