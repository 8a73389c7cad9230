import { codeBlockHtml, escapeHtml, isSafeUrl, linkStart, mentionHtml } from './html.ts'
import { fromSlack, type Names } from './names.ts'

/** Slack's mrkdwn as safe HTML: bold, italic, struck, code, quotes, links and mentions. */
export function mrkdwnHtml(text: string, names: Names): string {
  return text
    .split(/```/)
    .map((piece, index) =>
      index % 2 === 1 ? codeBlockHtml(fromSlack(piece.replace(/^\n/, '')), '') : proseHtml(piece, names),
    )
    .join('')
}

function proseHtml(text: string, names: Names): string {
  return text
    .split(/\n{2,}/)
    .filter(block => block.trim() !== '')
    .map(block => blockHtml(block.replace(/^\n+|\n+$/g, ''), names))
    .join('')
}

const quoted = /^(?:&gt;|>) ?/

function blockHtml(block: string, names: Names): string {
  const groups: { readonly quote: boolean; readonly lines: string[] }[] = []
  for (const line of block.split('\n')) {
    const quote = quoted.test(line)
    const last = groups.at(-1)
    const content = inlineHtml(line.replace(quoted, ''), names, 0)
    if (last?.quote === quote) last.lines.push(content)
    else groups.push({ quote, lines: [content] })
  }
  return groups
    .map(({ quote, lines }) => {
      const paragraph = `<p>${lines.join('<br>')}</p>`
      return quote ? `<blockquote>${paragraph}</blockquote>` : paragraph
    })
    .join('')
}

const marks =
  /<(?<angled>[^<>\n]+)>|`(?<code>[^`\n]+)`|(?<![\w*])\*(?<strong>\S(?:[^*\n]*\S)?)\*(?![\w*])|(?<!\w)_(?<em>\S(?:[^_\n]*\S)?)_(?!\w)|(?<![\w~])~(?<s>\S(?:[^~\n]*\S)?)~(?![\w~])/g

/** Marks within marks within marks are all that anybody writes. */
const maxDepth = 4

function inlineHtml(text: string, names: Names, depth: number): string {
  if (depth > maxDepth) return plain(text)
  let html = ''
  let end = 0
  for (const match of text.matchAll(marks)) {
    html += plain(text.slice(end, match.index)) + markHtml(match.groups ?? {}, names, depth)
    end = match.index + match[0].length
  }
  return html + plain(text.slice(end))
}

const plain = (text: string) => escapeHtml(fromSlack(text))

function markHtml(found: Readonly<Record<string, string | undefined>>, names: Names, depth: number): string {
  const { angled, code, strong, em, s } = found
  if (angled !== undefined) return angledHtml(angled, names)
  if (code !== undefined) return `<code>${plain(code)}</code>`
  if (strong !== undefined) return `<strong>${inlineHtml(strong, names, depth + 1)}</strong>`
  if (em !== undefined) return `<em>${inlineHtml(em, names, depth + 1)}</em>`
  return `<s>${inlineHtml(s ?? '', names, depth + 1)}</s>`
}

function angledHtml(inner: string, names: Names): string {
  const bar = inner.indexOf('|')
  const target = bar < 0 ? inner : inner.slice(0, bar)
  const label = bar < 0 ? undefined : inner.slice(bar + 1)
  const id = target.slice(1)
  if (target.startsWith('@')) return mentionHtml(`@${names.person(id) ?? label ?? 'someone'}`, id)
  if (target.startsWith('#')) return mentionHtml(`#${names.channel(id) ?? label ?? 'a channel'}`, id)
  if (target.startsWith('!')) return mentionHtml(`@${fromSlack(label ?? id)}`, id)
  if (!isSafeUrl(target)) return plain(`<${inner}>`)
  return `${linkStart(fromSlack(target))}${plain(label ?? target.replace(/^mailto:/, ''))}</a>`
}
