import { sql } from 'kysely'
import { z } from 'zod'
import { ParleyError } from '../../core/errors.ts'
import type { Page, PageRequest } from '../../core/history.ts'
import { mentionedUserIds } from '../../core/mention.ts'
import {
  maskedText,
  maskOf,
  type Person,
  type Publication,
  type PublicMessage,
  type Publications,
} from '../../core/publication.ts'
import type { Platform } from '../../core/thread.ts'
import { presentBranch } from './branch-path.ts'
import type { Handle } from './database.ts'
import type { Session } from './session.ts'

export function createPublications({ handle }: Session): Publications {
  return {
    async publish({ dialogueId, memberId, atMs, masksNames, isIndexed }) {
      const choices = { masks_names: masksNames, is_indexed: isIndexed }
      await handle
        .insertInto('publications')
        .values({
          dialogue_id: dialogueId,
          published_by: memberId,
          published_at: new Date(atMs),
          ...choices,
        })
        .onConflict(conflict => conflict.column('dialogue_id').doUpdateSet(choices))
        .execute()
    },
    async unpublish(dialogueId) {
      const gone = await handle
        .deleteFrom('publications')
        .where('dialogue_id', '=', dialogueId)
        .returning('dialogue_id')
        .executeTakeFirst()
      return gone !== undefined
    },
    async publisherOf(dialogueId) {
      const row = await handle
        .selectFrom('publications')
        .select('published_by')
        .where('dialogue_id', '=', dialogueId)
        .executeTakeFirst()
      return row?.published_by
    },
    async find(dialogueId, wholeWeb, person) {
      const { rows } = await sql<PublicationRow>`
        select ${columns} from dialogues left join publications on publications.dialogue_id = dialogues.id
        where dialogues.id = ${dialogueId} and ${isPublic(wholeWeb)}`.execute(handle)
      return (await toPublications(handle, rows, person))[0]
    },
    list: (page, wholeWeb, person) => list(handle, page, wholeWeb, person),
    messages: (publication, page, person) => messages(handle, publication, page, person),
  }
}

interface PublicationRow {
  readonly id: string
  readonly title: string
  readonly platform: Platform
  readonly at: Date
  /** As precise as the database keeps it. */
  readonly at_text: string
  readonly masks_names: boolean
  readonly is_indexed: boolean
  readonly by_hand: boolean
}

const columns = sql`
  dialogues.id, dialogues.title, dialogues.platform,
  coalesce(publications.published_at, dialogues.created_at) as at,
  coalesce(publications.published_at, dialogues.created_at)::text as at_text,
  coalesce(publications.masks_names, true) as masks_names,
  coalesce(publications.is_indexed, false) as is_indexed,
  publications.dialogue_id is not null as by_hand`

const isPublic = (wholeWeb: boolean) =>
  wholeWeb
    ? sql`(publications.dialogue_id is not null or dialogues.platform = 'web')`
    : sql`publications.dialogue_id is not null`

/** A title is the beginning of what somebody said: names and mentions in it are shown as in the text. */
async function toPublications(
  handle: Handle,
  rows: readonly PublicationRow[],
  person: Person,
): Promise<readonly Publication[]> {
  const speakers = await speakersOf(handle, rows, person)
  return rows.map(row => {
    const people = [...(speakers.get(row.id)?.values() ?? [])]
    const mentioned = new Map(people.map(({ userId, shown }) => [userId, shown]))
    return {
      dialogueId: row.id,
      title: maskedText(row.title, mentioned, row.masks_names ? people : []),
      platform: row.platform,
      publishedAtMs: row.at.getTime(),
      masksNames: row.masks_names,
      isIndexed: row.is_indexed,
      byHand: row.by_hand,
    }
  })
}

const cursorShape = z.tuple([z.string().regex(/^[\d :.+-]{10,40}$/), z.string().max(100)])

/** Two sorted lists, each read from its index, made one. */
async function list(
  handle: Handle,
  { cursor, limit }: PageRequest,
  wholeWeb: boolean,
  person: Person,
): Promise<Page<Publication>> {
  const [beforeAt, beforeId] = cursor === undefined ? [undefined, undefined] : parseCursor(cursor)
  const before = (at: ReturnType<typeof sql>) =>
    beforeAt === undefined ? sql`true` : sql`(${at}, dialogues.id) < (${beforeAt}::timestamptz, ${beforeId})`
  const published = sql`
    select ${columns} from publications join dialogues on dialogues.id = publications.dialogue_id
    where ${before(sql`publications.published_at`)}
    order by publications.published_at desc, dialogues.id desc limit ${limit + 1}`
  const web = sql`
    select ${columns} from dialogues left join publications on publications.dialogue_id = dialogues.id
    where dialogues.platform = 'web' and publications.dialogue_id is null
      and ${before(sql`dialogues.created_at`)}
    order by dialogues.created_at desc, dialogues.id desc limit ${limit + 1}`
  const { rows } = await (wholeWeb
    ? sql<PublicationRow>`(${published}) union all (${web}) order by at desc, id desc limit ${limit + 1}`
    : sql<PublicationRow>`${published}`
  ).execute(handle)
  const shown = rows.slice(0, limit)
  const items = await toPublications(handle, shown, person)
  const last = shown.at(-1)
  if (!last || rows.length <= limit) return { items }
  const next = JSON.stringify([last.at_text, last.id])
  return { items, nextCursor: Buffer.from(next).toString('base64url') }
}

