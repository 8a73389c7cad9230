import { ParleyError } from '../../core/errors.ts'

/** PostgreSQL's word for a broken `unique` constraint. */
export const uniqueViolation = '23505'

/** The code of a failed statement or connection: an SQLSTATE, or one of Node's such as ECONNREFUSED. */
export function codeOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined
  return typeof thrown.code === 'string' ? thrown.code : undefined
}

/**
 * What a driver threw, as it may travel on: a lost or refused connection becomes `database_unavailable`; from
 * anything else the values are taken away, because logs must not hold what people wrote.
 */
export function toDatabaseFailure(thrown: unknown): unknown {
  if (thrown instanceof ParleyError) return thrown
  withoutValues(thrown)
  if (!isConnectionLoss(thrown)) return thrown
  return new ParleyError('database_unavailable', 'The database cannot be reached right now.', {
    cause: thrown,
  })
}

/** Properties of a database error that quote rows and parameters. */
const quoting = ['detail', 'where', 'params', 'internalQuery', 'queryOptions'] as const

function withoutValues(thrown: unknown): void {
  if (!(thrown instanceof Error)) return
  for (const name of quoting) Reflect.deleteProperty(thrown, name)
}

/** 08: connection exception; 57P01–03: shut down or starting; 53300: too many connections; the rest is Node's. */
const connectionCodes =
  /^(08|57P0[1-3]|53300|28|3D000|ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_)/

/** pg reports some losses in words alone. */
const connectionWords =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable|Client was closed|connection timeout|Query read timeout/i

function isConnectionLoss(thrown: unknown): boolean {
  const code = codeOf(thrown)
  if (code !== undefined) return connectionCodes.test(code)
  if (thrown instanceof AggregateError) return thrown.errors.some(isConnectionLoss)
  return thrown instanceof Error && connectionWords.test(thrown.message)
}
