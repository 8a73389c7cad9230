/** Discord's own codes, with the HTTP status and the words they come with. */
const refusals: Readonly<Record<number, readonly [status: number, message: string]>> = {
  10003: [404, 'Unknown Channel'],
  10004: [404, 'Unknown Guild'],
  10007: [404, 'Unknown Member'],
  10008: [404, 'Unknown Message'],
  10013: [404, 'Unknown User'],
  10015: [404, 'Unknown Webhook'],
  10062: [404, 'Unknown interaction'],
  30046: [429, 'Maximum number of edits to messages older than 1 hour reached. Try again later'],
  40005: [413, 'Request entity too large'],
  40060: [400, 'Interaction has already been acknowledged.'],
  50001: [403, 'Missing Access'],
  50003: [403, 'Cannot execute action on a DM channel'],
  50005: [403, 'Cannot edit a message authored by another user'],
  50006: [400, 'Cannot send an empty message'],
  50007: [403, 'Cannot send messages to this user'],
  50013: [403, 'Missing Permissions'],
  50016: [
    400,
    'Provided too few or too many messages to delete. Must provide at least 2 and at most 100 messages to delete',
  ],
  50024: [400, 'Cannot execute action on this channel type'],
  50027: [401, 'Invalid Webhook Token'],
  50035: [400, 'Invalid Form Body'],
  50083: [400, 'Thread is archived'],
  160004: [400, 'A thread has already been created for this message'],
  160005: [400, 'Thread is locked'],
  160006: [400, 'Maximum number of active threads reached'],
}

export type FieldErrors = { readonly [field: string]: FieldErrors | readonly FieldError[] }
interface FieldError {
  readonly code: string
  readonly message: string
}

/** A call Discord turns down, thrown by whatever finds the reason and answered by the REST gate. */
export class Refusal extends Error {
  readonly status: number
  readonly code: number
  readonly errors: FieldErrors | undefined

  constructor(code: number, errors?: FieldErrors) {
    const [status, message] = refusals[code] ?? [400, 'Refused']
    super(message)
    this.code = code
    this.status = status
    this.errors = errors
  }
}

/** `path` is where in the body the field is: `['embeds', '0', 'description']`. */
export function invalidField(path: readonly string[], code: string, message: string): Refusal {
  const leaf: FieldErrors = { _errors: [{ code, message }] }
  return new Refusal(
    50035,
    path.reduceRight<FieldErrors>((inner, key) => ({ [key]: inner }), leaf),
  )
}

/** The JSON body of a refusal. */
export function refusalBody(refusal: Refusal): Record<string, unknown> {
  return {
    message: refusal.message,
    code: refusal.code,
    ...(refusal.errors && { errors: refusal.errors }),
  }
}
