import { admit } from './admission.ts'
import type { InboundRegenerate } from './inbound.ts'
import type { Outcome } from './decision.ts'
import type { Stores } from './store.ts'

/** Gives another answer to what was asked, on a branch of its own: the one that stands is kept beside it. */
export async function receiveRegenerate(
  stores: Stores,
  { thread, answerId, by, atMs }: InboundRegenerate,
): Promise<Outcome> {
  const about = { threadId: thread.threadId, by }
  const dialogue = await stores.dialogues.find(thread)
  if (!dialogue) return { decision: { outcome: 'ignored', reason: 'unknown_message' }, ...about }
  await stores.dialogues.lock(dialogue.id)
  const last = await stores.turns.ofAnswer(answerId)
  if (!last || last.turn.dialogueId !== dialogue.id)
    return { decision: { outcome: 'ignored', reason: 'unknown_message' }, ...about }
  const messageIds = await stores.turns.askedIds(last.turn.id)
  if (last.position === undefined || !last.turn.end || messageIds.length === 0)
    return { decision: { outcome: 'ignored', reason: 'unfinished' }, ...about, messageId: answerId }
  const policy = await stores.policies.for(thread)
  const { asker, refusal } = await admit(stores, policy, { by, thread })
  if (refusal) return { decision: { outcome: 'refused', reason: refusal.reason }, ...about }
  const branch = await stores.branches.fork(
    {
      dialogueId: dialogue.id,
      position: last.position,
      ...(last.branchId === undefined ? {} : { branchId: last.branchId }),
    },
    atMs,
  )
  const turn = await stores.turns.accept({
    dialogueId: dialogue.id,
    messageIds,
    askerId: asker.id,
    atMs,
    branchId: branch.id,
  })
  return {
    decision: { outcome: 'answered', reason: 'regenerated' },
    ...about,
    messageId: messageIds.at(-1) ?? answerId,
    turnId: turn.id,
  }
}
