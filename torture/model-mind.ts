import type { ScriptedReply } from '../src/sandbox/model/scripted-reply.ts'
import { createDice, type Dice } from './dice.ts'

/** What stands in every question, and in the answer to it: `q17v2` is the third wording of the 17th. */
const marker = /\bq\d+v\d+\b/g

const vocabulary =
  'upload retry part whole slow fast queue worker lease thread answer table page cache moon tide river stone paper light window garden train letter'.split(
    ' ',
  )

export interface Mind {
  readonly reply: (
    messages: readonly { readonly role: string; readonly content: string }[],
  ) => ScriptedReply | undefined
  /** What was asked in the request whose prompt was told as that many tokens. */
  questionOf(inputTokens: number): number | undefined
}

/**
 * A model that answers each question in words of its own, which begin and end with its marker: what is cut, doubled or
 * mixed up is seen. It goes wrong by the seed, question by question and attempt by attempt; it stalls only on questions
 * below `stallsBefore`, because Parley gives a silent model a minute.
 */
export function createMind(seed: number, stallsBefore: number): Mind {
  const attempts = new Map<string, number>()
  const questions = new Map<number, number>()
  return {
    reply(messages) {
      const asked = markersIn(messages.findLast(({ role }) => role === 'user')?.content ?? '').at(-1)
      if (asked === undefined) return undefined
      const attempt = attempts.get(asked) ?? 0
      attempts.set(asked, attempt + 1)
      // No two requests are told the same: so each line of the books is one call's and no other's.
      const input = 1_001 + questions.size
      questions.set(input, questionIn(asked))
      const told = { prompt_tokens: input, completion_tokens: 10 + (input % 90) }
      const usage = { ...told, total_tokens: told.prompt_tokens + told.completion_tokens }
      return replyTo(asked, createDice('answer', seed, asked, attempt), {
        usage,
        stalls: questionIn(asked) < stallsBefore,
      })
    },
    questionOf: inputTokens => questions.get(inputTokens),
  }
}

const questionIn = (asked: string) => Number(/\d+/.exec(asked)?.[0])

export function markersIn(text: string): readonly string[] {
  return text.match(marker) ?? []
}

function replyTo(
  asked: string,
  dice: Dice,
  { usage, stalls }: { readonly usage: object; readonly stalls: boolean },
): ScriptedReply {
  const words = Array.from({ length: lengthOf(dice) }, () => dice.pick(vocabulary))
  const text = `Answer ${asked}: ${words.join(' ')}. End ${asked}.`
  const whole = { text, usage, wordDelayMs: words.length > 60 ? dice.between(0, 3) : dice.between(0, 25) }
  const drawn = dice.next()
  const beforeChunk = dice.between(0, Math.min(words.length, 30))
  if (drawn < 0.78) return whole
  if (drawn < 0.81) return { ...whole, delayMs: dice.between(500, 2_500) }
  if (drawn < 0.84) return { ...whole, usage: null }
  if (drawn < 0.86) return { ...whole, finishReason: 'length' }
  if (drawn < 0.89) return { refuse: { status: dice.pick([429, 500, 503]), error: { message: 'Not now.' } } }
  if (drawn < 0.91) return { refuse: { status: 400, error: overflow } }
  if (drawn < 0.94) return { ...whole, break: { beforeChunk, how: 'cut' } }
  if (drawn < 0.96) return { ...whole, break: { beforeChunk, how: dice.pick(['end', 'malformed'] as const) } }
  if (drawn < 0.98 || !stalls)
    return { ...whole, break: { beforeChunk, how: 'error', error: { message: 'Overloaded.' } } }
  return { ...whole, break: { beforeChunk, how: 'stall' } }
}

const overflow = { message: 'Too long for this model.', code: 'context_length_exceeded', param: 'messages' }

function lengthOf(dice: Dice): number {
  const drawn = dice.next()
  if (drawn < 0.75) return dice.between(3, 40)
  // Several messages of Discord.
  return drawn < 0.95 ? dice.between(60, 300) : dice.between(500, 900)
}
