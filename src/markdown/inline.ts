import type { Token } from 'markdown-it'
import type { Inline, Link } from './document.ts'
import { safeUrl } from './url.ts'

type Mark = 'strong' | 'emphasis' | 'strike'

const marks: Readonly<Record<string, Mark>> = { strong: 'strong', em: 'emphasis', s: 'strike' }

interface Frame {
  /** Nothing for a mark that is already open further out, or a link that may not be one. */
  readonly make: ((content: readonly Inline[]) => readonly Inline[]) | undefined
  readonly kind: Mark | 'link' | undefined
  readonly content: Inline[]
}

/** The parser's inline tokens as our nodes: flat where formatting repeats itself, addresses checked. */
export function readInlines(tokens: readonly Token[]): readonly Inline[] {
  const root: Frame = { make: undefined, kind: undefined, content: [] }
  const frames: Frame[] = [root]
  for (const token of tokens) {
    const frame = frames.at(-1) ?? root
    if (token.nesting === 1) frames.push(open(token, frames))
    else if (token.nesting === -1) close(frames, root)
    else for (const node of leaf(token, frames)) append(frame.content, node)
  }
  while (frames.length > 1) close(frames, root)
  return root.content
}

function open(token: Token, frames: readonly Frame[]): Frame {
  const mark = token.type === 'link_open' ? 'link' : marks[token.tag]
  if (mark === undefined || frames.some(frame => frame.kind === mark)) {
    return { make: undefined, kind: undefined, content: [] }
  }
  if (mark !== 'link') return { make: content => [{ kind: mark, content }], kind: mark, content: [] }
  const href = String(token.attrGet('href') ?? '')
  const title = token.attrGet('title')
  return {
    make: content => linkOrText(href, title === null ? '' : String(title), content),
    kind: 'link',
    content: [],
  }
}

function close(frames: Frame[], root: Frame): void {
  const frame = frames.length > 1 ? frames.pop() : undefined
  if (frame === undefined) return
  const target = (frames.at(-1) ?? root).content
  for (const node of frame.make?.(frame.content) ?? frame.content) append(target, node)
}

function linkOrText(href: string, title: string, content: readonly Inline[]): readonly Inline[] {
  const safe = safeUrl(href)
  if (safe === undefined) return [...content, ...refused(href, plainText(content))]
  const link: Link = { kind: 'link', href: safe, content }
  return [title === '' ? link : { ...link, title: visible(title) }]
}

/** A refused address stays readable, but short: a `data:` address may be a whole file. */
function refused(href: string, label: string): readonly Inline[] {
  const shown = unlinked(href.length > 80 ? `${href.slice(0, 79)}…` : href)
  return shown === '' || shown === label ? [] : [{ kind: 'text', text: label === '' ? shown : ` (${shown})` }]
}

function leaf(token: Token, frames: readonly Frame[]): readonly Inline[] {
  switch (token.type) {
    case 'text':
      return [{ kind: 'text', text: visible(token.content) }]
    case 'code_inline':
      return [{ kind: 'code', text: token.content }]
    case 'softbreak':
    case 'hardbreak':
      return [{ kind: 'break', hard: token.type === 'hardbreak' }]
    case 'angle_link':
    case 'bare_link':
      return address(token.content, frames)
    case 'image': {
      const src = safeUrl(String(token.attrGet('src') ?? ''))
      const alt = plainText(readInlines(token.children ?? []))
      if (src !== undefined) return [{ kind: 'image', src, alt }]
      return [{ kind: 'text', text: alt }, ...refused(String(token.attrGet('src') ?? ''), alt)]
    }
    default:
      return token.content === '' ? [] : [{ kind: 'text', text: visible(token.content) }]
  }
}

function address(text: string, frames: readonly Frame[]): readonly Inline[] {
  const href = safeUrl(/^[\w+.-]+:/.test(text) ? text : `mailto:${text}`)
  if (href !== undefined && !frames.some(frame => frame.kind === 'link'))
    return [{ kind: 'autolink', href, text }]
  return [{ kind: 'text', text: href === undefined ? unlinked(text) : visible(text) }]
}

/** A platform makes its own link of any address it finds; with a break before its slashes it finds none. */
function unlinked(address: string): string {
  return visible(address).replaceAll('://', ':\u200b//')
}

function append(nodes: Inline[], node: Inline): void {
  const last = nodes.at(-1)
  if (node.kind === 'text' && last?.kind === 'text') {
    nodes[nodes.length - 1] = { kind: 'text', text: last.text + node.text }
  } else if (last !== undefined && isMark(node) && last.kind === node.kind && isMark(last)) {
    const merged: Inline[] = [...last.content]
    for (const child of node.content) append(merged, child)
    nodes[nodes.length - 1] = { ...last, content: merged }
  } else if (node.kind !== 'text' || node.text !== '') nodes.push(node)
}

function isMark(node: Inline): node is Extract<Inline, { readonly kind: Mark }> {
  return node.kind === 'strong' || node.kind === 'emphasis' || node.kind === 'strike'
}

/** Text without what cannot be seen but deceives: control characters, direction overrides, hidden tag letters. */
function visible(text: string): string {
  return text
    .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, character =>
      '\n\t'.includes(character) ? character : '',
    )
    .replace(/(\u{1f3f4}[\u{e0020}-\u{e007e}]{1,8}\u{e007f})|[\u{e0000}-\u{e007f}]/gu, '$1')
}

/** What a reader would see of the nodes, without any formatting. */
export function plainText(nodes: readonly Inline[]): string {
  let text = ''
  for (const node of nodes) {
    switch (node.kind) {
      case 'text':
      case 'code':
      case 'autolink':
        text += node.text
        break
      case 'image':
        text += node.alt
        break
      case 'break':
        text += ' '
        break
      case 'strong':
      case 'emphasis':
      case 'strike':
      case 'link':
        text += plainText(node.content)
        break
    }
  }
  return text
}
