import { type Selectable, sql } from 'kysely'
import { z } from 'zod'
import { ParleyError } from '../../core/errors.ts'
import type { KeptProvider, Providers } from '../../core/provider.ts'
import { codeOf, uniqueViolation } from './failures.ts'
import type { ProviderTable } from './provider-tables.ts'
import type { Session } from './session.ts'
import { storedJson, storedText } from './stored-text.ts'

/** Throws `conflict` with the field `name` for a name that another one has. */
export function createProviders(session: Session): Providers {
  const { handle } = session
  return {
    async list() {
      const rows = await handle
        .selectFrom('providers')
        .selectAll()
        .orderBy('position')
        .orderBy('id')
        .execute()
      return rows.map(toProvider)
    },
    async find(id) {
      const row = await handle.selectFrom('providers').selectAll().where('id', '=', id).executeTakeFirst()
      return row && toProvider(row)
    },
    save: provider => save(session, provider),
    order: ids =>
      session.atomically(async inner => {
        // Behind those that are named stands what was added meanwhile, in the order that it had.
        await inner.handle
          .updateTable('providers')
          .set({ position: sql`position + ${ids.length}` })
          .execute()
        for (const [position, id] of ids.entries()) {
          await inner.handle.updateTable('providers').set({ position }).where('id', '=', id).execute()
        }
      }),
    async remove(id) {
      await handle.deleteFrom('providers').where('id', '=', id).execute()
    },
    async lock() {
      await sql`lock table providers in share row exclusive mode`.execute(handle)
    },
  }
}

async function save({ handle }: Session, provider: KeptProvider): Promise<void> {
  const values = {
    name: storedText(provider.name),
    base_url: storedText(provider.baseUrl),
    models: storedJson(provider.models),
    enabled: provider.enabled,
    sends_api_key_header: provider.sendsApiKeyHeader,
    sealed_key: provider.sealedKey ?? null,
  }
  try {
    await handle
      .insertInto('providers')
      .values(eb => ({
        ...values,
        id: provider.id,
        position: eb.selectFrom('providers').select(sql<number>`coalesce(max(position) + 1, 0)`.as('next')),
      }))
      .onConflict(conflict => conflict.column('id').doUpdateSet(values))
      .execute()
  } catch (thrown) {
    if (codeOf(thrown) !== uniqueViolation) throw thrown
    throw new ParleyError('conflict', 'There is a provider of this name already.', {
      cause: thrown,
      fields: [{ field: 'name', code: 'taken' }],
    })
  }
}

const modelsShape = z.array(z.string())

function toProvider(row: Selectable<ProviderTable>): KeptProvider {
  return {
    id: row.id,
    name: row.name,
    baseUrl: row.base_url,
    models: modelsShape.parse(row.models),
    enabled: row.enabled,
    sendsApiKeyHeader: row.sends_api_key_header,
    ...(row.sealed_key === null ? {} : { sealedKey: row.sealed_key }),
  }
}
