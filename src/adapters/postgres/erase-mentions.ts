import { sql } from 'kysely'
import type { ErasureCounts } from '../../core/erasure.ts'
import { nothingErased } from './erase-dialogue.ts'
import { forgetQuotes } from './erase-messages.ts'
import type { Erased } from './erased.ts'
import { containing } from './pattern.ts'
import type { Session } from './session.ts'

const batch = 500

/** Where others mentioned the person stands `@someone`; what models were told of it is forgotten. */
export async function forgetMentions(
  session: Session,
  { people }: Erased,
): Promise<ErasureCounts | undefined> {
  for (const { platform, userId } of people) {
    if (platform === 'web') continue
    const found = await forgetMentionsOf(session, platform, `<@${userId}>`)
    if (found > 0) return nothingErased
  }
  return undefined
}

async function forgetMentionsOf({ handle }: Session, platform: string, mention: string): Promise<number> {
  const like = containing(mention)
  const { rows: found } = await sql<{ id: string; dialogue_id: string; position: number | null }>`
    select messages.id, messages.dialogue_id, messages.position
    from messages join dialogues on dialogues.id = messages.dialogue_id
    where dialogues.platform = ${platform} and (
      messages.text like ${like} or exists (
        select from message_versions
        where message_versions.message_id = messages.id and message_versions.text like ${like}))
    limit ${batch}`.execute(handle)
  if (found.length === 0) return 0
  const ids = found.map(({ id }) => id)
  await sql`
    update messages set text = replace(text, ${mention}, '@someone'), told = null, tokens = null
    where id = any(${ids}::text[])`.execute(handle)
  await sql`
    update message_versions set text = replace(text, ${mention}, '@someone')
    where message_id = any(${ids}::text[])`.execute(handle)
  const first = new Map<string, number>()
  for (const { dialogue_id: dialogueId, position } of found)
    if (position !== null) first.set(dialogueId, Math.min(position, first.get(dialogueId) ?? position))
  for (const [dialogueId, position] of first) await forgetQuotes(handle, dialogueId, position)
  return found.length
}
