const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, found => entities[found] ?? '')

/** Whether a link in a message may be followed: nothing that a browser would run. */
export const isSafeUrl = (url: string): boolean => /^(?:https?:\/\/|mailto:)/i.test(url.trim())

/** A link that tells the other side nothing of this page. */
export const linkStart = (url: string): string =>
  `<a href="${escapeHtml(url)}" target="_blank" rel="noopener noreferrer nofollow">`

export const mentionHtml = (name: string, id: string): string =>
  `<span class="mention" data-id="${escapeHtml(id)}">${escapeHtml(name)}</span>`

/** A block of code with a button that copies it. A block that can be scrolled must be reachable by keyboard. */
export function codeBlockHtml(code: string, language: string): string {
  const label = /^[\w+#.-]{1,20}$/.test(language) ? language : ''
  return `<div class="code"><div class="code-bar"><span>${escapeHtml(label)}</span><button type="button" class="copy">Copy</button></div><pre tabindex="0"><code>${escapeHtml(code.replace(/\n$/, ''))}</code></pre></div>`
}
