import type { MarkdownIt, Token } from 'markdown-it'
import { disguises, hostOf, safeUrl } from '../../markdown/url.ts'

/**
 * Links lead to http, https and mailto alone and say where: a label that does not name the host is followed by it. An
 * image becomes a link, since a remote one would tell its host who reads, and when.
 */
export function guardLinks(markdown: MarkdownIt): void {
  markdown.validateLink = href => safeUrl(href) !== undefined
  markdown.core.ruler.push('guard_links', state => {
    for (const token of state.tokens)
      if (token.children) token.children = guarded(token.children, state.Token)
  })
  const { escapeHtml } = markdown.utils
  // Isolated, so that no letter before it can turn its direction.
  markdown.renderer.rules['link_host'] = (tokens, index) =>
    ` <bdi class="host">(${escapeHtml(tokens[index]?.content ?? '')})</bdi>`
}

function guarded(tokens: readonly Token[], Made: typeof Token): Token[] {
  const shown: Token[] = []
  let open: { readonly href: string; label: string } | undefined
  const text = (content: string) => {
    const token = new Made('text', '', 0)
    token.content = content
    return token
  }
  const begin = (href: string) => {
    const token = new Made('link_open', 'a', 1)
    token.attrs = [
      ['href', href],
      ['rel', 'noopener nofollow ugc'],
      ['target', '_blank'],
    ]
    return token
  }
  const end = (href: string, label: string) => {
    const host = hostOf(href)
    const closing = [new Made('link_close', 'a', -1)]
    if (label.trim() === '') return [text(host || href), ...closing]
    const isNamed = label.normalize('NFKC').toLowerCase().includes(host)
    if (isNamed && !disguises(label, href)) return closing
    const behind = new Made('link_host', '', 0)
    behind.content = host
    return [...closing, behind]
  }
  for (const token of tokens) {
    if (token.type === 'link_open') {
      const href = safeUrl(String(token.attrGet('href') ?? ''))
      if (href === undefined) continue
      open = { href, label: '' }
      shown.push(begin(href))
    } else if (token.type === 'link_close') {
      if (open) shown.push(...end(open.href, open.label))
      open = undefined
    } else if (token.type === 'image') {
      const label = token.content
      const href = safeUrl(String(token.attrGet('src') ?? ''))
      if (open) open.label += label
      if (open || href === undefined) shown.push(text(label))
      else shown.push(begin(href), text(label), ...end(href, label))
    } else {
      if (open) open.label += token.type === 'softbreak' ? ' ' : token.content
      shown.push(token)
    }
  }
  return shown
}
