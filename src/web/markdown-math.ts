import type { MarkdownIt, StateBlock, StateInline } from 'markdown-it'

/** Formulas as code spans: Markdown takes no backslash, star or underscore out of them. */
const spans: readonly RegExp[] = [
  /\$\$([^$`]{1,2000}?)\$\$/y,
  /\\\[([^`]{1,2000}?)\\\]/y,
  /\\\(([^`\n]{1,1000}?)\\\)/y,
  // "$5 and $6" are prices: a formula touches its signs, and no word or digit touches them from outside.
  /(?<![\w$])\$(?=[^\s$])([^$\n`]{0,200}[^\s$\\`])\$(?![\w$])/y,
]

/** A formula goes on for no more lines than this; what opens without an end is looked through no further. */
const longestFormula = 100

/**
 * Formulas are shown as they are written, in a typeface of their own: `$…$` and `\(…\)` as code in a line, `$$…$$` and
 * `\[…\]` on lines of their own as blocks of code. One that is not closed before the next empty line is text.
 */
export function mathAsCode(markdown: MarkdownIt): void {
  markdown.inline.ruler.before('escape', 'math', mathSpan)
  markdown.block.ruler.before('fence', 'math', mathBlock, { alt: ['paragraph', 'blockquote', 'list'] })
}

function mathSpan(state: StateInline, silent: boolean): boolean {
  const sign = state.src[state.pos]
  if (sign !== '$' && sign !== '\\') return false
  for (const span of spans) {
    span.lastIndex = state.pos
    const [whole, formula] = span.exec(state.src) ?? []
    if (whole === undefined || formula === undefined || state.pos + whole.length > state.posMax) continue
    if (!silent) {
      const token = state.push('code_inline', 'code', 0)
      token.markup = sign
      token.content = formula.replaceAll('\n', ' ').trim()
    }
    state.pos += whole.length
    return true
  }
  return false
}

const closers: Readonly<Record<string, string>> = { $$: '$$', '\\[': '\\]' }

function mathBlock(state: StateBlock, first: number, end: number, silent: boolean): boolean {
  if ((state.sCount[first] ?? 0) - state.blkIndent >= 4) return false
  const closer = closers[lineOf(state, first).slice(0, 2)]
  if (closer === undefined) return false
  const lines: string[] = []
  for (let line = first; line < Math.min(end, first + longestFormula); line += 1) {
    const text = line === first ? lineOf(state, line).slice(2) : lineOf(state, line)
    const isLeft = line > first && (text === '' || (state.sCount[line] ?? 0) < state.blkIndent)
    const at = isLeft ? -1 : text.indexOf(closer)
    if (isLeft || (at >= 0 && at + closer.length < text.length)) return false
    lines.push(at < 0 ? text : text.slice(0, at))
    if (at < 0) continue
    const formula = lines.join('\n').trim()
    if (formula === '') return false
    if (!silent) pushBlock(state, formula, [first, line + 1])
    return true
  }
  return false
}

function pushBlock(state: StateBlock, formula: string, map: [number, number]): void {
  const token = state.push('fence', 'code', 0)
  token.info = 'math'
  token.content = formula
  token.map = map
  state.line = map[1]
}

function lineOf({ src, bMarks, tShift, eMarks }: StateBlock, line: number): string {
  return src.slice((bMarks[line] ?? 0) + (tShift[line] ?? 0), eMarks[line]).trimEnd()
}
