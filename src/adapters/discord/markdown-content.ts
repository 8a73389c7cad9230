import { compose, fenceSpan, type Piece, type Spelling, toPieces } from '../../markdown/compose.ts'
import type { Code, Inline } from '../../markdown/document.ts'
import { escapeMarkdown } from '../../markdown/escape.ts'
import { plainText } from '../../markdown/inline.ts'
import { parseMarkdown } from '../../markdown/parse.ts'
import { renderDocument, type Style } from '../../markdown/render.ts'
import { disguises, encodeUrl, hostOf } from '../../markdown/url.ts'

/**
 * A model's text as Discord shows it: tables as aligned code, headings down to the third level, images as
 * links, addresses checked, without preview and with their host where a label hides it. Nothing in it outside
 * code is a mention, a timestamp, a custom emoji or a spoiler, and `@everyone` is never whole, in code either.
 */
export function toDiscord(text: string): string {
  return renderDocument(parseMarkdown(text), style)
}

const rules = {
  everybody: /^(?:everyone|here)/i,
  opensTag: /^(?:[@#/:]|a:|t:|id:|sound:|[a-z][\w+.-]*:\/\/)/i,
}

const spelling: Spelling = {
  marks: { strong: '**', emphasis: '_', emphasisInWord: '*', strike: '~~' },
  code: text => fenceSpan(unnamed(text)),
  link: link => linkPieces(link.href, plainText(link.content).trim(), toPieces(link.content, spelling)),
  image: (src, alt) => linkPieces(src, alt.trim(), [{ kind: 'text', text: alt }]),
  address: (href, text) => linkPieces(href, text, [{ kind: 'text', text }]),
  hardBreak: '\n',
  escape: (text, before, after, beginsLine) =>
    escapeBrackets(escapeMarkdown(text, before, after, beginsLine, rules)),
  mark: mark => mark.text,
}

/** Discord ends a label at its first closing bracket, escaped or not: what could open one has to be escaped. */
function escapeBrackets(text: string): string {
  return text.includes('](') ? text.replace(/\\?\[/g, '\\[') : text
}

function linkPieces(href: string, label: string, content: readonly Piece[]): readonly Piece[] {
  const address = `<${encodeUrl(href)}>`
  if (href.startsWith('mailto:')) return mailPieces(href, label, content)
  if (label === href) return [{ kind: 'markup', text: address }]
  const host = disguises(label, href) ? ` (${hostOf(href)})` : ''
  const shown: readonly Piece[] = label === '' ? [{ kind: 'text', text: hostOf(href) }] : content
  return [{ kind: 'markup', text: `[${compose(shown, labelSpelling, false)}](${address})${host}` }]
}

/** Discord makes no link of a mail address: it is shown beside its label. */
function mailPieces(href: string, label: string, content: readonly Piece[]): readonly Piece[] {
  const mail = hostOf(href)
  if (label === '' || label === mail || label === href) return [{ kind: 'text', text: mail }]
  return [...content, { kind: 'text', text: ` (${mail})` }]
}

/** A label with an address in it is no label to Discord, and brackets would end it. */
const labelSpelling: Spelling = {
  ...spelling,
  escape: (text, before, after) =>
    escapeMarkdown(
      text.replace(/:\/\//g, ':\u200b//').replaceAll('[', '(').replaceAll(']', ')'),
      before,
      after,
      false,
      rules,
    ),
}

/** Discord looks for these names in code as well. */
function unnamed(text: string): string {
  return text.replace(/@(?=everyone|here)/gi, '@\u200b')
}

const style: Style = {
  inline: content => compose(toPieces(content, spelling), spelling),
  heading: (level, content, nested) => {
    if (level <= 3 && !nested) {
      const line = compose(toPieces(content, spelling), spelling, false)
      return line === '' ? '' : `${'#'.repeat(level)} ${line}`
    }
    const strong: Inline = {
      kind: 'strong',
      content: content.flatMap(node => (node.kind === 'strong' ? node.content : [node])),
    }
    return compose(toPieces([strong], spelling), spelling)
  },
  code: fenced,
  rule: '───',
  bullet: '-',
  indent: width => (width === 2 ? 2 : 3),
  indentsCode: false,
}

/** Discord ends a block at the first three backticks, wherever they stand. */
function fenced(code: Code): string {
  const text = unnamed(code.text).replace(/`(?=``)/g, '`\u200b')
  return `\`\`\`${code.language}\n${text.trim() === '' ? ' ' : text}\n\`\`\``
}
