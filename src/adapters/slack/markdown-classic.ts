import { compose, type Piece, type Spelling, toPieces } from '../../markdown/compose.ts'
import { plainText } from '../../markdown/inline.ts'
import { parseMarkdown } from '../../markdown/parse.ts'
import { renderDocument, type Style } from '../../markdown/render.ts'
import { disguises, encodeUrl, hostOf } from '../../markdown/url.ts'

/**
 * A model's text as Slack's classic mrkdwn, for `text` fallbacks and ephemeral replies. Everything Slack would
 * take for a mention or a link of its own is escaped, in code too, because Slack reads those there as well.
 */
export function toMrkdwn(text: string): string {
  return renderDocument(parseMarkdown(text), style)
}

const spelling: Spelling = {
  marks: { strong: '*', emphasis: '_', emphasisInWord: '_', strike: '~' },
  // A code span in mrkdwn has no way to hold a backtick.
  code: text => `\`${escapeEntities(text.replaceAll('`', 'ˋ'))}\``,
  link: link => {
    const label = plainText(link.content).trim()
    return linkPieces(link.href, label)
  },
  image: (src, alt) => linkPieces(src, alt.trim()),
  address: (href, text) => linkPieces(href, text),
  hardBreak: '\n',
  escape: (text, before, after) => escapeText(text, before, after),
  mark: (piece, before, after) => {
    const outside = piece.kind === 'open' ? before : after
    // mrkdwn sees a mark only at the edge of a word.
    const edge = /[\p{L}\p{N}]/u.test(outside) ? '\u200b' : ''
    return piece.kind === 'open' ? edge + piece.text : piece.text + edge
  },
}

function linkPieces(href: string, label: string): readonly Piece[] {
  const address = escapeEntities(encodeUrl(href))
  if (label === href) return [{ kind: 'markup', text: `<${address}>` }]
  const shown = label === '' ? hostOf(href) : label
  const text = escapeEntities(
    shown
      .replace(everybody, '@\u200b')
      .replaceAll('://', ':\u200b//')
      .replaceAll('|', '¦')
      .replaceAll('\n', ' '),
  )
  const host = disguises(label, href) ? ` (${hostOf(href)})` : ''
  return [{ kind: 'markup', text: `<${address}|${text}>${host}` }]
}

const everybody = /@(?=everyone|here|channel|group)/gi

function escapeEntities(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** mrkdwn has no escape for its marks: an invisible character after one keeps it from opening. */
function escapeText(text: string, before: string, after: string): string {
  return escapeEntities(text).replace(
    /[*_~`]+|@(?=everyone|here|channel|group)/gi,
    (run, at: number, whole: string) => {
      if (run === '@') return '@\u200b'
      const left = whole.charAt(at - 1) || (at === 0 ? before : '')
      const right = whole.charAt(at + run.length) || after
      const opens = !/[\p{L}\p{N}]/u.test(left) && /\S/.test(right)
      return opens || run.startsWith('`') ? `${run.split('').join('\u200b')}\u200b` : run
    },
  )
}

const style: Style = {
  inline: content => compose(toPieces(content, spelling), spelling),
  heading: (_level, content) => {
    const line = plainText(content)
    return line === ''
      ? ''
      : compose(
          [
            { kind: 'open', text: '*' },
            { kind: 'text', text: line },
            { kind: 'close', text: '*' },
          ],
          spelling,
        )
  },
  code: code => `\`\`\`\n${escapeEntities(code.text).replaceAll('```', '`\u200b`\u200b`')}\n\`\`\``,
  rule: '───',
  bullet: '•',
  indent: () => 4,
  indentsCode: false,
}
