import { nameMentions } from './mention.ts'
import { namesIn } from './people.ts'
import type { Running, TurnDependencies } from './running-turn.ts'
import { toDisplayName } from './speaker.ts'

/**
 * Makes the thread show what was asked on the web, before it is answered there: each message in Parts of its own,
 * posted once whatever happens, and changed when the message was. Gives the platform's id of the last message that is
 * answered, when that one came from the web. Rejects as `settle` does.
 */
export async function relayAsked(deps: TurnDependencies, running: Running): Promise<string | undefined> {
  const { platform, dialogue, turn, job, asked } = running
  const written = asked.filter(message => message.fromWeb)
  // Once the answer is stored, its question stands there.
  if (!platform.relay || written.length === 0 || turn.end) return undefined
  const names = await namesIn(deps, running, written)
  let last: string | undefined
  for (const message of written) {
    const { author } = message
    const ref = await platform.relay({
      messageId: message.id,
      turnId: turn.id,
      dialogue,
      name: toDisplayName(author && (author.name ?? names.get(author.userId))),
      text: nameMentions(message.text, names),
      parts: deps.store.turns.partsOf(message.id, job.lease),
      saveDelivery: delivery => deps.store.dialogues.saveDelivery(dialogue.id, delivery),
    })
    last = message === asked.at(-1) ? ref : undefined
  }
  return last
}
