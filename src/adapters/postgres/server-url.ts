import { ParleyError } from '../../core/errors.ts'

export interface ServerAddress {
  readonly connectionString: string
  /** Host and port, safe to show. */
  readonly shown: string
}

/** Reads DATABASE_URL. Throws `invalid` without quoting it, because it holds a password. */
export function parseServerUrl(url: string): ServerAddress {
  const parsed = URL.parse(url)
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol))
    throw new ParleyError('invalid', 'DATABASE_URL must look like postgres://user:password@host:5432/name.')
  // A socket directory is given as `?host=/run/postgresql`.
  const host = parsed.hostname || parsed.searchParams.get('host') || 'localhost'
  return { connectionString: url, shown: `${host}:${parsed.port || '5432'}` }
}
