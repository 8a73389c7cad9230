import { sql } from 'kysely'
import { z } from 'zod'
import type { ErrorCode } from '../../core/errors.ts'
import type { Receipt } from '../../core/receipt.ts'
import type { Handle } from './database.ts'
import { mayRead, type Sight } from './history-visible.ts'

const count = z.number()

const receiptShape = z.object({
  agent: z.object({ id: z.string(), name: z.string(), version: count.exactOptional() }).exactOptional(),
  messages: z.object({ included: count, summarised: count, dropped: count }),
  tokens: z.object({
    instructions: count,
    asked: count,
    summary: count,
    history: count,
    reserved: count,
    limit: count,
    notes: count.exactOptional(),
    knowledge: count.exactOptional(),
    guide: count.exactOptional(),
  }),
})

const absent = <T>(value: T | null | undefined) => value ?? undefined

/** Of older calls, and where there is one provider alone, nothing is kept of it. */
const asked = z.object({
  provider: z.string().nullish().transform(absent),
  tried: z
    .array(z.object({ provider: z.string(), error: z.custom<ErrorCode>(code => typeof code === 'string') }))
    .nullish()
    .transform(absent),
})

export function parseReceipt(stored: unknown): Receipt {
  return receiptShape.parse(stored)
}

export function inShort({ messages, tokens }: Receipt) {
  const { included, summarised, dropped } = messages
  const { instructions, asked, summary, history, guide = 0 } = tokens
  return {
    included,
    known: included + summarised + dropped,
    tokens: instructions + asked + summary + history + guide,
  }
}

/** Of the newest call that was made for the answer; earlier ones were made in vain. */
export async function readReceipt(
  handle: Handle,
  sight: Sight,
  turnId: string,
): Promise<Receipt | undefined> {
  const { rows } = await sql<{ receipt: unknown; provider: unknown; tried: unknown }>`
    select model_calls.receipt, model_calls.response->'provider' as provider, model_calls.response->'tried' as tried
    from turns
    join dialogues as d on d.id = turns.dialogue_id
    join model_calls on model_calls.turn_id = turns.id and model_calls.purpose = 'answer'
    where turns.id = ${turnId} and ${mayRead(sight)}
    order by model_calls.started_at desc, model_calls.id desc
    limit 1`.execute(handle)
  const [row] = rows
  if (!row) return undefined
  const { provider, tried } = asked.parse(row)
  return {
    ...parseReceipt(row.receipt),
    ...(provider === undefined ? {} : { provider }),
    ...(tried === undefined ? {} : { tried }),
  }
}
