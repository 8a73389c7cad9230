import { type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import * as identities from '../../../migrations/20261121_01_identities.ts'
import * as dialogues from '../../../migrations/20261121_02_dialogues.ts'
import * as messages from '../../../migrations/20261121_03_messages.ts'
import * as jobs from '../../../migrations/20261121_04_jobs.ts'
import * as turns from '../../../migrations/20261121_05_turns.ts'
import * as parts from '../../../migrations/20261121_06_parts.ts'
import * as decisions from '../../../migrations/20261121_07_decisions.ts'
import * as modelCalls from '../../../migrations/20261121_08_model_calls.ts'
import * as members from '../../../migrations/20261121_09_members.ts'
import * as sessions from '../../../migrations/20261121_10_sessions.ts'
import * as sharedDialogues from '../../../migrations/20261121_11_shared_dialogues.ts'
import * as audience from '../../../migrations/20261121_12_audience.ts'
import * as search from '../../../migrations/20261121_13_search.ts'
import * as live from '../../../migrations/20261121_14_live.ts'
import * as settings from '../../../migrations/20261121_15_settings.ts'
import * as dialogueWorkspaces from '../../../migrations/20261121_16_dialogue_workspaces.ts'
import * as workspaceRoles from '../../../migrations/20261121_17_workspace_roles.ts'
import * as quotas from '../../../migrations/20261121_20_quotas.ts'
import * as reservations from '../../../migrations/20261121_21_reservations.ts'
import * as agents from '../../../migrations/20261121_22_agents.ts'
import * as providers from '../../../migrations/20261121_23_providers.ts'
import * as policies from '../../../migrations/20261121_24_policies.ts'
import * as administration from '../../../migrations/20261121_25_administration.ts'
import * as apiKeys from '../../../migrations/20261121_26_api_keys.ts'
import * as relayedRequests from '../../../migrations/20261121_27_relayed_requests.ts'
import { ParleyError } from '../../core/errors.ts'
import type { Database, Handle } from './database.ts'

/** A list, not a folder: a stray file in a folder would be run. */
export const migrations: Readonly<Record<string, Migration>> = {
  '20261121_01_identities': identities,
  '20261121_02_dialogues': dialogues,
  '20261121_03_messages': messages,
  '20261121_04_jobs': jobs,
  '20261121_05_turns': turns,
  '20261121_06_parts': parts,
  '20261121_07_decisions': decisions,
  '20261121_08_model_calls': modelCalls,
  '20261121_09_members': members,
  '20261121_10_sessions': sessions,
  '20261121_11_shared_dialogues': sharedDialogues,
  '20261121_12_audience': audience,
  '20261121_13_search': search,
  '20261121_14_live': live,
  '20261121_15_settings': settings,
  '20261121_16_dialogue_workspaces': dialogueWorkspaces,
  '20261121_17_workspace_roles': workspaceRoles,
  '20261121_20_quotas': quotas,
  '20261121_21_reservations': reservations,
  '20261121_22_agents': agents,
  '20261121_23_providers': providers,
  '20261121_24_policies': policies,
  '20261121_25_administration': administration,
  '20261121_26_api_keys': apiKeys,
  '20261121_27_relayed_requests': relayedRequests,
}

/**
 * Brings the database to the level of this code and gives the names of the migrations it ran. Any number of processes
 * may do it at once. Throws `conflict` when the database is of a newer Parley: there is no way back.
 */
export async function migrate({ handle }: Database, known = migrations): Promise<readonly string[]> {
  await refuseNewer(handle, known)
  return handle.connection().execute(async connection => {
    // Waiting for another process's migrations, or a long one, must not be cut short.
    await sql`set statement_timeout = 0`.execute(connection)
    try {
      return await runAll(connection, known)
    } finally {
      await sql`reset statement_timeout`.execute(connection)
    }
  })
}

async function runAll(connection: Handle, known: typeof migrations): Promise<readonly string[]> {
  const migrator = new Migrator({
    db: connection as unknown as Kysely<unknown>,
    provider: { getMigrations: () => Promise.resolve({ ...known }) },
  })
  const { error, results } = await migrator.migrateToLatest()
  if (error !== undefined) {
    if (error instanceof ParleyError) throw error
    // A newer process may have come first since the look above.
    await refuseNewer(connection, known)
    const failed = results?.find(result => result.status === 'Error')?.migrationName
    throw new ParleyError(
      'internal',
      failed ? `The migration ${failed} failed; nothing was changed.` : 'The migrations failed.',
      { cause: error },
    )
  }
  return (results ?? []).map(result => result.migrationName)
}

async function refuseNewer(handle: Handle, known: typeof migrations): Promise<void> {
  const { rows } = await sql<{ ran: boolean }>`
    select to_regclass('kysely_migration') is not null as ran`.execute(handle)
  if (!rows[0]?.ran) return
  const applied = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(handle)
  const unknown = applied.rows.map(row => row.name).filter(name => !(name in known))
  if (unknown.length === 0) return
  throw new ParleyError(
    'conflict',
    `The database is of a newer Parley (it has ${unknown.join(', ')}): start that version, or restore a backup from before.`,
  )
}
