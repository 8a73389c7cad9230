import { z } from 'zod'
import { maxTextLength } from './spoken.ts'

/** What goes over `/ws`, and as events to API clients. */

const id = z.string().min(1).max(100)

export const inFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('auth'), accessToken: z.string().max(8_192) }),
  z.object({
    type: z.literal('subscribe'),
    dialogueId: id,
    /** The last `cursor` that was seen: what came after it is sent, and nothing before. */
    after: z.union([z.string().max(20), z.number()]).optional(),
    /** For our own pages: answers as rendered blocks, messages as whole articles. */
    html: z.boolean().optional(),
  }),
  z.object({ type: z.literal('unsubscribe'), dialogueId: id }),
  z.object({
    type: z.literal('send'),
    /** Without one, the text begins a new Dialogue. */
    dialogueId: id.optional(),
    text: z.string().max(maxTextLength),
    /** The same twice is said once. */
    clientId: id,
    agent: z.string().max(100).optional(),
  }),
  z.object({ type: z.literal('stop'), turnId: id }),
])
export type InFrame = z.infer<typeof inFrame>

/** To resume after this frame; absent on those that only tell what is under way. */
const cursor = z.string().optional()

export const turnState = z.enum(['accepted', 'running', 'delivering', 'done', 'failed', 'stopped'])

export const dialogueFrame = z.object({
  type: z.literal('dialogue'),
  id: z.string(),
  dialogueId: z.string(),
  title: z.string(),
  platform: z.enum(['slack', 'discord', 'web']),
  agent: z.string().optional(),
  /** The current branch; null on the trunk. */
  branchId: z.string().nullable(),
  /** Of the `send` that began it. */
  clientId: z.string().optional(),
  cursor,
})

export const messageFrame = z.object({
  type: z.literal('message'),
  id: z.string(),
  messageId: z.string(),
  dialogueId: z.string(),
  position: z.number(),
  role: z.enum(['user', 'assistant']),
  speaker: z.object({ name: z.string(), memberId: z.string().optional() }).optional(),
  text: z.string(),
  version: z.number(),
  redacted: z.boolean(),
  fromWeb: z.boolean(),
  files: z.array(z.string()),
  sentAt: z.string(),
  branchId: z.string().nullable(),
  /** Of the `send` it came with, for its own sender. */
  clientId: z.string().optional(),
  /** The whole article, where it was asked for. */
  html: z.string().optional(),
  cursor,
})

export const turnFrame = z.object({
  type: z.literal('turn'),
  turnId: z.string(),
  messageId: z.string(),
  dialogueId: z.string(),
  state: turnState,
  /** The whole text so far; or, in characters as JavaScript counts them, what is added to it from `offset` on. */
  text: z.string().optional(),
  offset: z.number().optional(),
  delta: z.string().optional(),
  /** Replaces the rendered blocks from this one on, where that was asked for. */
  blocks: z.object({ from: z.number(), html: z.array(z.string()) }).optional(),
  error: z.string().optional(),
  cursor,
})

export const errorFrame = z.object({
  type: z.literal('error'),
  code: z.string(),
  message: z.string(),
  dialogueId: z.string().optional(),
  clientId: z.string().optional(),
  turnId: z.string().optional(),
  resetsAt: z.string().optional(),
})

export const outFrame = z.discriminatedUnion('type', [dialogueFrame, messageFrame, turnFrame, errorFrame])
export type OutFrame = z.infer<typeof outFrame>
export type DialogueFrame = z.infer<typeof dialogueFrame>
export type MessageFrame = z.infer<typeof messageFrame>
export type TurnFrame = z.infer<typeof turnFrame>
export type ErrorFrame = z.infer<typeof errorFrame>

/** A cursor as somebody gives it back; undefined for what is none. */
export function parseCursor(after: string | number | undefined): number | undefined {
  const revision = typeof after === 'string' && /^\d{1,15}$/.test(after) ? Number(after) : after
  return typeof revision === 'number' && Number.isSafeInteger(revision) && revision >= 0
    ? revision
    : undefined
}
