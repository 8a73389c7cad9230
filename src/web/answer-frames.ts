import type { ChangedTurn } from '../core/changes.ts'
import type { LiveAnswer } from '../core/live.ts'
import type { TurnState } from '../core/turn.ts'
import type { TurnFrame } from './frames.ts'

/** Ended Turns that are remembered, so that a late word does not begin them anew. */
const rememberedEnds = 50

/** What one reader was told of the answers in a Dialogue, and so what to tell next. */
export interface AnswerFrames {
  /** The newest state of an answer under way; undefined when it says nothing new. */
  live(answer: LiveAnswer): TurnFrame | undefined
  /** A Turn as it is stored; undefined when that was told. */
  stored(turn: ChangedTurn): TurnFrame | undefined
}

interface Told {
  readonly state: TurnState
  readonly text: string
  readonly blocks: readonly string[]
}

/** With `toBlocks` answers are told as rendered blocks, otherwise as text. */
export function createAnswerFrames(
  dialogueId: string,
  toBlocks: ((text: string) => readonly string[]) | undefined,
): AnswerFrames {
  const told = new Map<string, Told>()
  const ended = new Map<string, TurnState>()

  const frameOf = (turnId: string, messageId: string, state: TurnState, text: string): TurnFrame => {
    const before = told.get(turnId)
    const head = { type: 'turn', turnId, messageId, dialogueId, state } as const
    const blocks = toBlocks?.(text) ?? []
    told.set(turnId, { state, text, blocks })
    if (toBlocks) return { ...head, blocks: patch(before?.blocks ?? [], blocks) }
    if (before && before.text !== '' && text.startsWith(before.text))
      return { ...head, offset: before.text.length, delta: text.slice(before.text.length) }
    return { ...head, text }
  }

  return {
    live({ turnId, messageId, snapshot }) {
      if (ended.has(turnId)) return undefined
      const { text } = snapshot
      const state =
        snapshot.state === 'thinking' || snapshot.state === 'streaming' ? 'running' : snapshot.state
      const before = told.get(turnId)
      if (before?.state === state && before.text === text) return undefined
      return frameOf(turnId, messageId, state, text)
    },
    stored(turn) {
      const { id, messageId, state } = turn
      if (state === 'accepted' || state === 'running') {
        // What it wrote before, should it rewrite an answer, is not what it writes now.
        const text = told.get(id)?.text ?? ''
        if (told.get(id)?.state === state) return undefined
        told.set(id, { state, text, blocks: told.get(id)?.blocks ?? [] })
        return { type: 'turn', turnId: id, messageId, dialogueId, state, ...(toBlocks ? {} : { text }) }
      }
      if (ended.get(id) === state) return undefined
      told.delete(id)
      ended.set(id, state)
      for (const oldest of ended.keys()) if (ended.size > rememberedEnds) ended.delete(oldest)
      return {
        type: 'turn',
        turnId: id,
        messageId,
        dialogueId,
        state,
        ...(toBlocks ? {} : { text: turn.text }),
        ...(turn.error === undefined ? {} : { error: turn.error }),
      }
    },
  }
}

function patch(before: readonly string[], after: readonly string[]): { from: number; html: string[] } {
  let from = 0
  while (from < before.length && from < after.length && before[from] === after[from]) from += 1
  return { from, html: after.slice(from) }
}
