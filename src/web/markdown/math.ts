import type { MarkdownIt } from 'markdown-it'

/**
 * Formulas stand as they were written, backslashes, stars and underscores with them: `$…$` and `\(…\)` in a line,
 * `$$…$$` and `\[…\]` in a line or as blocks of their own.
 */
export function keepMath(markdown: MarkdownIt): void {
  // Before escapes: otherwise `\(` is a bracket.
  markdown.inline.ruler.before('escape', 'math', (state, silent) => {
    const found = mathAt(state.src.slice(state.pos, state.pos + longestFormula))
    if (!found) return false
    if (!silent) {
      const token = state.push('math', 'code', 0)
      token.content = found.formula
    }
    state.pos += found.length
    return true
  })
  markdown.block.ruler.before(
    'fence',
    'math_block',
    (state, startLine, endLine, silent) => {
      const lineOf = (line: number) =>
        state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line])
      if ((state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false
      const first = lineOf(startLine)
      const opening = ['$$', '\\['].find(sign => first.startsWith(sign))
      if (opening === undefined) return false
      const closing = opening === '$$' ? '$$' : '\\]'
      const last = lastLineOf(
        lineOf,
        first,
        closing,
        startLine,
        Math.min(endLine, startLine + mostLines),
        state,
      )
      if (last === undefined) return false
      if (silent) return true
      const whole = Array.from({ length: last - startLine + 1 }, (_, index) => lineOf(startLine + index))
      const token = state.push('math_block', 'pre', 0)
      token.content = whole.join('\n').trim().slice(2, -2).trim()
      token.map = [startLine, last + 1]
      state.line = last + 1
      return true
    },
    { alt: ['paragraph', 'blockquote', 'list'] },
  )
  const { escapeHtml } = markdown.utils
  const { rules } = markdown.renderer
  rules['math'] = (tokens, index) => `<code class="math">${escapeHtml(tokens[index]?.content ?? '')}</code>`
  rules['math_block'] = (tokens, index) =>
    `<pre class="math" tabindex="0"><code>${escapeHtml(tokens[index]?.content ?? '')}</code></pre>\n`
}

/** What is longer is no formula; and nothing hostile makes us look far, again and again. */
const longestFormula = 1_000
const mostLines = 60

/** Opening sign, closing sign; the shorter ones after those they begin. */
const signs = [
  ['$$', '$$'],
  ['\\[', '\\]'],
  ['\\(', '\\)'],
] as const

function mathAt(text: string): { readonly formula: string; readonly length: number } | undefined {
  if (text[0] !== '$' && text[0] !== '\\') return undefined
  for (const [opening, closing] of signs) {
    if (!text.startsWith(opening)) continue
    const end = text.indexOf(closing, opening.length)
    const formula = text.slice(opening.length, end).trim()
    if (end === -1 || formula === '' || formula.includes('`')) return undefined
    return { formula, length: end + closing.length }
  }
  // Money is no formula: "$5 and $6" has a space before its second sign, "$5-$6" a digit after it.
  const single = /^\$(?=[^\s$])([^$\n`]*[^\s$\\`])\$(?![\w$])/.exec(text)
  return single?.[1] === undefined ? undefined : { formula: single[1], length: single[0].length }
}

/** The line that closes a block of math and has nothing after it; undefined when the block is none. */
function lastLineOf(
  lineOf: (line: number) => string,
  first: string,
  closing: string,
  startLine: number,
  endLine: number,
  { sCount, blkIndent }: { readonly sCount: readonly number[]; readonly blkIndent: number },
): number | undefined {
  if (first.trim().length > 4 && first.indexOf(closing, 2) !== -1)
    return first.indexOf(closing, 2) === first.trimEnd().length - 2 ? startLine : undefined
  for (let line = startLine + 1; line < endLine; line += 1) {
    const text = lineOf(line).trim()
    if (text === '' || (sCount[line] ?? 0) < blkIndent) return undefined
    const at = text.indexOf(closing)
    if (at !== -1) return at === text.length - 2 ? line : undefined
  }
  return undefined
}
