import { flanking } from './flanking.ts'

const lineStart =
  /^(\s*)(?:(\d{1,9})(?=[.)](?:\s|$))|(?=#{1,6}(?:\s|$)|-#|[+](?:\s|$)|[-*_=](?:[-*_=\s]|$)|>|\||~~~))/

export interface EscapeRules {
  /** Names after an `@` that would call everybody. */
  readonly everybody: RegExp
  /** True when `<` before this would be read as a mention, a link or a tag of the platform. */
  readonly opensTag: RegExp
}

/**
 * Escapes text for a platform that reads Markdown: only what would otherwise be read as formatting gets a
 * backslash, so ordinary prose comes out as it is. Depends on no more than the word around each character.
 */
export function escapeMarkdown(
  text: string,
  before: string,
  after: string,
  beginsLine: boolean,
  rules: EscapeRules,
): string {
  const start = beginsLine ? lineStart.exec(text) : null
  const skip = start === null ? 0 : start[0].length
  const head = start === null ? '' : `${start[0]}\\${text.charAt(skip)}`
  const from = start === null ? 0 : skip + 1
  const body = text.slice(from).replace(/[*_]+|~+|\|+|[`\\<@&\]!]/g, (run, index: number) => {
    const at = from + index
    const left = at > 0 ? text.charAt(at - 1) : before
    const right = text.charAt(at + run.length) || after
    return escapeRun(run, left, right, text.slice(at + 1, at + 40), rules)
  })
  return head + body
}

function escapeRun(run: string, left: string, right: string, rest: string, rules: EscapeRules): string {
  switch (run.charAt(0)) {
    case '*':
    case '_':
      return isInert(run, left, right) ? run : run.replace(/./g, '\\$&')
    case '~':
      return run === '~' && (left === '' || /\s/.test(left)) ? run : run.replace(/./g, '\\$&')
    case '|':
      return run.length === 1 ? run : run.replace(/./g, '\\$&')
    case '\\':
      return right === '' || /[\s!-/:-@[-`{-~]/.test(right) ? '\\\\' : run
    case '&':
      return /^(?:#\w{1,7}|[A-Za-z]\w{0,30});/.test(rest) ? '\\&' : run
    case ']':
      return /[([:]/.test(right) ? '\\]' : run
    case '!':
      return right === '[' ? '\\!' : run
    case '@':
      return rules.everybody.test(rest) ? '@\u200b' : run
    case '<':
      return escapeAngle(right, rest, rules)
    default:
      return `\\${run}`
  }
}

function isInert(run: string, left: string, right: string): boolean {
  if (run.startsWith('_') && run.length > 1) return /^\s?$/.test(left) && /^\s?$/.test(right)
  const sides = flanking(left, right, run.charAt(0))
  return !sides.canOpen && !sides.canClose
}

function escapeAngle(right: string, rest: string, rules: EscapeRules): string {
  if (rules.opensTag.test(rest) || (rest === '' && /\S/.test(right))) return '\\<\u200b'
  return /[A-Za-z/?]/.test(right) ? '\\<' : '<'
}
