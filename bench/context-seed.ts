import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Handle } from '../src/adapters/postgres/database.ts'
import { countMessage } from '../src/core/context-window.ts'

const text =
  'The nightly export takes three times as long since the new rows came; I think that the upload is what waits, not the query.'
const { tokens } = countMessage({ role: 'user', text, files: [], sentAtMs: 0 }, new Map())

const batch = 5_000

/** A thread of so many messages, which Ada and Parley wrote in turn and which were counted when they came. Gives its id. */
export async function seedDialogue(handle: Handle, size: number): Promise<string> {
  const id = randomUUID()
  await sql`
    insert into identities (id, platform, realm, user_id, name)
    values ('ada', 'slack', 'T0ACME', 'U0ADA', 'Ada') on conflict do nothing`.execute(handle)
  await sql`
    insert into dialogues (id, platform, workspace_id, channel_id, thread_id, direct, title, search, history_read, next_position)
    values (${id}, 'slack', 'T0ACME', 'C0SUPPORT', ${id}, false, 'An export', '', true, ${(size + 1) * 1_024}::int8)`.execute(
    handle,
  )
  // No statement of a handle may take half a minute.
  for (let from = 1; from <= size; from += batch)
    await sql`
    insert into messages (id, dialogue_id, position, role, author_id, ref, text, search, tokens, sent_at)
    select ${id} || '-' || number, ${id}, number * 1024,
      case when number % 2 = 1 then 'user' else 'assistant' end,
      case when number % 2 = 1 then 'ada' end,
      case when number % 2 = 1 then ${id} || '-' || number end,
      ${text}, '', ${tokens}::int, now() - ${size}::int * interval '1 minute' + number * interval '1 minute'
    from generate_series(${from}::int, ${Math.min(size, from + batch - 1)}::int) as number`.execute(handle)
  await sql`analyze messages`.execute(handle)
  return id
}
