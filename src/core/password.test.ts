import { describe, expect, it } from 'vitest'
import { commonPasswords } from './common-passwords.ts'
import { maxPasswordLength, passwordProblem } from './password.ts'

const problem = (password: string) =>
  passwordProblem(password, ['ada.lovelace@example.com', 'countess', undefined], commonPasswords)

describe('a password', () => {
  it.each([
    'the engine weaves',
    'Tr0ub4dor-and-3',
    '기계가 수를 짠다 오늘',
    'x7#kfQp29!',
    'parley is a lovely place',
    'dragonflies over the pond',
    'y'.repeat(3) + 'abcdefgh-ij',
  ])('%s is good', password => {
    expect(problem(password)).toBeUndefined()
  })

  it('is as long as it must be, and no longer than it may be, counted in characters', () => {
    expect(problem('')).toBe('required')
    expect(problem('x7#kfQp29')).toBe('too_short')
    expect(problem('👩‍💻x')).toBe('too_short')
    const long = 'abcdefgh ij'.repeat(40)
    expect(problem(long.slice(0, maxPasswordLength))).toBeUndefined()
    expect(problem(long.slice(0, maxPasswordLength + 1))).toBe('too_long')
  })

  it.each([
    'password12',
    'Password123!',
    'P@ssw0rd123',
    'qwertyuiop',
    'QWERTY1234',
    '1q2w3e4r5t',
    '1234567890',
    '0987654321',
    'abcdefghijkl',
    'aaaaaaaaaaaa',
    'ababababab',
    '!iloveyou99',
    'letmein2026',
    'dragondragon',
    'correcthorsebatterystaple',
    'tkfkdgody1!',
  ])('%s is what anybody would try first', password => {
    expect(problem(password)).toBe('too_common')
  })

  it.each(['ada.lovelace', 'Ada.Lovelace1', 'ADA.LOVELACE@example.com', 'countess1815'])(
    '%s is the person’s own name',
    password => {
      expect(problem(password)).toBe('too_similar')
    },
  )
})
