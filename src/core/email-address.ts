import type { FieldCode } from './field-problem.ts'

/** RFC 5321, 4.5.3.1: a path is at most 256 octets, its brackets included. */
const maxLength = 254

/** What browsers take for `type=email` (HTML standard), and a domain of at least two names. */
const shape =
  /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)+$/i

export function emailProblem(email: string): FieldCode | undefined {
  if (email === '') return 'required'
  if (email.length > maxLength) return 'too_long'
  return shape.test(email) ? undefined : 'malformed'
}

export function sameEmail(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && one.toLowerCase() === other?.toLowerCase()
}
