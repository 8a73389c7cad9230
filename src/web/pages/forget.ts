import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import type { Erasure } from '../../core/erasure.ts'
import { forgetDialogue } from '../../core/erasure.ts'
import { ParleyError } from '../../core/errors.ts'
import type { WebEnv } from '../context.ts'
import { page } from '../frame.ts'
import { field, nothingTyped } from '../views/field.ts'
import { presentPassword } from '../views/profile.ts'
import { readForm, type Refused, refusedForm } from './form.ts'
import type { KeepingPages } from './keeping-pages.ts'
import { memberOnly, signedInOf } from './member-only.ts'
import { shownTitle } from '../views/title.ts'

/**
 * `/forget` erases a person, `/chats/:id/forget` what they have in one dialogue; both ask first and give a receipt,
 * which is all that is left.
 */
export function forgetRoutes(deps: KeepingPages): Hono<WebEnv> {
  const { store, history, nowMs } = deps
  const app = new Hono<WebEnv>()
  app.get('/forget/receipt/:id', async c => {
    const erasure = await store.erasures.find(c.req.param('id'))
    if (!erasure) throw new ParleyError('not_found', 'There is no such receipt.')
    return receiptPage(c, erasure)
  })
  app.use('/forget', memberOnly)
  app.use('/chats/:id/forget', memberOnly)
  app.get('/forget', c => forgetPage(c))
  app.post('/forget', async c => {
    const { member } = signedInOf(c)
    const { username, currentPassword } = await readForm(c, ['username', 'currentPassword'])
    try {
      if (username.trim().toLowerCase() !== member.username.toLowerCase()) throw otherName()
      const address = deps.address?.(c)
      const from = address === undefined ? {} : { address }
      const id = await deps.accounts.deleteAccount(member.id, { currentPassword }, from)
      return c.redirect(`/forget/receipt/${id}`, 303)
    } catch (thrown) {
      return forgetPage(c, refusedForm(c, thrown, { username }))
    }
  })
  app.get('/chats/:id/forget', async c => {
    const entry = await history.find(signedInOf(c).viewer, c.req.param('id'))
    if (!entry || entry.access === 'glass') throw new ParleyError('not_found', 'There is no such dialogue.')
    return dialoguePage(c, entry)
  })
  app.post('/chats/:id/forget', async c => {
    const erasure = await forgetDialogue(deps, signedInOf(c).viewer, c.req.param('id'), nowMs())
    return c.redirect(`/forget/receipt/${erasure.id}`, 303)
  })
  return app
}

function copies(c: Context<WebEnv>, base: string) {
  const words = c.get('words').sharing
  return html`<p class="row"><a class="btn" href="${base}export.json" download>${words.exportJson}</a><a class="btn" href="${base}export.md" download>${words.exportMarkdown}</a></p>`
}

const otherName = () =>
  new ParleyError('invalid', 'This is not their username.', {
    fields: [{ field: 'username', code: 'different' }],
  })

function forgetPage(c: Context<WebEnv>, refused?: Refused) {
  const words = c.get('words')
  const { member } = signedInOf(c)
  const typed = refused?.typed ?? nothingTyped
  return page(c, {
    title: words.sharing.forgetTitle,
    refused,
    body: html`<h1>${words.sharing.forgetTitle}</h1><p class="lead">${words.sharing.forgetAbout} ${words.sharing.forgetKeeps}</p>
<section class="card" aria-labelledby="copy"><h2 id="copy">${words.sharing.exportTitle}</h2><p class="about">${words.sharing.forgetFirst} ${words.sharing.exportAbout}</p>${copies(c, '/')}</section>
<section class="card" aria-labelledby="sure"><h2 id="sure">${words.sharing.forget}</h2>
<form class="form" method="post" action="/forget">
${field(words, typed, { name: 'username', label: words.sharing.forgetUsername, hint: words.sharing.forgetConfirm(member.username), autocomplete: 'off', required: true })}
${presentPassword(words, typed, member.hasPassword)}
<div class="form-actions"><button class="btn danger">${words.sharing.forget}</button><a class="btn quiet" href="/profile">${words.sharing.cancel}</a></div>
</form></section>`,
  })
}

function dialoguePage(c: Context<WebEnv>, entry: { id: string; title: string; access: string }) {
  const words = c.get('words').sharing
  const own = entry.access === 'own'
  const path = `/chats/${entry.id}`
  const title = shownTitle(c.get('words'), entry.title)
  return page(c, {
    title: words.forgetDialogueTitle,
    body: html`<h1>${words.forgetDialogueTitle}</h1>
<p class="lead">${own ? words.forgetDialogueOwn(title) : words.forgetDialogueMine(title)}</p>
<p>${words.forgetKeeps}</p><p class="about">${words.forgetFirst}</p>${copies(c, `${path}/`)}
<form class="form" method="post" action="${path}/forget"><div class="form-actions"><button class="btn danger">${own ? words.forgetDialogue : words.forgetDialogueMineButton}</button><a class="btn quiet" href="${path}">${words.back}</a></div></form>`,
  })
}

function receiptPage(c: Context<WebEnv>, { id, counts, endedAtMs }: Erasure) {
  const words = c.get('words').sharing
  const done = endedAtMs !== undefined
  const title = done ? words.receiptTitle : words.receiptRunning
  const kinds = ['dialogues', 'messages', 'answers', 'identities', 'decisions'] as const
  return page(c, {
    title,
    body: html`<h1>${title}</h1><p class="lead">${done ? words.receiptAbout : words.receiptRunningAbout}</p>
<table class="table"><tbody>${kinds.map(kind => html`<tr><th scope="row">${words.counts[kind]}</th><td class="n">${counts[kind].toLocaleString(c.get('language'))}</td></tr>`)}</tbody></table>
${done ? '' : html`<p class="other"><a class="btn" href="/forget/receipt/${id}">${words.receiptReload}</a></p>`}`,
  })
}

/** The card of the profile for taking a copy. */
export function copyCard(c: Context<WebEnv>) {
  const words = c.get('words').sharing
  return html`<section class="card" aria-labelledby="take-copy"><h2 id="take-copy">${words.exportTitle}</h2><p class="about">${words.exportAbout}</p>${copies(c, '/')}</section>`
}
