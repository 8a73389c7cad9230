import type { Inline, Link } from './document.ts'

/** A stretch of output: text that is still to be escaped, or markup that is not. */
export interface Piece {
  readonly kind: 'text' | 'markup' | 'open' | 'close'
  readonly text: string
}

export interface Marks {
  readonly strong: string
  readonly emphasis: string
  /** For emphasis that touches a letter outside it. */
  readonly emphasisInWord: string
  readonly strike: string
}

/** How one platform writes what stands in a line. */
export interface Spelling {
  readonly marks: Marks
  readonly code: (text: string) => string
  readonly link: (link: Link) => readonly Piece[]
  readonly image: (src: string, alt: string) => readonly Piece[]
  readonly address: (href: string, text: string, after: string) => readonly Piece[]
  readonly hardBreak: string
  /** Escapes text, given the characters on both sides ('' at an end) and whether it begins a line. */
  readonly escape: (text: string, before: string, after: string, beginsLine: boolean) => string
  /** Writes a mark so that it is seen as one between these characters. */
  readonly mark: (mark: Piece, before: string, after: string) => string
}

/** The pieces of some inline nodes, in order. */
export function toPieces(nodes: readonly Inline[], spelling: Spelling): readonly Piece[] {
  return nodes.flatMap((node, index) => {
    const [previous, next] = [nodes[index - 1], nodes[index + 1]]
    const before = previous?.kind === 'text' ? lastCharacter(previous.text) : ''
    return piecesOf(node, before, next?.kind === 'text' ? firstCharacter(next.text) : '', spelling)
  })
}

function piecesOf(node: Inline, before: string, after: string, spelling: Spelling): readonly Piece[] {
  switch (node.kind) {
    case 'text':
      return [{ kind: 'text', text: node.text }]
    case 'strong':
    case 'emphasis':
    case 'strike': {
      const content = toPieces(node.content, spelling)
      const inWord = node.kind === 'emphasis' && /[\p{L}\p{N}_]/u.test(before + after)
      const mark = spelling.marks[inWord ? 'emphasisInWord' : node.kind]
      if (content.every(piece => piece.text.trim() === '')) return content
      return [{ kind: 'open', text: mark }, ...content, { kind: 'close', text: mark }]
    }
    case 'code':
      return [{ kind: 'markup', text: spelling.code(node.text) }]
    case 'link':
      return spelling.link(node)
    case 'image':
      return spelling.image(node.src, node.alt)
    case 'autolink':
      return spelling.address(node.href, node.text, after)
    case 'break':
      return [{ kind: 'markup', text: node.hard ? spelling.hardBreak : '\n' }]
  }
}

/** Joins pieces into a line or lines, each escaped by what stands beside it. */
export function compose(pieces: readonly Piece[], spelling: Spelling, startsLine = true): string {
  const parts: string[] = []
  let before = ''
  let begins = startsLine
  for (const [index, piece] of pieces.entries()) {
    const after = firstCharacter(pieces[index + 1]?.text ?? '')
    const part = partOf(piece, before, after, begins, spelling)
    if (part === '') continue
    parts.push(part)
    begins = part.endsWith('\n')
    before = begins ? '' : lastCharacter(part)
  }
  return parts.join('')
}

function partOf(piece: Piece, before: string, after: string, begins: boolean, spelling: Spelling): string {
  if (piece.kind === 'text') return spelling.escape(piece.text, before, after, begins)
  return piece.kind === 'markup' ? piece.text : spelling.mark(piece, before, after)
}

function lastCharacter(text: string): string {
  return /.$/su.exec(text.slice(-2))?.[0] ?? ''
}

function firstCharacter(text: string): string {
  return /^./su.exec(text)?.[0] ?? ''
}

/** A code span that keeps its backticks, fenced by more of them than it holds in a row. */
export function fenceSpan(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map(run => run.length))
  const fence = '`'.repeat(longest + 1)
  const pad = /^`|`$|^ .* $/s.test(text) ? ' ' : ''
  return fence + pad + text + pad + fence
}
