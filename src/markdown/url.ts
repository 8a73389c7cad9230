const allowed = new Set(['http:', 'https:', 'mailto:'])

/**
 * The address when it may become a link, else nothing: only http, https and mailto, no credentials (they dress
 * one host up as another), no control or direction characters. Relative addresses have no meaning in a chat.
 */
export function safeUrl(href: string): string | undefined {
  if (href.length > 4_000 || /[\s\p{Cc}\p{Cf}]/u.test(href) || !/^(?:https?:\/\/|mailto:)/i.test(href)) {
    return undefined
  }
  if (!URL.canParse(href)) return undefined
  const url = new URL(href)
  if (!allowed.has(url.protocol) || url.username !== '' || url.password !== '') return undefined
  return href
}

/** The host a person would end up on, in ASCII; for mail the address. Empty when there is none. */
export function hostOf(href: string): string {
  if (!URL.canParse(href)) return ''
  const url = new URL(href)
  if (url.protocol !== 'mailto:') return url.host
  return decodable(url.pathname)
}

/** The address with every character percent-encoded that could end a link, start
 * formatting or call everybody on a platform. */
export function encodeUrl(href: string): string {
  return href.replace(/[\s()<>[\]{}|\\^`"*]|~(?=~)|@(?=everyone|here|channel|group)/gi, character =>
    [...new TextEncoder().encode(character)]
      .map(byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  )
}

/**
 * True when a label reads like an address that is not the link's own: then the real host has to be shown beside
 * it. An ordinary label ("the handbook") is left in peace.
 */
export function disguises(label: string, href: string): boolean {
  const host = bareHost(hostOf(href))
  const plain = label
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .toLowerCase()
  if (plain.includes('://') && !plain.includes(host)) return true
  for (const match of plain.matchAll(
    /\d{1,3}(?:\.\d{1,3}){3}|(?:[\p{L}\p{N}-]{1,63}[.。]){1,40}[\p{L}\p{N}-]{2,63}/gu,
  )) {
    const claimed = bareHost(match[0].replaceAll('。', '.'))
    const ending = claimed.slice(claimed.lastIndexOf('.') + 1)
    if (/^\d+$/.test(ending) && !/^\d+(?:\.\d+){3}$/.test(claimed)) continue
    if (!fileEndings.has(ending) && claimed !== host) return true
  }
  return false
}

/** Endings that are no top-level domain: "index.ts" names a file. */
const fileEndings = new Set(
  'ts tsx js jsx mjs json txt html css yml yaml toml java cpp csv pdf png jpg xml sql'.split(' '),
)

function bareHost(host: string): string {
  return host.replace(/^www\./, '').replace(/:\d+$/, '')
}

function decodable(path: string): string {
  return path.replace(/%(?:2[B-E]|40|[3-6][0-9A-F])/gi, code =>
    String.fromCharCode(Number.parseInt(code.slice(1), 16)),
  )
}
