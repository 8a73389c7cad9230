import { ParleyError } from './errors.ts'
import type { FieldProblem } from './field-problem.ts'

/** One line as a person meant it: composed characters, single spaces, nothing invisible at its ends or within. */
export function oneLine(typed: string): string {
  return typed
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, match =>
      /^[\t\n\r]+$/.test(match) ? ' ' : joiners(match),
    )
    .replaceAll(/\s+/g, ' ')
    .trim()
}

/** Emoji and several scripts are joined by an invisible sign; every other one only deceives. */
function joiners(invisible: string): string {
  return invisible.replaceAll(/[^\u200C\u200D]/gu, '')
}

/** Characters as a person counts them, near enough: code points, which is what the database counts too. */
export function lengthOf(text: string): number {
  return Array.from(text).length
}

/** Throws `invalid` with what was wrong, if anything was. */
export function refuse(problems: readonly (FieldProblem | undefined)[]): void {
  const fields = problems.filter(problem => problem !== undefined)
  if (fields.length > 0)
    throw new ParleyError('invalid', 'Some of what was typed cannot be taken.', { fields })
}

export function fieldProblem(
  field: string,
  code: FieldProblem['code'] | undefined,
): FieldProblem | undefined {
  return code === undefined ? undefined : { field, code }
}
