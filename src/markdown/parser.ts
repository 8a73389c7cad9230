import createParser, { type MarkdownIt, type StateBlock, type StateInline, type Token } from 'markdown-it'
import { characterAfter, characterBefore, flanking } from './flanking.ts'
import { readLabel } from './label.ts'
import { readAutolink, readBareUrl, readCodeSpan, readFormula, type Span } from './span.ts'

/** Blocks nested deeper than this are shown as their source. */
const maxDepth = 24

/** How far into a line the first pipe of a table's header may stand when the line does not begin with one. */
export const pipeReach = 60

/**
 * GitHub's Markdown as models write it, with four differences, each there so that what has been shown never has
 * to be taken back when more text arrives: a line of `===` or `---` never turns the paragraph above it into a
 * heading, `[label]: address` defines nothing (a far later line would change earlier text), a stray opener of
 * code, a link or a formula reaches only so far, and a table's header shows its first pipe early.
 */
export const markdown = createMarkdown()

function createMarkdown(): MarkdownIt {
  const parser = createParser('default', { html: false, linkify: false, typographer: false, maxNesting: 100 })
  parser.disable(['lheading', 'reference', 'html_block', 'html_inline'])
  parser.validateLink = () => true
  parser.helpers.parseLinkLabel = (state, start, disableNested) => {
    const label = readLabel(state.src, start, state.posMax, disableNested === true)
    return label.end ?? -1
  }
  keepDepth(parser)
  delayTables(parser)
  parser.inline.ruler.before('escape', 'formula', formula)
  parser.inline.ruler.at('linkify', bareUrl)
  parser.inline.ruler.at('backticks', codeSpan)
  parser.inline.ruler.at('autolink', autolink)
  parser.inline.State = class extends parser.inline.State {
    override scanDelims(start: number, _canSplitWord: boolean) {
      const marker = this.src.charAt(start)
      let end = start
      while (end < this.posMax && this.src[end] === marker) end++
      const after = end < this.posMax ? characterAfter(this.src, end) : ''
      const sides = flanking(characterBefore(this.src, start), after, marker)
      return { can_open: sides.canOpen, can_close: sides.canClose, length: end - start }
    }
  }
  return parser
}

/** The parser would drop what is nested too deeply; it has to stay readable. */
function keepDepth(parser: MarkdownIt): void {
  parser.block.ruler.before('table', 'too-deep', (state: StateBlock, start: number, end: number) => {
    if (state.level < maxDepth) return false
    let next = start + 1
    while (next < end && !state.isEmpty(next) && (state.sCount[next] ?? 0) >= state.blkIndent) next++
    const token = state.push('literal', '', 0)
    token.content = state.getLines(start, next, state.blkIndent, false)
    token.map = [start, next]
    state.line = next
    return true
  })
}

function delayTables(parser: MarkdownIt): void {
  const rule = blockRule('table')
  parser.block.ruler.at(
    'table',
    (state, start, end, silent) => {
      const line = state.src.slice(
        (state.bMarks[start] ?? 0) + (state.tShift[start] ?? 0),
        state.eMarks[start],
      )
      return mayHeadTable(line) && rule(state, start, end, silent)
    },
    { alt: ['paragraph', 'reference'] },
  )
}

type BlockRule = (state: StateBlock, start: number, end: number, silent: boolean) => boolean

/** A parser hands out its rules only as a list; with one enabled the list is that rule. */
function blockRule(name: string): BlockRule {
  const fresh = createParser('zero')
  fresh.block.ruler.enableOnly([name])
  const rule = fresh.block.ruler.getRules('')[0]
  if (rule === undefined) throw new Error(`the Markdown parser has no rule ${name}`)
  return rule
}

/** Whether a line may be a table's header: its pipe stands early, and it does not begin another block. */
export function mayHeadTable(line: string): boolean {
  const content = line.trimStart()
  const pipe = content.indexOf('|')
  if (pipe === -1 || pipe >= pipeReach) return false
  return !/^(?:>|[-+*](?:\s|$)|\d{1,9}[.)](?:\s|$)|#{1,6}(?:\s|$)|`{3}|~{3})/.test(content)
}

function push(state: StateInline, silent: boolean, span: Span, type: string): boolean {
  if (!silent) {
    const token: Token = state.push(type, '', 0)
    token.content = span.text
  }
  state.pos = span.end
  return true
}

function formula(state: StateInline, silent: boolean): boolean {
  const character = state.src.charAt(state.pos)
  if (character !== '$' && character !== '\\') return false
  const span = readFormula(state.src, state.pos, state.posMax)
  return typeof span === 'object' && push(state, silent, span, 'code_inline')
}

function codeSpan(state: StateInline, silent: boolean): boolean {
  if (state.src.charAt(state.pos) !== '`') return false
  const span = readCodeSpan(state.src, state.pos, state.posMax)
  if (typeof span === 'object') return push(state, silent, span, 'code_inline')
  let end = state.pos
  while (end < state.posMax && state.src[end] === '`') end++
  if (!silent) state.pending += state.src.slice(state.pos, end)
  state.pos = end
  return true
}

function autolink(state: StateInline, silent: boolean): boolean {
  if (state.src.charAt(state.pos) !== '<') return false
  const span = readAutolink(state.src, state.pos, state.posMax)
  return typeof span === 'object' && push(state, silent, span, 'angle_link')
}

function bareUrl(state: StateInline, silent: boolean): boolean {
  if (state.src.charAt(state.pos) !== ':' || state.linkLevel > 0) return false
  const span = readBareUrl(state.src, state.pos, 0, state.posMax)
  if (typeof span !== 'object') return false
  const scheme = state.src.slice(span.start, state.pos)
  if (!silent) {
    if (!state.pending.endsWith(scheme)) return false
    state.pending = state.pending.slice(0, -scheme.length)
  }
  return push(state, silent, span, 'bare_link')
}
