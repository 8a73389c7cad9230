import { DiscordAPIError, HTTPError, RateLimitError } from 'discord.js'
import { ParleyError } from '../../core/errors.ts'

/** Discord's own codes for what will not be allowed however often it is tried. */
const refusals: ReadonlyMap<number, string> = new Map([
  [10003, 'The channel does not exist any more.'],
  [10004, 'The server is not known any more.'],
  [50001, 'Parley may not see this channel.'],
  [50007, 'This person takes no direct messages from Parley.'],
  [50013, 'Parley may not do this here.'],
  [50083, 'The thread is archived.'],
  [160005, 'The thread is locked.'],
])

/** 30046: too many edits of a message older than an hour; Discord asks to try later. */
const tooManyOldEdits = 30_046

/** What a failed call to Discord means to core. Never holds a token: only Discord's own words are the cause. */
export function toPlatformError(thrown: unknown): ParleyError {
  if (thrown instanceof ParleyError) return thrown
  if (thrown instanceof DiscordAPIError) return ofApi(thrown)
  if (thrown instanceof RateLimitError) {
    return new ParleyError('platform_unavailable', 'Discord asks to wait.', {
      cause: thrown,
      retryAfterMs: thrown.retryAfter,
    })
  }
  if (thrown instanceof HTTPError && thrown.status < 500) {
    return new ParleyError('platform_refused', 'Discord refused the call.', { cause: thrown })
  }
  if (thrown instanceof Error && thrown.message.includes('Expected token to be set')) {
    return new ParleyError('platform_auth', 'Discord refused the token before.', { cause: thrown })
  }
  return new ParleyError('platform_unavailable', 'Discord could not be reached.', { cause: thrown })
}

function ofApi(error: DiscordAPIError): ParleyError {
  const cause = new Error(`${error.method} ${error.status} ${error.code}: ${error.message}`)
  const refusal = typeof error.code === 'number' ? refusals.get(error.code) : undefined
  if (refusal !== undefined) return new ParleyError('platform_refused', refusal, { cause })
  if (error.status === 401) return new ParleyError('platform_auth', 'Discord refused the token.', { cause })
  if (error.code === tooManyOldEdits || error.status === 429 || error.status >= 500) {
    return new ParleyError('platform_unavailable', 'Discord cannot do this right now.', { cause })
  }
  return new ParleyError('platform_refused', 'Discord refused the call.', { cause })
}

/** Whether Discord answered with this code of its own. */
export function isDiscordCode(thrown: unknown, ...codes: readonly number[]): boolean {
  return thrown instanceof DiscordAPIError && codes.includes(Number(thrown.code))
}
