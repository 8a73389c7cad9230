import { sql } from 'kysely'
import { mentionedUserIds } from '../../core/mention.ts'
import type { Handle } from './database.ts'

/** Names of people, by their platform's user id. */
export type Names = ReadonlyMap<string, string>

/** Names of everyone mentioned in these texts of one Dialogue, as far as Parley met them there. */
export async function namesIn(
  handle: Handle,
  dialogueId: string,
  texts: readonly { readonly text: string }[],
): Promise<Names> {
  const userIds = [...new Set(texts.flatMap(({ text }) => mentionedUserIds(text)))]
  if (userIds.length === 0) return new Map()
  // A realm is where a user id means one person: those of the people who speak here.
  const { rows } = await sql<{ user_id: string; name: string }>`
    select identities.user_id, identities.name
    from identities
    where identities.user_id = any(${userIds}::text[]) and identities.name is not null
      and (identities.platform, identities.realm) in (
        select speaker.platform, speaker.realm
        from messages join identities as speaker on speaker.id = messages.author_id
        where messages.dialogue_id = ${dialogueId})`.execute(handle)
  return new Map(rows.map(row => [row.user_id, row.name]))
}
