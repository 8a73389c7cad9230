import { toParleyError } from './errors.ts'
import type { Running, TurnDependencies } from './running-turn.ts'

/** Messages read of a thread in which Parley is first asked deep down: more than a context window holds. */
const maxPastMessages = 200

/**
 * Reads what was said in the thread before Parley was asked, once, and keeps it with its authors. A platform that
 * does not let it be read costs the past, not the answer; one that cannot right now is asked again next time.
 */
export async function readHistory({ store }: TurnDependencies, running: Running): Promise<void> {
  const { dialogue, platform, asked, log } = running
  // What came from the web has no id by which the platform could tell what stood before it.
  const first = asked.find(message => !message.fromWeb)?.ref
  if (dialogue.historyRead || first === undefined) return
  try {
    const past = await platform.readThread(dialogue, first, maxPastMessages, running.halt)
    await store.atomically(async stores => {
      await stores.jobs.hold(running.job.lease)
      await stores.dialogues.lock(dialogue.id)
      await stores.messages.prepend(
        dialogue.id,
        past.map(message => ({ ...message, dialogueId: dialogue.id })),
      )
      await stores.dialogues.markHistoryRead(dialogue.id)
    })
  } catch (thrown) {
    const error = toParleyError(thrown)
    if (error.code === 'lease_lost' || error.code === 'database_unavailable') throw error
    log.warn({ code: error.code, error }, 'what was said before could not be read')
    if (error.code === 'platform_refused') await store.dialogues.markHistoryRead(dialogue.id)
  }
}
