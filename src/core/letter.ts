import type { OutgoingMail } from './mail.ts'
import type { Words } from './words.ts'

/** What a mail says. */
export interface Letter {
  readonly subject: string
  readonly name: string
  readonly body: string
  readonly link?: { readonly url: string; readonly button: string; readonly after: string }
}

export function toMail(
  letter: Letter,
  {
    id,
    to,
    place,
    words,
  }: { readonly id: string; readonly to: string; readonly place: string; readonly words: Words['mail'] },
): OutgoingMail {
  const { subject, name, body, link } = letter
  const before = [words.hello(name), body]
  const after = [...(link ? [link.after] : []), words.footer(place)]
  const text = [...before, ...(link ? [link.url] : []), ...after].join('\n\n')
  const button = link
    ? `<p style="margin:24px 0"><a href="${escaped(link.url)}" style="background:#5b5bd6;color:#ffffff;padding:10px 18px;border-radius:8px;text-decoration:none">${escaped(link.button)}</a></p>` +
      paragraph(`${words.orOpen} ${link.url}`)
    : ''
  const html =
    '<!doctype html><html><head><meta charset="utf-8"></head>' +
    '<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1c1b19;background:#ffffff">' +
    `<div style="max-width:560px">${before.map(paragraph).join('')}${button}${after.map(paragraph).join('')}</div>` +
    '</body></html>'
  return { id, to, subject, text: `${text}\n`, html }
}

function paragraph(text: string): string {
  return `<p>${escaped(text)}</p>`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, sign => entities[sign] ?? sign)
}
