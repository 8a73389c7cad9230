import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { breakGlass, closeGlass, type GlassEntry, maxGlassMinutes } from '../../core/break-glass.ts'
import { ParleyError } from '../../core/errors.ts'
import type { WebEnv } from '../context.ts'
import { cutPage } from '../cut-page.ts'
import { withNotice } from '../frame.ts'
import { readForm, type Refused, refusedForm } from '../pages/form.ts'
import { signedInOf } from '../pages/member-only.ts'
import { adminHead } from '../views/admin-head.ts'
import { field, nothingTyped } from '../views/field.ts'
import { pager } from '../views/pager.ts'
import { when } from '../views/when.ts'
import { actOf, adminOnly, adminPage, adminPath, checkManagesAll, within } from './admin.ts'
import type { AdminPages } from './admin-pages.ts'

const pageSize = 30

/** Dialogues that were opened to who is not in them: those open now, those before, and a way to open one. */
export function glassListRoutes(deps: AdminPages): Hono<WebEnv> {
  const { store, nowMs } = deps
  const app = new Hono<WebEnv>()
  app.use('/admin/glass/*', adminOnly(store.workspaceRoles), async (c, next) => {
    checkManagesAll(c)
    await next()
  })
  app.get('/admin/glass', c => glassList(c, deps))
  app.post('/admin/glass', async c => {
    const typed = await readForm(c, ['dialogue', 'reason', 'minutes'])
    const dialogueId = dialogueIn(typed.dialogue)
    const { atMs, address } = actOf(c, deps)
    const wish = {
      dialogueId,
      reason: typed.reason,
      minutes: Number(typed.minutes),
      ...(address === undefined ? {} : { address }),
    }
    try {
      await store.atomically(stores => breakGlass(stores, signedInOf(c).member, wish, atMs))
    } catch (thrown) {
      return glassList(c, deps, refusedForm(c, orUnknown(thrown), typed))
    }
    return c.redirect(withNotice(`/chats/${encodeURIComponent(dialogueId)}`, 'glassOpened'), 303)
  })
  app.post('/admin/glass/:id/close', async c => {
    const { address } = actOf(c, deps)
    const act = { member: signedInOf(c).member, atMs: nowMs(), ...(address === undefined ? {} : { address }) }
    await store.atomically(stores => closeGlass(stores, act, c.req.param('id')))
    return c.redirect(withNotice(adminPath(c, 'glass'), 'glassClosed'), 303)
  })
  return app
}

/** Pasted as an address or typed as an id. */
function dialogueIn(typed: string): string {
  return /\/chats\/([^/?#\s]+)/.exec(typed)?.[1] ?? typed.trim()
}

function orUnknown(thrown: unknown): unknown {
  if (!(thrown instanceof ParleyError) || thrown.code !== 'not_found') return thrown
  return new ParleyError('invalid', 'There is no such dialogue.', {
    fields: [{ field: 'dialogue', code: 'not_offered' }],
  })
}

async function glassList(c: Context<WebEnv>, { store, nowMs }: AdminPages, refused?: Refused) {
  const words = c.get('words')
  const before = c.req.query('before')
  const found = await store.breakGlasses.list({
    limit: pageSize + 1,
    ...(before === undefined ? {} : { before }),
  })
  const { items: rows, last } = cutPage(found, pageSize)
  const atMs = nowMs()
  const open = rows.filter(({ untilMs }) => untilMs > atMs)
  const past = rows.filter(({ untilMs }) => untilMs <= atMs)
  const next = last && adminPath(c, 'glass', { before: last.id })
  const title = words.admin.sections.glass
  return adminPage(c, 'glass', {
    title,
    refused,
    body: html`${adminHead({ title, about: words.glass.about })}<div class="column broad">
<section class="card" aria-labelledby="open-now"><h2 id="open-now">${words.glass.now}</h2>${open.length === 0 ? html`<p class="about">${words.glass.noneNow}</p>` : html`<ul class="plain rows">${open.map(entry => row(c, entry, true))}</ul>`}</section>
${form(c, refused)}
<section class="card" aria-labelledby="past"><h2 id="past">${words.glass.past}</h2>${past.length === 0 ? html`<p class="about">${words.glass.nonePast}</p>` : html`<ul class="plain rows">${past.map(entry => row(c, entry, false))}</ul>`}</section>
${pager(words, { first: before === undefined ? undefined : adminPath(c, 'glass'), next })}</div>`,
  })
}

function form(c: Context<WebEnv>, refused?: Refused) {
  const words = c.get('words')
  const { sharing, glass } = words
  const usual = { values: { minutes: String(maxGlassMinutes / 2) }, problems: [] }
  const typed = refused?.typed ?? nothingTyped
  return html`<section class="card" aria-labelledby="open-one"><h2 id="open-one">${glass.newTitle}</h2><form class="form" method="post" action="${within(c, '/admin/glass')}">
${field(words, typed, { name: 'dialogue', label: glass.dialogue, hint: glass.dialogueHint, autocomplete: 'off', required: true })}
${field(words, typed, { name: 'reason', label: sharing.glassReason, hint: sharing.glassReasonHint, required: true })}
${field(words, refused ? typed : usual, { name: 'minutes', label: sharing.glassMinutes, hint: sharing.glassMinutesHint, inputmode: 'numeric', required: true })}
<div class="form-actions"><button class="btn danger">${glass.open}</button></div></form></section>`
}

function row(c: Context<WebEnv>, entry: GlassEntry, isOpen: boolean) {
  const { glass } = c.get('words')
  const where = whereOf(c, entry)
  const mine = signedInOf(c).member.id === entry.memberId
  return html`<li><div><b>${where}</b> <span class="meta">${glass.by(entry.nickname)}</span>
<p>${entry.reason}</p><p class="meta">${glass.at} ${when(c, entry.openedAtMs)} · ${glass.until} ${when(c, entry.untilMs)}</p></div>
${isOpen && mine ? html`<a class="btn" href="/chats/${entry.dialogueId}">${glass.read}</a>` : ''}
${isOpen ? html`<form method="post" action="${within(c, `/admin/glass/${entry.id}/close`)}"><button class="btn danger" aria-label="${glass.closeNamed(entry.nickname)}">${glass.close}</button></form>` : ''}</li>`
}

/** Where it is, and not what it is about: its title tells what was said. */
function whereOf(c: Context<WebEnv>, { place, channelName, direct }: GlassEntry): string {
  const { glass } = c.get('words')
  if (place.platform === 'web') return glass.onWeb
  return direct
    ? glass.direct(place.platform)
    : glass.inChannel(place.platform, channelName ?? place.channelId)
}
