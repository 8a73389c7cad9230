import { createHash } from 'node:crypto'
import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type pg from 'pg'
import { codeOf } from './failures.ts'

/** PostgreSQL plans a statement for its values five times anyhow, before it thinks of a plan for all. */
const worthNaming = 5

/** A name costs every connection some ten kilobytes on the server; a Turn says about a hundred texts. */
const mostNames = 250

const mostCounted = 5_000

/**
 * Not to be kept: every column of a table, which is another result once a newer Parley beside this one has added one;
 * and a search, whose best plan depends on its words.
 */
const unsuited = /(?:\bselect|\breturning|,|\.)\s*\*|@@/

/** The name under which a connection may keep a statement parsed and planned; none for what is rarely said. */
export function createStatementNames(): (text: string) => string | undefined {
  const names = new Map<string, string>()
  const said = new Map<string, number>()
  return text => {
    const known = names.get(text)
    if (known !== undefined || names.size >= mostNames) return known
    const times = (said.get(text) ?? 0) + 1
    if (said.size >= mostCounted) said.clear()
    said.set(text, times)
    if (times < worthNaming || unsuited.test(text)) return undefined
    said.delete(text)
    const name = createHash('sha256').update(text).digest('base64url').slice(0, 22)
    names.set(text, name)
    return name
  }
}

/** A column has another type than when the plan was made. */
const cachedPlanOutdated = '0A000'

/** What came of it is still to come on this connection, or the connection is dead. */
const unanswered = 'Query read timeout'

/** A connection that cannot be used any more after this. */
function spoils(thrown: unknown): boolean {
  return codeOf(thrown) === cachedPlanOutdated || (thrown instanceof Error && thrown.message === unanswered)
}

/** The same pool, but its connections keep what they are often asked. */
export function keepPlans(pool: pg.Pool): PostgresPool {
  const nameOf = createStatementNames()
  const known = new WeakMap<pg.PoolClient, PostgresPoolClient>()
  function keeping(client: pg.PoolClient): PostgresPoolClient {
    let spoilt = false
    const query = async (text: string, values: unknown[]) => {
      // What has no values, such as a transaction's begin, is quicker said as it is.
      const name = values.length === 0 ? undefined : nameOf(text)
      try {
        return await client.query({ text, values, ...(name === undefined ? {} : { name }) })
      } catch (thrown) {
        spoilt ||= spoils(thrown)
        throw thrown
      }
    }
    return {
      query: query as unknown as PostgresPoolClient['query'],
      release: destroy => client.release(destroy === true || spoilt),
    }
  }
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect()
      const kept = known.get(client) ?? keeping(client)
      known.set(client, kept)
      return kept
    },
  }
}
