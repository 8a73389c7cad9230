import type { Selectable } from 'kysely'
import type { Summaries, Summary } from '../../core/receipt.ts'
import { lineageOf } from './lineage.ts'
import type { Session } from './session.ts'
import { storedText } from './stored-text.ts'
import type { SummaryTable } from './tables.ts'

const summaryColumns = ['text', 'tokens', 'through_position', 'messages'] as const

export function createSummaries({ handle }: Session): Summaries {
  return {
    async find(dialogueId, branchId) {
      for (const { branchId: own, below } of await lineageOf(handle, branchId)) {
        const row = await handle
          .selectFrom('summaries')
          .select(summaryColumns)
          .where('dialogue_id', '=', dialogueId)
          .where('branch_id', 'is not distinct from', own)
          .$if(below !== undefined, query => query.where('through_position', '<', below ?? 0))
          .executeTakeFirst()
        if (row) return toSummary(row)
      }
      return undefined
    },
    async save(dialogueId, { text, tokens, throughPosition, messages }, branchId) {
      const columns = { text: storedText(text), tokens, through_position: throughPosition, messages }
      await handle
        .insertInto('summaries')
        .values({ dialogue_id: dialogueId, branch_id: branchId ?? null, ...columns })
        .onConflict(conflict => conflict.columns(['dialogue_id', 'branch_id']).doUpdateSet(columns))
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

function toSummary(row: Pick<Selectable<SummaryTable>, (typeof summaryColumns)[number]>): Summary {
  return {
    text: row.text,
    tokens: row.tokens,
    throughPosition: row.through_position,
    messages: row.messages,
  }
}
