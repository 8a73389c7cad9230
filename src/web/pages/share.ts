import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { mayPublish, publish, unpublish } from '../../core/publication.ts'
import type { WebEnv } from '../context.ts'
import { page, withNotice } from '../frame.ts'
import type { KeepingPages } from './keeping-pages.ts'
import { memberOnly, signedInOf } from './member-only.ts'
import { shownTitle } from '../views/title.ts'

/** `/chats/:id/share`: what publishing means, and publishing, changing and taking back. */
export function shareRoutes(deps: KeepingPages): Hono<WebEnv> {
  const { nowMs } = deps
  const app = new Hono<WebEnv>()
  app.use('/chats/:id/share', memberOnly)
  app.use('/chats/:id/unshare', memberOnly)
  app.get('/chats/:id/share', c => sharePage(c, deps, c.req.param('id')))
  app.post('/chats/:id/share', async c => {
    const id = c.req.param('id')
    const body = await c.req.parseBody()
    const how = { masksNames: 'mask' in body, isIndexed: 'index' in body, atMs: nowMs() }
    await publish(deps, signedInOf(c).viewer, id, how)
    return c.redirect(withNotice(`/chats/${encodeURIComponent(id)}/share`, 'published'), 303)
  })
  app.post('/chats/:id/unshare', async c => {
    const id = c.req.param('id')
    await unpublish(deps, signedInOf(c).viewer, id, nowMs())
    return c.redirect(withNotice('/chats', 'unpublished'), 303)
  })
  return app
}

async function sharePage(c: Context<WebEnv>, deps: KeepingPages, id: string) {
  const words = c.get('words').sharing
  const entry = await mayPublish(deps, signedInOf(c).viewer, id)
  const published = await deps.store.publications.find(id, false, words.person)
  const address = `${deps.publicUrl.replace(/\/+$/, '')}/public/${id}`
  return page(c, {
    title: words.shareTitle,
    body: html`<h1>${words.shareTitle}</h1><p class="lead">${words.shareAbout(shownTitle(c.get('words'), entry.title))}</p>
${published ? html`<section class="card"><p>${words.publishedAt} <a href="/public/${id}">${address}</a></p><form method="post" action="/chats/${id}/unshare"><button class="btn danger">${words.unpublish}</button></form></section>` : ''}
<section class="card"><form class="form" method="post" action="/chats/${id}/share">
<label class="check"><input type="checkbox" name="mask"${(published?.masksNames ?? true) ? html` checked` : ''}>${words.maskNames}</label>
<p class="about">${words.maskNamesAbout}</p>
<label class="check"><input type="checkbox" name="index"${published?.isIndexed ? html` checked` : ''}>${words.index}</label>
<div class="form-actions"><button class="btn primary">${published ? words.saveShare : words.publish}</button><a class="btn quiet" href="/chats/${id}">${words.back}</a></div>
</form></section>`,
  })
}
