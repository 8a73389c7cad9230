import { type GuideStep, nextStep, toGuideText } from './guide.ts'
import { sentences } from './catalogue.ts'
import type { ModelMessage } from './model.ts'
import type { Running, TurnDependencies } from './running-turn.ts'
import { escapeTags } from './speaker.ts'
import type { Stores } from './store.ts'
import { countTokens } from './tokens.ts'
import type { TurnResult } from './turn.ts'

/**
 * Where the Agent still has a question of its own to put: stores it as the answer of this Turn, and no model is asked.
 * Undefined when it is the model's turn; what was said has then been kept as the answer to the last question.
 */
export async function putQuestion(deps: TurnDependencies, running: Running): Promise<TurnResult | undefined> {
  const questions = running.agent.questions ?? []
  if (questions.length === 0) return undefined
  return deps.store.atomically(async stores => {
    await stores.jobs.hold(running.job.lease)
    await stores.dialogues.lock(running.dialogue.id)
    const guide = await guideFor(stores, running, questions)
    if (!guide) return undefined
    const step = await stepOf(stores, running, guide.questions.length)
    if (step.answers !== undefined)
      await stores.guides.answered(
        step.answers,
        running.asked.map(({ id }) => id),
      )
    if (step.kind === 'through') return undefined
    const text = sentences.guide.question(guide.questions[step.number] ?? '', {
      number: step.number + 1,
      of: guide.questions.length,
      added: step.added,
    })
    const result: TurnResult = { end: 'done', text, tokens: countTokens(text) }
    const { turn, job, dialogue } = running
    await stores.guides.pose(dialogue.id, { messageId: turn.answerId, number: step.number }, job.lease)
    await stores.turns.deliver(turn.id, job.lease, result)
    return result
  })
}

/** What was answered before, as the model gets it with every answer, whoever gives it: a cheaper Agent may. */
export async function guideMessage(
  { store }: Pick<TurnDependencies, 'store'>,
  running: Running,
): Promise<ModelMessage | undefined> {
  const guide = await store.guides.find(running.dialogue.id)
  if (!guide) return undefined
  const { before, branchId } = whereOf(running)
  const answers = await store.guides.answers(running.dialogue.id, before, branchId)
  const content = toGuideText(guide, answers, escapeTags)
  return content === undefined ? undefined : { role: 'user', content }
}

/** The guide that this Turn goes on with, or begins: at a Dialogue's beginning, or where its Agent was chosen for it. */
async function guideFor(stores: Stores, { dialogue, turn, agent }: Running, questions: readonly string[]) {
  const kept = await stores.guides.find(dialogue.id)
  if (kept) return kept.agentId === agent.id && kept.askerId === turn.asker.id ? kept : undefined
  if (turn.sequence > 1 && dialogue.agent !== agent.id) return undefined
  const guide = { agentId: agent.id, questions, askerId: turn.asker.id }
  await stores.guides.begin(dialogue.id, guide)
  return guide
}

async function stepOf(stores: Stores, running: Running, questions: number): Promise<GuideStep> {
  const { turn, dialogue } = running
  const { before, branchId } = whereOf(running)
  const posed = await stores.guides.posed(dialogue.id, before, branchId)
  const rewrites = await stores.guides.ofMessage(turn.answerId)
  return nextStep(questions, posed, {
    sequence: turn.sequence,
    asked: running.asked.map(({ id }) => id),
    ...(rewrites ? { rewrites } : {}),
  })
}

function whereOf({ asked, answer }: Running) {
  const before = asked.at(-1)?.position ?? 0
  return { before, ...(answer.branchId === undefined ? {} : { branchId: answer.branchId }) }
}
