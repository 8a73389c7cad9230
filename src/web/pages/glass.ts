import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { breakGlass, maxGlassMinutes } from '../../core/break-glass.ts'
import { ParleyError } from '../../core/errors.ts'
import type { WebEnv } from '../context.ts'
import { page, withNotice } from '../frame.ts'
import { field, nothingTyped } from '../views/field.ts'
import { readForm, refusedForm, type Refused } from './form.ts'
import type { KeepingPages } from './keeping-pages.ts'
import { memberOnly, signedInOf } from './member-only.ts'

/** `/admin/break-glass/:id`: opens one Dialogue of others to an owner or admin, told and for a time. */
export function glassRoutes({ store, nowMs, address }: KeepingPages): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  app.use('/admin/break-glass/*', memberOnly, async (c, next) => {
    const { role } = signedInOf(c).member
    if (role !== 'owner' && role !== 'admin')
      throw new ParleyError('forbidden', 'Only an owner or admin may open a dialogue of others.')
    await next()
  })
  app.get('/admin/break-glass/:id', c => glassPage(c, c.req.param('id')))
  app.post('/admin/break-glass/:id', async c => {
    const dialogueId = c.req.param('id')
    const typed = await readForm(c, ['reason', 'minutes'])
    const from = address?.(c)
    const wish = {
      dialogueId,
      reason: typed.reason,
      minutes: Number(typed.minutes),
      ...(from === undefined ? {} : { address: from }),
    }
    try {
      await store.atomically(stores => breakGlass(stores, signedInOf(c).member, wish, nowMs()))
    } catch (thrown) {
      return glassPage(c, dialogueId, refusedForm(c, thrown, typed))
    }
    return c.redirect(withNotice(`/chats/${encodeURIComponent(dialogueId)}`, 'glassOpened'), 303)
  })
  return app
}

function glassPage(c: Context<WebEnv>, id: string, refused?: Refused) {
  const words = c.get('words')
  const typed = refused?.typed ?? nothingTyped
  return page(c, {
    title: words.sharing.glassTitle,
    ...(refused ? { status: refused.status, notice: refused.notice } : {}),
    body: html`<h1>${words.sharing.glassTitle}</h1><p class="lead">${words.sharing.glassAbout}</p>
<section class="card"><form class="form" method="post" action="/admin/break-glass/${id}">
${field(words, typed, { name: 'reason', label: words.sharing.glassReason, hint: words.sharing.glassReasonHint, required: true })}
${field(words, refused ? typed : { values: { minutes: String(maxGlassMinutes / 2) }, problems: [] }, { name: 'minutes', label: words.sharing.glassMinutes, hint: words.sharing.glassMinutesHint, required: true })}
<div class="form-actions"><button class="btn danger">${words.sharing.glassOpen}</button><a class="btn quiet" href="/chats">${words.sharing.cancel}</a></div>
</form></section>`,
  })
}
