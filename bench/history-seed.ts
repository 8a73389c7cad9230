import { sql } from 'kysely'
import type { Viewer } from '../src/core/member.ts'
import type { Handle } from '../src/adapters/postgres/database.ts'
import { searchVector } from '../src/adapters/postgres/search-vector.ts'
import { seeded } from './quantiles.ts'

export interface Size {
  readonly messages: number
  readonly channels: number
  readonly people: number
}

/** Words that stand in a known share of all messages. */
export const planted = {
  'ten percent': { word: 'tidal', share: 0.1 },
  'three percent': { word: 'harbour', share: 0.03 },
  'one percent': { word: 'lighthouse', share: 0.01 },
  'half a percent': { word: 'barnacle', share: 0.005 },
  'a quarter percent': { word: 'estuary', share: 0.0025 },
  'in ten thousand': { word: 'archipelago', share: 0.0001 },
  'Korean, ten percent': { word: '조석표를', share: 0.1 },
  'Korean, one percent': { word: '등대지기', share: 0.01 },
  'Chinese, one in a thousand': { word: '潮汐表', share: 0.001 },
} as const

const templates = 20_000

/** Two years of talk. Pure SQL but for the words of twenty thousand texts, which are dealt out over all messages. */
export async function seed(handle: Handle, size: Size): Promise<void> {
  await handle.connection().execute(async connection => {
    await sql`set statement_timeout = 0`.execute(connection)
    await sql`set session_replication_role = replica`.execute(connection)
    await sql`set maintenance_work_mem = '512MB'`.execute(connection)
    const indexes = await dropIndexes(connection)
    await seedTexts(connection)
    await seedPeople(connection, size)
    await seedDialogues(connection, size)
    await seedMessages(connection)
    await seedTurns(connection)
    for (const definition of indexes) await sql.raw(definition).execute(connection)
    await sql`reset session_replication_role`.execute(connection)
    await sql`drop table texts`.execute(connection)
    await sql`vacuum analyze`.execute(connection)
  })
}

/** Those that are quicker made once than kept. */
async function dropIndexes(handle: Handle): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string; definition: string }>`
    select indexname as name, indexdef as definition from pg_indexes
    where tablename in ('messages', 'dialogues', 'turns')
      and indexname not in (select conname from pg_constraint)`.execute(handle)
  for (const { name } of rows) await sql`drop index ${sql.id(name)}`.execute(handle)
  return rows.map(({ definition }) => definition)
}

async function seedTexts(handle: Handle): Promise<void> {
  await sql`create unlogged table texts (id int primary key, text text, search tsvector)`.execute(handle)
  const texts = makeTexts()
  for (let from = 0; from < texts.length; from += 2_000) {
    const some = texts.slice(from, from + 2_000)
    await sql`
      insert into texts
      select * from unnest(
        ${some.map((_, at) => from + at)}::int[], ${some}::text[], ${some.map(searchVector)}::text[]::tsvector[])
    `.execute(handle)
  }
}

const syllables = [
  'ka',
  'lo',
  'mi',
  'ren',
  'sto',
  've',
  'dra',
  'nu',
  'pel',
  'ti',
  'go',
  'shi',
  'an',
  'ber',
  'qua',
]
const korean = [
  '가',
  '나',
  '다',
  '라',
  '마',
  '바',
  '사',
  '아',
  '자',
  '차',
  '기',
  '니',
  '디',
  '오',
  '우',
  '을',
  '은',
]

/** Forty words or so, a few of them frequent and most of them rare, as in any language. */
function makeTexts(): readonly string[] {
  const random = seeded(7)
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)]
  const wordOf = (parts: readonly string[], length: number) =>
    Array.from({ length }, () => pick(parts)).join('')
  const vocabulary = Array.from({ length: 30_000 }, () => wordOf(syllables, 2 + Math.floor(random() * 3)))
  const koreanVocabulary = Array.from({ length: 10_000 }, () => wordOf(korean, 2 + Math.floor(random() * 3)))
  return Array.from({ length: templates }, (_, number) => {
    const from = number % 5 === 0 ? koreanVocabulary : vocabulary
    const words = Array.from(
      { length: 5 + Math.floor(random() * 70) },
      () => from[Math.floor(from.length * random() ** 3)] ?? '',
    )
    for (const { word, share } of Object.values(planted))
      if (random() < share) words.splice(Math.floor(random() * words.length), 0, word)
    return words.join(' ')
  })
}

