import { untitled } from '../../core/dialogue.ts'
import type { Words } from '../../core/words.ts'

/** A Dialogue's title as a person reads it: one without words has none in their language. */
export function shownTitle({ chats }: Pick<Words, 'chats'>, title: string): string {
  return title === untitled ? chats.untitled : title
}
