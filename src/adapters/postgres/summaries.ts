import type { Summaries } from '../../core/receipt.ts'
import type { Session } from './session.ts'
import { storedText } from './stored-text.ts'

export function createSummaries({ handle }: Session): Summaries {
  return {
    async find(dialogueId) {
      const row = await handle
        .selectFrom('summaries')
        .selectAll()
        .where('dialogue_id', '=', dialogueId)
        .executeTakeFirst()
      return (
        row && {
          text: row.text,
          tokens: row.tokens,
          throughPosition: row.through_position,
          messages: row.messages,
        }
      )
    },
    async save(dialogueId, { text, tokens, throughPosition, messages }) {
      const columns = { text: storedText(text), tokens, through_position: throughPosition, messages }
      await handle
        .insertInto('summaries')
        .values({ dialogue_id: dialogueId, ...columns })
        .onConflict(conflict => conflict.column('dialogue_id').doUpdateSet(columns))
        .execute()
    },
    async forget(dialogueId, position) {
      await handle
        .deleteFrom('summaries')
        .where('dialogue_id', '=', dialogueId)
        .where('through_position', '>=', position)
        .execute()
    },
  }
}
