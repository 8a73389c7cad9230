import type { Context } from 'hono'
import { html } from 'hono/html'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { WebEnv } from './context.ts'
import { page } from './frame.ts'

/** Whether who asks is a person with a browser, on a page of ours; programs get problem+json. */
export function wantsPage(c: Context): boolean {
  const isApi = /^\/(?:api|v1|ws|slack|healthz|readyz|metrics|assets)(?:\/|$)/.test(c.req.path)
  return !isApi && (c.req.header('Accept') ?? '').includes('text/html')
}

/** One calm sentence with a way on. */
export function failurePage(
  c: Context<WebEnv>,
  status: ContentfulStatusCode,
  sentence: string,
): Promise<Response> {
  const words = c.get('words').frame
  const title = status === 404 ? words.nothingTitle : words.errorTitle
  const [way, text] = c.get('signedIn') ? ['/chats', words.toTheChats] : ['/login', words.logIn]
  return page(c, {
    title,
    status,
    body: html`<section class="door"><h1>${title}</h1><p class="about">${sentence}</p>
${status >= 500 ? html`<p class="other">${words.reference(c.get('requestId'))}</p>` : ''}
<p class="other"><a class="btn primary" href="${way}">${text}</a></p></section>`,
  })
}
