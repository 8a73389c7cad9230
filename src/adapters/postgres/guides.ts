import { sql } from 'kysely'
import { z } from 'zod'
import type { Guides } from '../../core/guide.ts'
import { withinLineage } from './lineage.ts'
import { holdJob, type Session } from './session.ts'
import { storedJson } from './stored-text.ts'

const questionsShape = z.array(z.string())

export function createGuides(session: Session): Guides {
  const { handle } = session
  const answersOf = async (dialogueId: string, through: number, branchId?: string) =>
    handle
      .selectFrom('messages')
      .innerJoin('guide_answers', 'guide_answers.message_id', 'messages.id')
      .innerJoin('guide_questions', 'guide_questions.message_id', 'guide_answers.question_id')
      .select(['messages.id', 'messages.text', 'guide_answers.question_id', 'guide_questions.number'])
      .where('messages.dialogue_id', '=', dialogueId)
      .where('messages.position', '<=', through)
      .where('messages.redacted_at', 'is', null)
      .where(await withinLineage(handle, branchId))
      .orderBy('guide_questions.number')
      .orderBy('messages.position')
      .execute()
  return {
    async find(dialogueId) {
      const row = await handle
        .selectFrom('guides')
        .select(['agent_id', 'questions', 'asker_id'])
        .where('dialogue_id', '=', dialogueId)
        .executeTakeFirst()
      return (
        row && {
          agentId: row.agent_id,
          questions: questionsShape.parse(row.questions),
          askerId: row.asker_id,
        }
      )
    },
    async begin(dialogueId, { agentId, questions, askerId }) {
      await handle
        .insertInto('guides')
        .values({
          dialogue_id: dialogueId,
          agent_id: agentId,
          questions: storedJson(questions),
          asker_id: askerId,
        })
        .onConflict(conflict => conflict.column('dialogue_id').doNothing())
        .execute()
    },
    async posed(dialogueId, before, branchId) {
      const questions = await handle
        .selectFrom('messages')
        .innerJoin('guide_questions', 'guide_questions.message_id', 'messages.id')
        .select(['message_id', 'number', 'after_sequence'])
        .where('messages.dialogue_id', '=', dialogueId)
        .where('messages.position', '<', before)
        .where(await withinLineage(handle, branchId))
        .orderBy('messages.position')
        .execute()
      if (questions.length === 0) return []
      const answers = await answersOf(dialogueId, before, branchId)
      return questions.map(({ message_id: messageId, number, after_sequence: afterSequence }) => ({
        messageId,
        number,
        afterSequence,
        answeredBy: answers.flatMap(answer => (answer.question_id === messageId ? [answer.id] : [])),
      }))
    },
    async ofMessage(messageId) {
      const row = await handle
        .selectFrom('guide_questions')
        .select('number')
        .where('message_id', '=', messageId)
        .executeTakeFirst()
      return row
    },
    pose: (dialogueId, { messageId, number }, lease) =>
      session.atomically(async inner => {
        await holdJob(inner, lease)
        await sql`
          insert into guide_questions (message_id, dialogue_id, number, after_sequence)
          select ${messageId}, ${dialogueId}, ${number}, coalesce(max(sequence), 0)
          from turns where dialogue_id = ${dialogueId}
          on conflict (message_id) do update
            set number = excluded.number, after_sequence = excluded.after_sequence`.execute(inner.handle)
      }),
    async answered(questionId, messageIds) {
      if (messageIds.length === 0) return
      await handle
        .insertInto('guide_answers')
        .values(messageIds.map(id => ({ question_id: questionId, message_id: id })))
        .onConflict(conflict => conflict.columns(['question_id', 'message_id']).doNothing())
        .execute()
    },
    async answers(dialogueId, through, branchId) {
      const rows = await answersOf(dialogueId, through, branchId)
      const numbers = [...new Set(rows.map(row => row.number))]
      return numbers.map(number => ({
        number,
        texts: rows.filter(row => row.number === number).map(row => row.text),
      }))
    },
    async awaits(dialogueId, identityId) {
      const { rows } = await sql<{ waits: boolean }>`
        select exists (
          select from guides join guide_questions as q using (dialogue_id)
          where dialogue_id = ${dialogueId} and asker_id = ${identityId}
            and not exists (select from guide_answers where question_id = q.message_id)
            and q.number = (select max(number) from guide_questions where dialogue_id = ${dialogueId})
        ) as waits`.execute(handle)
      return rows[0]?.waits ?? false
    },
  }
}
