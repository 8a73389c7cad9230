import { type Insertable, sql } from 'kysely'
import type { ErasureCounts } from '../../core/erasure.ts'
import type { Handle } from './database.ts'
import { forgetReplies } from './idempotent-replies.ts'
import type { ErasedThreadTable } from './keeping-tables.ts'
import type { Session } from './session.ts'

export const nothingErased: ErasureCounts = {
  dialogues: 0,
  messages: 0,
  answers: 0,
  identities: 0,
  decisions: 0,
}

/**
 * Removes a Dialogue with all that hangs on it; what is left is that its thread was erased, so that its platform's own
 * history is not read back. Undefined when there is none.
 */
export async function removeDialogue(
  { handle }: Session,
  id: string,
  atMs: number,
): Promise<ErasureCounts | undefined> {
  // Before the Dialogue is locked: whoever runs a Turn holds the job first.
  await handle.deleteFrom('jobs').where('lane', '=', `dialogue:${id}`).execute()
  const dialogue = await handle
    .selectFrom('dialogues')
    .select(['platform', 'workspace_id', 'channel_id', 'thread_id'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!dialogue) return undefined
  const said = await handle
    .selectFrom('messages')
    .select(on => ['role', on.fn.countAll<string>().as('count')])
    .where('dialogue_id', '=', id)
    .groupBy('role')
    .execute()
  const decisions = await forgetDecisions(handle, dialogue)
  if (dialogue.platform !== 'web') await markErased(handle, dialogue, new Date(atMs))
  await forgetReplies(handle, id)
  await sql`delete from notices where detail ->> 'dialogueId' = ${id}`.execute(handle)
  await sql`
    update audits set detail = detail - 'reason' - 'title' where subject = ${id}`.execute(handle)
  await handle.deleteFrom('dialogues').where('id', '=', id).execute()
  const count = (role: string) => Number(said.find(row => row.role === role)?.count ?? 0)
  return {
    ...nothingErased,
    dialogues: 1,
    messages: count('user'),
    answers: count('assistant'),
    decisions,
  }
}

/** The web has no history but ours. */
async function markErased(
  handle: Handle,
  thread: Omit<Insertable<ErasedThreadTable>, 'erased_at'>,
  at: Date,
): Promise<void> {
  await handle
    .insertInto('erased_threads')
    .values({ ...thread, erased_at: at })
    .onConflict(conflict =>
      conflict
        .columns(['platform', 'workspace_id', 'channel_id', 'thread_id'])
        .doUpdateSet({ erased_at: at }),
    )
    .execute()
}

/** The inbox still knows what it had, and nobody's name. Some keys hold the id of who pressed. */
async function forgetDecisions(
  handle: Handle,
  place: {
    readonly platform: string
    readonly workspace_id: string
    readonly channel_id: string
    readonly thread_id: string
  },
): Promise<number> {
  const { numAffectedRows } = await sql`
    update decisions set
      realm = null, user_id = null, thread_id = null,
      key = case when position(user_id in key) > 0 then 'erased:' || id else key end
    where platform = ${place.platform}
      and workspace_id = ${place.workspace_id}
      and channel_id = ${place.channel_id}
      and thread_id = ${place.thread_id}`.execute(handle)
  return Number(numAffectedRows ?? 0)
}
