import { compose, fenceSpan, type Piece, type Spelling, toPieces } from '../../markdown/compose.ts'
import type { Block, Code, Document } from '../../markdown/document.ts'
import { escapeMarkdown } from '../../markdown/escape.ts'
import { plainText } from '../../markdown/inline.ts'
import { parseMarkdown } from '../../markdown/parse.ts'
import { renderDocument, type Style } from '../../markdown/render.ts'
import { disguises, encodeUrl, hostOf } from '../../markdown/url.ts'

/**
 * A model's text as the standard Markdown that Slack's `markdown` block and `markdown_text` show: tables as
 * aligned code, images as links, addresses checked and their host shown where a label hides it, and nothing in
 * it that Slack would take for a mention, a channel or its own link syntax.
 *
 * A code block that the text leaves open at its end stays open, so that a stream can go on in it; closeMarkdown
 * closes it. The result has no white space at its end.
 */
export function toSlackMarkdown(text: string): string {
  const document = parseMarkdown(text)
  return renderDocument(document, styleFor(openCode(document)))
}

/** The code block at the very end of the document, when its fence is still open. */
function openCode(document: Document): Code | undefined {
  let blocks: readonly Block[] = document.blocks
  for (;;) {
    const last = blocks.at(-1)
    if (last?.kind === 'quote') blocks = last.blocks
    else if (last?.kind === 'list') blocks = last.items.at(-1)?.blocks ?? []
    else return last?.kind === 'code' && !last.closed ? last : undefined
  }
}

function styleFor(open: Code | undefined): Style {
  return {
    inline: content => compose(toPieces(content, spelling), spelling),
    heading: (level, content) => {
      const line = compose(toPieces(content, spelling), spelling, false)
      return line === '' ? '' : `${'#'.repeat(level)} ${line}`
    },
    code: code => fenced(code, code === open),
    rule: '---',
    bullet: '-',
    indent: width => width,
    indentsCode: true,
  }
}

function fenced(code: Code, open: boolean): string {
  const ownFence = code.fence?.marker === '`'
  const fence = '`'.repeat(ownFence ? (code.fence?.length ?? 3) : 3)
  // The source was fenced otherwise: a line that would end the fence gets an invisible character.
  const text = ownFence ? code.text : code.text.replace(/^([ \t>]*)(?=`{3,}[ \t]*$)/gm, '$1\u200b')
  const body = text === '' ? '' : `\n${text}`
  return `${fence}${code.language}${body}${open ? '' : `\n${fence}`}`
}

const rules = {
  everybody: /^(?:everyone|here|channel|group)/i,
  opensTag: /^(?:[@#!]|[a-z][\w+.-]*:|[\w.+-]+@)/i,
}

const spelling: Spelling = {
  marks: { strong: '**', emphasis: '_', emphasisInWord: '*', strike: '~~' },
  code: fenceSpan,
  link: link => {
    const label = plainText(link.content).trim()
    if (label === link.href) return [{ kind: 'markup', text: encodeUrl(link.href) }]
    return linkPieces(
      link.href,
      label === '' ? hostOf(link.href) : label,
      toPieces(label === '' ? [] : link.content, spelling),
    )
  },
  image: (src, alt) => {
    const label = alt.trim() === '' ? hostOf(src) : alt
    return linkPieces(src, label, [{ kind: 'text', text: label }])
  },
  address: (href, text, after) =>
    href === text && (after === '' || /[\s.,;:!?)\]]/.test(after))
      ? [{ kind: 'markup', text: encodeUrl(href) }]
      : linkPieces(href, text, [{ kind: 'text', text }]),
  hardBreak: '  \n',
  escape: (text, before, after, beginsLine) => escapeMarkdown(text, before, after, beginsLine, rules),
  mark: (piece, before, after) => {
    const [outside, inside] = piece.kind === 'open' ? [before, after] : [after, before]
    // CommonMark sees no mark between punctuation and a letter; a hair space beside it is the smallest remedy.
    const hair = /[\p{L}\p{N}]/u.test(outside) && /[\p{P}\p{S}]/u.test(inside) ? '\u200a' : ''
    return piece.kind === 'open' ? hair + piece.text : piece.text + hair
  },
}

function linkPieces(href: string, label: string, content: readonly Piece[]): readonly Piece[] {
  const shown = content.length === 0 ? [{ kind: 'text', text: label } as const] : content
  const host = disguises(label, href) ? ` (${hostOf(href)})` : ''
  const inside = compose(shown, labelSpelling, false)
  return [{ kind: 'markup', text: `[${inside}](${encodeUrl(href)})${host}` }]
}

/** In a label brackets would end it, and an address would become a link of its own. */
const labelSpelling: Spelling = {
  ...spelling,
  escape: (text, before, after) =>
    spelling
      .escape(text.replaceAll('://', ':\u200b//'), before, after, false)
      .replace(/\\?[[\]]/g, bracket => `\\${bracket.slice(-1)}`),
}