function parseCursor(cursor: string): readonly [string, string] {
  try {
    return cursorShape.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
  } catch (cause) {
    throw new ParleyError('invalid', 'This is no place in the list.', { cause })
  }
}

async function messages(
  handle: Handle,
  publication: Publication,
  { after, limit }: { readonly after?: number; readonly limit: number },
  person: Person,
): Promise<{ readonly messages: readonly PublicMessage[]; readonly more: boolean }> {
  const { dialogueId } = publication
  const { rows } = await sql<{
    position: number
    role: 'user' | 'assistant'
    author_id: string | null
    text: string
    version: number
    redacted: boolean
    sent_at: Date
  }>`
    select position, role, author_id, text, version, redacted_at is not null as redacted, sent_at
    from messages
    where dialogue_id = ${dialogueId} and position > ${after ?? Number.MIN_SAFE_INTEGER}
      and (role = 'user' or text <> '')
      and ${await presentBranch(handle, dialogueId)}
    order by position limit ${limit + 1}`.execute(handle)
  const one = { id: dialogueId, masks_names: publication.masksNames }
  const people = (await speakersOf(handle, [one], person)).get(dialogueId) ?? new Map<string, SpeakerName>()
  const names = await mentionedIn(
    handle,
    publication,
    rows.map(row => row.text),
    people,
  )
  return {
    messages: rows.slice(0, limit).map(row => ({
      position: row.position,
      role: row.role,
      ...(row.author_id === null ? {} : { speaker: people.get(row.author_id)?.shown ?? '' }),
      text: maskedText(row.text, names, publication.masksNames ? [...people.values()] : []),
      version: row.version,
      redacted: row.redacted,
      sentAtMs: row.sent_at.getTime(),
    })),
    more: rows.length > limit,
  }
}

interface SpeakerName {
  readonly name: string | undefined
  readonly shown: string
  readonly userId: string
}

/** Everyone who spoke in each Dialogue, in the order in which they first did: a mask is the same on every page. */
async function speakersOf(
  handle: Handle,
  dialogues: readonly Pick<PublicationRow, 'id' | 'masks_names'>[],
  person: Person,
): Promise<ReadonlyMap<string, ReadonlyMap<string, SpeakerName>>> {
  const found = new Map(dialogues.map(({ id }) => [id, new Map<string, SpeakerName>()]))
  if (dialogues.length === 0) return found
  const { rows } = await sql<{ dialogue_id: string; id: string; name: string | null; user_id: string }>`
    select spoke.dialogue_id, identities.id, identities.name, identities.user_id
    from (
      select dialogue_id, author_id, min(position) as first from messages
      where dialogue_id = any(${dialogues.map(({ id }) => id)}::text[]) and author_id is not null
      group by dialogue_id, author_id
    ) as spoke join identities on identities.id = spoke.author_id
    order by spoke.first`.execute(handle)
  const masked = new Set(dialogues.filter(row => row.masks_names).map(({ id }) => id))
  for (const { dialogue_id: dialogueId, id, name, user_id: userId } of rows) {
    const people = found.get(dialogueId)
    const isMasked = name === null || masked.has(dialogueId)
    people?.set(id, {
      name: name ?? undefined,
      shown: isMasked ? person(maskOf(people.size)) : name,
      userId,
    })
  }
  return found
}

/** What is shown for each platform id that is mentioned: a platform's id never is. */
async function mentionedIn(
  handle: Handle,
  { platform, masksNames }: Publication,
  texts: readonly string[],
  people: ReadonlyMap<string, SpeakerName>,
): Promise<ReadonlyMap<string, string>> {
  const known = new Map([...people.values()].map(({ userId, shown }) => [userId, shown]))
  const wanted = [...new Set(texts.flatMap(mentionedUserIds))].filter(id => !known.has(id))
  if (wanted.length === 0 || masksNames) return known
  const rows = await handle
    .selectFrom('identities')
    .select(['user_id', 'name'])
    .where('platform', '=', platform)
    .where('user_id', 'in', wanted)
    .execute()
  for (const { user_id: userId, name } of rows) if (name !== null) known.set(userId, name)
  return known
}
