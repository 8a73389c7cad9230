import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client'
import { ParleyError, wrappedError } from '../../core/errors.ts'

/** What a service says when the mistake is in how this Parley is registered there. */
const misregistered: ReadonlySet<string> = new Set([
  'invalid_client',
  'unauthorized_client',
  'incorrect_client_credentials',
  'bad_client_secret',
  'invalid_client_id',
  'redirect_uri_mismatch',
  'bad_redirect_uri',
  'invalid_scope',
])

const passing: ReadonlySet<string> = new Set(['temporarily_unavailable', 'server_error'])

/**
 * What the library threw, without what it threw it with: its errors carry whole answers, tokens included, and logs
 * must not.
 */
export function toSignInFailure(thrown: unknown): ParleyError {
  const own = wrappedError(thrown)
  if (own) return own
  if (thrown instanceof AuthorizationResponseError && thrown.error === 'access_denied')
    return new ParleyError('aborted', 'The person said no.')
  const said =
    thrown instanceof AuthorizationResponseError || thrown instanceof ResponseBodyError
      ? thrown.error
      : undefined
  const cause = new Error(describe(thrown, said))
  if (said !== undefined && misregistered.has(said))
    return new ParleyError('platform_auth', 'This service does not know this Parley.', { cause })
  if (said !== undefined && passing.has(said))
    return new ParleyError('platform_unavailable', 'This service does not answer right now.', { cause })
  return new ParleyError('unauthenticated', 'This answer does not belong to this sign-in.', { cause })
}

/** Library's words, which are fixed sentences, and the service's code where it has the form of one. */
function describe(thrown: unknown, said: string | undefined): string {
  if (said !== undefined) return /^[\w.-]{1,64}$/.test(said) ? said : 'an error without a name'
  if (!(thrown instanceof ClientError)) return thrown instanceof Error ? thrown.name : 'unknown'
  const inner = thrown.cause instanceof Error ? `: ${thrown.cause.message}` : ''
  return `${thrown.message}${inner}`.slice(0, 300)
}
