import { splitMarkdown } from './split.ts'

/**
 * Text as Markdown that shows it as it is: everything that could mean something is spelled as an entity, because a
 * backslash before a bracket begins a formula.
 */
export function literalMarkdown(text: string): string {
  return text.replace(/[!-/:-@[-`{-~]/g, mark => `&#${mark.charCodeAt(0)};`)
}

/**
 * Rendered Markdown as pieces of at most `limit`, each a heading with a quote under it. Every line of the text is
 * marked as quoted, so that no line of it can pass for a heading or for anything outside the quote.
 */
export function quotedPieces(
  body: string,
  { limit, heading }: { readonly limit: number; readonly heading: (piece?: PieceNumber) => string },
): readonly string[] {
  const room = heading({ number: 999, of: 999 }).length + 1
  const parts = splitMarkdown(body, { limit, measure: text => room + quote(text).length })
  if (parts.length === 0) return [heading()]
  return parts.map((part, index) => {
    const piece = parts.length === 1 ? undefined : { number: index + 1, of: parts.length }
    return `${heading(piece)}\n${quote(part)}`
  })
}

export interface PieceNumber {
  readonly number: number
  readonly of: number
}

/** What a platform or a browser may break a line at, besides a line feed, is a line here too. */
function quote(text: string): string {
  return text
    .split(/\r\n|[\n\r\u2028\u2029\u0085\v\f]/)
    .map(line => `> ${line}`)
    .join('\n')
}
