import { type Context, Hono } from 'hono'
import { html, raw } from 'hono/html'
import { ParleyError } from '../../core/errors.ts'
import type { Publication, PublicMessage } from '../../core/publication.ts'
import type { WebEnv } from '../context.ts'
import { page } from '../frame.ts'
import { renderMarkdown } from '../markdown.ts'
import { avatar } from '../views/avatar.ts'
import { when } from '../views/when.ts'
import type { KeepingPages } from './keeping-pages.ts'
import { shownTitle } from '../views/title.ts'

const dialoguesOnPage = 30
const messagesOnPage = 100

/** What anybody may read: `/public` lists it, `/public/:id` shows one. Not for search engines unless its Member says so. */
export function publicRoutes({ store }: KeepingPages): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  const wholeWeb = async () => (await store.settings.installation()).publicHistory
  app.get('/public', async c => {
    const cursor = c.req.query('cursor')
    const request = { limit: dialoguesOnPage, ...(cursor === undefined ? {} : { cursor }) }
    const { items, nextCursor } = await store.publications.list(
      request,
      await wholeWeb(),
      c.get('words').sharing.person,
    )
    c.header('X-Robots-Tag', 'noindex')
    return listPage(c, items, nextCursor)
  })
  app.get('/public/:id', async c => {
    const { person } = c.get('words').sharing
    const publication = await store.publications.find(c.req.param('id'), await wholeWeb(), person)
    if (!publication) throw new ParleyError('not_found', 'There is no such public dialogue.')
    const after = Number.parseInt(c.req.query('after') ?? '', 10)
    const { messages, more } = await store.publications.messages(
      publication,
      { limit: messagesOnPage, ...(Number.isSafeInteger(after) ? { after } : {}) },
      person,
    )
    if (!publication.isIndexed) c.header('X-Robots-Tag', 'noindex, nofollow')
    return dialoguePage(c, publication, messages, more)
  })
  return app
}

function listPage(c: Context<WebEnv>, items: readonly Publication[], nextCursor: string | undefined) {
  const words = c.get('words').sharing
  const list =
    items.length === 0
      ? html`<div class="empty"><h2>${words.publicNone}</h2><p>${words.publicNoneAbout}</p></div>`
      : html`<ul class="plain rows">${items.map(
          ({ dialogueId, title, platform, publishedAtMs }) =>
            html`<li><div><a href="/public/${dialogueId}"><strong>${shownTitle(c.get('words'), title)}</strong></a><p class="about">${words.publishedFrom(platform)} · ${when(c, publishedAtMs)}</p></div></li>`,
        )}</ul>`
  return page(c, {
    title: words.publicTitle,
    body: html`<h1>${words.publicTitle}</h1><p class="lead">${words.publicAbout}</p>${list}
${nextCursor === undefined ? '' : html`<p class="other"><a class="btn" rel="next" href="/public?cursor=${nextCursor}">${words.older}</a></p>`}`,
  })
}

function dialoguePage(
  c: Context<WebEnv>,
  publication: Publication,
  messages: readonly PublicMessage[],
  more: boolean,
) {
  const words = c.get('words').sharing
  const title = shownTitle(c.get('words'), publication.title)
  const last = messages.at(-1)
  return page(c, {
    title,
    body: html`<h1>${title}</h1>
<p class="lead">${words.readOnly} ${words.publishedFrom(publication.platform)}. <a href="/public">${words.toPublic}</a></p>
${messages.map(message => messageView(c, message))}
${more && last ? html`<p class="other"><a class="btn" rel="next" href="/public/${publication.dialogueId}?after=${last.position}">${words.later}</a></p>` : ''}`,
  })
}

function messageView(c: Context<WebEnv>, message: PublicMessage) {
  const words = c.get('words').sharing
  const name = message.role === 'assistant' ? 'Parley' : (message.speaker ?? words.someone)
  const edited = message.version > 1 && message.role === 'user' && !message.redacted
  return html`<article class="card" aria-label="${name}">
<p class="row">${avatar({ id: name, name })}<strong>${name}</strong> <span class="about">${when(c, message.sentAtMs)}${edited ? html` · ${words.edited}` : ''}</span></p>
<div class="prose">${message.redacted ? html`<p><em>${words.removed}</em></p>` : raw(renderMarkdown(message.text))}</div>
</article>`
}
