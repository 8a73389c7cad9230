import type { FieldCode } from './field-problem.ts'

/** Shorter ones fall to guessing (OWASP ASVS 5.0, 6.2.1: 8 at the very least); longer ones only cost time. */
export const minPasswordLength = 10
export const maxPasswordLength = 200

export interface PasswordHasher {
  /** Throws `rate_limited` when too many wait for their turn. */
  hash(password: string): Promise<string>
  /**
   * Whether the password is the one that was hashed; without a hash false, after just as long. `outdated` when it is
   * right and was hashed with other parameters than today's. Throws `rate_limited` when too many wait for their turn.
   */
  verify(
    hash: string | undefined,
    password: string,
  ): Promise<{ readonly ok: boolean; readonly outdated: boolean }>
}

/** Passwords that anybody would try first, in lower case. */
export type CommonPasswords = ReadonlySet<string>

/** Why this password is refused, for someone with these names and addresses; undefined when it is good. */
export function passwordProblem(
  password: string,
  own: readonly (string | undefined)[],
  common: CommonPasswords,
): FieldCode | undefined {
  const length = Array.from(password).length
  if (length === 0) return 'required'
  if (length < minPasswordLength) return 'too_short'
  if (length > maxPasswordLength) return 'too_long'
  const plain = password.toLowerCase()
  if (isTrivial(plain, common)) return 'too_common'
  const names = own.flatMap(name =>
    name ? [name.toLowerCase(), name.toLowerCase().split('@')[0] ?? ''] : [],
  )
  return names.some(name => name !== '' && isNameWithEnding(plain, name)) ? 'too_similar' : undefined
}

/** On the list as it is or with up to four figures and signs round it, a few characters repeated, or a plain row. */
function isTrivial(plain: string, common: CommonPasswords): boolean {
  const word = plain.replace(/^[^\p{L}]+/u, '').replace(/[^\p{L}]+$/u, '')
  const isPadded = word.length >= 4 && plain.length - word.length <= 4 && common.has(plainLetters(word))
  const isListed = common.has(plain) || common.has(plainLetters(plain))
  return isListed || isPadded || isDoubled(plain, common) || new Set(plain).size <= 3 || isRow(plain)
}

const lookalikes: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '0': 'o',
  '1': 'i',
  '!': 'i',
  '3': 'e',
  $: 's',
  '5': 's',
  '7': 't',
}

/** p@ssw0rd is password to everybody who guesses. */
function plainLetters(text: string): string {
  return text.replaceAll(/[@401!3$57]/g, sign => lookalikes[sign] ?? sign)
}

function isDoubled(plain: string, common: CommonPasswords): boolean {
  const half = plain.slice(0, plain.length / 2)
  return plain.length % 2 === 0 && half + half === plain && (common.has(half) || isRow(half))
}

/** abcdefghij, 9876543210: each character stands beside the one before it. */
function isRow(plain: string): boolean {
  const steps = Array.from(plain)
    .slice(1)
    .map((letter, index) => (letter.codePointAt(0) ?? 0) - (plain.codePointAt(index) ?? 0))
  return steps.every(step => step === 1 || step === -9) || steps.every(step => step === -1 || step === 9)
}

/** The name alone, or with up to four characters before or after it. */
function isNameWithEnding(plain: string, name: string): boolean {
  return plain.includes(name) && plain.length - name.length <= 4
}
