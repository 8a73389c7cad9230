import pg from 'pg'

export interface Counted {
  /** By text; a transaction's begin and commit are statements too. */
  readonly statements: Readonly<Record<string, number>>
  readonly rows: number
  readonly sentBytes: number
  readonly receivedBytes: number
}

interface Asked {
  readonly text?: string
}

/** Counts what this process asks of PostgreSQL from now on, whoever asks; `take` tells and begins anew. */
export function countStatements(): { take(): Counted } {
  let statements: Record<string, number> = {}
  let rows = 0
  const clients = new Map<pg.Client, { sent: number; received: number }>()
  // Read as a property: it is called with the client it belongs to.
  const query = Reflect.get(pg.Client.prototype, 'query') as (...args: unknown[]) => unknown
  const counting = function (this: pg.Client, ...args: unknown[]): unknown {
    if (!clients.has(this)) clients.set(this, { sent: 0, received: 0 })
    const [first] = args
    const text = typeof first === 'string' ? first : ((first as Asked).text ?? 'unknown')
    statements[text] = (statements[text] ?? 0) + 1
    const asked = query.apply(this, args)
    if (asked instanceof Promise)
      void asked.then(
        (result: pg.QueryResult) => (rows += result.rows?.length ?? 0),
        () => undefined,
      )
    return asked
  }
  Object.assign(pg.Client.prototype, { query: counting })

  return {
    take() {
      let sentBytes = 0
      let receivedBytes = 0
      for (const [client, before] of clients) {
        const { bytesWritten: sent, bytesRead: received } = client.connection.stream as unknown as {
          readonly bytesWritten: number
          readonly bytesRead: number
        }
        sentBytes += sent - before.sent
        receivedBytes += received - before.received
        clients.set(client, { sent, received })
      }
      const told = { statements, rows, sentBytes, receivedBytes }
      statements = {}
      rows = 0
      return told
    },
  }
}
