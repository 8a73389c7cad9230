import MarkdownIt, { type Token } from 'markdown-it'
import { colourCode } from './markdown/code.ts'
import { guardLinks } from './markdown/links.ts'
import { keepMath } from './markdown/math.ts'

/**
 * Messages as pages show them: no raw HTML, no images, links that say where they lead, code in colour by classes,
 * formulas as they were written. Nothing in the text becomes an attribute but a link's address and a list's beginning.
 */
const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true, maxNesting: 40 })
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false })
for (const part of [guardLinks, colourCode, keepMath]) markdown.use(part)

const rules = markdown.renderer.rules
// Who reads by keyboard scrolls a wide table too.
rules['table_open'] = () => '<div class="table" tabindex="0"><table>\n'
rules['table_close'] = () => '</table></div>\n'

markdown.core.ruler.push('shape', ({ tokens }) => {
  tickBoxes(tokens)
  lowerHeadings(tokens)
  for (const token of tokens) {
    if (token.type !== 'th_open' && token.type !== 'td_open') continue
    // A style attribute would break the page's policy; a class says the same.
    const align = /text-align:(\w+)/.exec(String(token.attrGet('style') ?? ''))?.[1]
    token.attrs = align === undefined ? null : [['class', `align-${align}`]]
  }
})

/** `- [ ]` and `- [x]` as boxes that are read, not ticked. */
function tickBoxes(tokens: readonly Token[]): void {
  for (const [index, token] of tokens.entries()) {
    const item = tokens[index - 2]
    const [first] = token.children ?? []
    if (token.type !== 'inline' || first?.type !== 'text' || item?.type !== 'list_item_open') continue
    const ticked = /^\[([ xX])\] /.exec(first.content)
    if (!ticked) continue
    const isDone = ticked[1] !== ' '
    first.content = `${isDone ? '☑' : '☐'} ${first.content.slice(4)}`
    item.attrSet('class', isDone ? 'task done' : 'task')
  }
}

/** Under the page's own title, and none further down than one step: so readers that jump by headings can. */
function lowerHeadings(tokens: readonly Token[]): void {
  let last = 1
  for (const token of tokens) {
    if (token.type !== 'heading_open' && token.type !== 'heading_close') continue
    if (token.nesting > 0) last = Math.min(Number(token.tag.slice(1)) + 1, last + 1, 6)
    token.tag = `h${last}`
  }
}

/** Each top-level block by itself; joined they are the whole. A block that does not change stays the same string. */
export function renderBlocks(text: string): readonly string[] {
  const environment = {}
  const tokens = markdown.parse(text, environment)
  const blocks: string[] = []
  let start = 0
  let depth = 0
  for (const [index, token] of tokens.entries()) {
    depth += token.nesting
    if (depth > 0) continue
    blocks.push(markdown.renderer.render(tokens.slice(start, index + 1), markdown.options, environment))
    start = index + 1
  }
  return blocks
}

/** The whole message. */
export function renderMarkdown(text: string): string {
  return renderBlocks(text).join('')
}