async function seedPeople(handle: Handle, { people }: Size): Promise<void> {
  await sql`
    insert into identities (id, platform, realm, user_id, name)
    select 'i' || i, 'slack', 'T1', 'U' || i, 'Person ' || i from generate_series(1, ${people}::int) as i
  `.execute(handle)
}

/** A few more than are needed: how many messages are in each is left to chance. */
const countOf = ({ messages }: Size) => Math.ceil(messages / 4.9)

/** Seven of ten in channels, of which a few are busy; the others direct messages. */
async function seedDialogues(handle: Handle, size: Size): Promise<void> {
  const { channels, people } = size
  const count = countOf(size)
  await sql`
    insert into dialogues
      (id, platform, workspace_id, channel_id, thread_id, direct, title, search, history_read, created_at, used_at, owner_id)
    select 'd' || lpad(i::text, 8, '0'), 'slack', 'T1',
      case when i % 10 < 7 then 'C' || (1 + floor(${channels}::int * random() ^ 2))::int
        else 'D' || (i % ${people}::int) end,
      i::text, i % 10 >= 7, left(texts.text, 60), texts.search, true,
      at, at,
      case when i % 10 >= 7 then 'i' || (1 + i % ${people}::int) end
    from generate_series(1, ${count}::int) as i
    cross join lateral (select now() - interval '2 years' + i * (interval '2 years' / ${count}::int) as at) as moment
    join texts on texts.id = (i * 7919) % ${templates}::int`.execute(handle)
  // A title has the words of its beginning only; triggers are off.
  await sql`
    update dialogues as d set search = array_to_tsvector(
      array(select distinct word from unnest(string_to_array(title, ' ')) as word where word <> '')
      || search_when(created_at) || search_where(d))
  `.execute(handle)
}

/** One to nine in each, five on average; people and Parley in turn. */
async function seedMessages(handle: Handle): Promise<void> {
  await sql`
    insert into messages (id, dialogue_id, position, role, author_id, ref, text, search, sent_at)
    select made.id || '-' || number, made.id, number * 1024,
      case when number % 2 = 1 then 'user' else 'assistant' end,
      case when number % 2 = 1 then 'i' || (1 + (made.at * 31 + number / 4) % 2000) end,
      case when number % 2 = 1 then made.id || '-' || number end,
      texts.text, texts.search || array_to_tsvector(search_when(made.used_at) || made.places), made.used_at
    from (
      select id, used_at, search_where(d) as places, substr(id, 2)::int as at, 1 + (substr(id, 2)::bigint * 2654435761 / 65536 % 9)::int as size
      from dialogues as d
    ) as made
    cross join lateral generate_series(1, made.size) as number
    join texts on texts.id = ((made.at::bigint * 48271 + number * 16807) % ${templates}::int)::int
    order by made.at, number`.execute(handle)
}

/** One for every answer, all of them done. */
async function seedTurns(handle: Handle): Promise<void> {
  await sql`
    insert into turns (id, dialogue_id, sequence, state, asker_id, answer_id, rewrites, end_state,
      accepted_at, started_at, delivering_at, ended_at)
    select id, dialogue_id, position / 2048, 'done', 'i1', id, false, 'done', sent_at, sent_at, sent_at, sent_at
    from messages where role = 'assistant'`.execute(handle)
}

/** A Member who reads so many channels, and one of whose accounts is `identityId`; made anew each time. */
export async function seedViewer(
  handle: Handle,
  name: string,
  identityId: string,
  channels: number,
  nowMs: number,
): Promise<Viewer> {
  await sql`delete from audience_places where identity_id = ${identityId}`.execute(handle)
  await sql`delete from members where id = ${name}`.execute(handle)
  await sql`insert into members (id, username, nickname) values (${name}, ${name}, ${name})`.execute(handle)
  await sql`update identities set member_id = ${name}, linked_at = now() where id = ${identityId}`.execute(
    handle,
  )
  await sql`
    insert into audience_places (identity_id, platform, workspace_id, channel_id, valid_until)
    select ${identityId}, 'slack', 'T1', 'C' || channel, ${new Date(nowMs + 3_600_000)}::timestamptz
    from generate_series(1, ${channels}::int) as channel`.execute(handle)
  await sql`
    insert into dialogue_marks (member_id, dialogue_id, hidden_at)
    select ${name}, id, now() from dialogues where channel_id = 'C1' order by used_at desc limit 20
  `.execute(handle)
  return { memberId: name, identityIds: [identityId] }
}
