import { sql } from 'kysely'
import type { RelayLedger, RelaySpending } from '../../core/relay-books.ts'
import type { QuotaClaim, Reserved } from '../../core/quota.ts'
import type { Database, Handle } from './database.ts'
import { toJson, toReserved, toRow } from './quotas.ts'
import { createRelayedRequests } from './relayed-requests.ts'
import { withinTransaction } from './session.ts'

/**
 * The relay's books in this database. What one person asked goes in one statement: their counters are the same, so that
 * they are locked in one order; another person's would be locked between them, and two statements could wait for each
 * other.
 */
export function createRelayLedger(database: Database): RelayLedger {
  return {
    async reserve(claims) {
      const found = new Map<QuotaClaim, Reserved>()
      const groups = Object.values(Object.groupBy(claims, ({ askerId }) => askerId))
      await Promise.all(
        groups.map(async (group = []) => {
          const answers = await reserveGroup(database.handle, group)
          group.forEach((claim, at) => found.set(claim, toReserved(claim, answers[at])))
        }),
      )
      return claims.flatMap(claim => found.get(claim) ?? [])
    },
    async settle(spendings) {
      const groups = Object.values(Object.groupBy(spendings, ({ askerId }) => askerId))
      await Promise.all(groups.map((group = []) => settleGroup(database, group)))
    },
  }
}

async function reserveGroup(handle: Handle, claims: readonly QuotaClaim[]): Promise<readonly unknown[]> {
  const { rows } = await sql<{ reserved: unknown }>`
    select reserved from quota_reserve_all(${JSON.stringify(claims.map(toJson))}::jsonb) as reserved`.execute(
    handle,
  )
  return rows.map(({ reserved }) => reserved)
}

async function settleGroup(database: Database, spendings: readonly RelaySpending[]): Promise<void> {
  const asker = spendings[0]?.askerId ?? ''
  const told = spendings.map(({ reservation, call }) => ({
    id: reservation.id,
    call: call ? toRow(call) : null,
  }))
  const settle = (handle: Handle) =>
    sql`select quota_settle_all(${asker}, ${JSON.stringify(told)}::jsonb)`.execute(handle)
  const kept = spendings.flatMap(spending => spending.kept ?? [])
  if (kept.length === 0) {
    await settle(database.handle)
    return
  }
  await database.atomically(async handle => {
    await settle(handle)
    await createRelayedRequests(withinTransaction(handle)).add(kept)
  })
}
