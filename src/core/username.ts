import type { FieldCode } from './field-problem.ts'
import { lengthOf } from './typed-text.ts'

export const maxUsername = 25

/** Letters of any script: a name is how people call each other here. */
const shape = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*$/u

/** Full-width and other shapes of the same letters are one name. */
export function toUsername(typed: string): string {
  return typed.normalize('NFKC').trim()
}

export function usernameProblem(username: string): FieldCode | undefined {
  if (username === '') return 'required'
  if (lengthOf(username) > maxUsername) return 'too_long'
  return shape.test(username) ? undefined : 'malformed'
}

/** A name made of what is known of a person, then the same with numbers; `attempt` counts from 0. */
export function proposeUsername(from: string, attempt: number, random: string): string {
  const base =
    toUsername(from.split('@')[0] ?? '')
      .replaceAll(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
      .replace(/^[^\p{L}\p{N}]+/u, '')
      .replace(/[._-]+$/u, '') || 'member'
  const ending = attempt === 0 ? '' : attempt < 4 ? String(attempt + 1) : `-${random}`
  return (
    Array.from(base)
      .slice(0, maxUsername - ending.length)
      .join('') + ending
  )
}
