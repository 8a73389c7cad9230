import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { ParleyError, toParleyError } from '../../core/errors.ts'
import type { WebEnv } from '../context.ts'
import { page } from '../frame.ts'
import { readForm } from '../pages/form.ts'
import { memberOnly } from '../pages/member-only.ts'
import { avatar } from '../views/avatar.ts'
import type { Notice } from '../views/notice.ts'
import { type ChatPages, readerOf } from './chat-pages.ts'

const acts = ['regenerate', 'stop', 'pin', 'unpin', 'branch'] as const
type Act = (typeof acts)[number]

/** What one does with a dialogue besides writing in it. */
export function actRoutes(deps: ChatPages): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  for (const path of ['act', 'rename', 'remove', 'people']) app.use(`/chats/:id/${path}`, memberOnly)
  app.post('/chats/:id/act', async c => {
    const id = c.req.param('id')
    const form = await readForm(c, acts)
    const asked = acts.find(act => form[act] !== '')
    if (!asked) throw new ParleyError('invalid', 'Nothing was asked for.')
    await act(c, deps, id, asked, form[asked])
    return c.redirect(`/chats/${id}#${asked === 'branch' ? 'messages' : 'end'}`, 303)
  })
  app.post('/chats/:id/rename', async c => {
    const id = c.req.param('id')
    const { title } = await readForm(c, ['title'])
    const { viewer } = await readerOf(c, deps)
    if (title.trim() !== '') await deps.history.rename(viewer, id, title)
    return c.redirect(`/chats/${id}`, 303)
  })
  app.get('/chats/:id/remove', c => removePage(c, deps, c.req.param('id')))
  app.post('/chats/:id/remove', async c => {
    await deps.talk.remove(await readerOf(c, deps), c.req.param('id'))
    return c.redirect('/chats', 303)
  })
  app.get('/chats/:id/people', c => peoplePage(c, deps, c.req.param('id')))
  app.post('/chats/:id/people', c => changePeople(c, deps, c.req.param('id')))
  return app
}

async function act(
  c: Context<WebEnv>,
  { talk, history, ...deps }: ChatPages,
  id: string,
  asked: Act,
  value: string,
) {
  const signedIn = await readerOf(c, { talk, history, ...deps })
  switch (asked) {
    case 'regenerate':
      return talk.regenerate(signedIn, id, value)
    case 'stop':
      return talk.stop(signedIn, value)
    case 'pin':
    case 'unpin':
      return history.setPinned(signedIn.viewer, id, asked === 'pin', deps.nowMs())
    case 'branch':
      return talk.switchBranch(signedIn, id, value === 'trunk' ? undefined : value)
  }
}

async function removePage(c: Context<WebEnv>, deps: ChatPages, id: string) {
  const { viewer } = await readerOf(c, deps)
  const entry = await deps.history.find(viewer, id)
  if (!entry) throw new ParleyError('not_found', 'There is no such dialogue.')
  const words = c.get('words').dialogue
  const isOwnWeb = entry.thread.platform === 'web' && entry.access === 'own'
  return page(c, {
    title: isOwnWeb ? words.remove : words.hide,
    body: html`<h1>${entry.title}</h1><section class="card"><p>${isOwnWeb ? words.removeAbout : words.hide}</p>
<form method="post" class="row"><button class="btn danger">${isOwnWeb ? words.remove : words.hide}</button><a class="btn quiet" href="/chats/${id}">${words.cancel}</a></form></section>`,
  })
}

async function peoplePage(c: Context<WebEnv>, { company, ...deps }: ChatPages, id: string, notice?: Notice) {
  const signedIn = await readerOf(c, { company, ...deps })
  const [entry, people] = await Promise.all([
    deps.history.find(signedIn.viewer, id),
    company.list(signedIn, id),
  ])
  const words = c.get('words').dialogue
  const isOwner = entry?.access === 'own'
  const others = people.map(({ memberId, nickname: name }) => {
    const isSelf = memberId === signedIn.member.id
    const act =
      isOwner || isSelf
        ? html`<form method="post"><button class="btn quiet" name="remove" value="${memberId}">${isSelf ? words.invite.leave : words.invite.takeOut}</button></form>`
        : ''
    return html`<li>${avatar({ id: memberId, name })}<div><b>${name}</b></div>${act}</li>`
  })
  return page(c, {
    title: words.invite.title,
    ...(notice ? { notice, status: 404 as const } : {}),
    body: html`<h1>${words.invite.title}</h1><p class="lead">${words.invite.about}</p>
<section class="card">${others.length === 0 ? html`<p>${words.invite.none}</p>` : html`<ul class="plain rows">${others}</ul>`}</section>
${isOwner ? html`<section class="card"><form method="post" class="row"><label for="who">${words.invite.who}</label><input id="who" name="who" required autocomplete="off"><button class="btn primary">${words.invite.add}</button></form></section>` : ''}
<p class="other"><a href="/chats/${id}">‹ ${entry?.title ?? ''}</a></p>`,
  })
}

async function changePeople(c: Context<WebEnv>, deps: ChatPages, id: string) {
  const signedIn = await readerOf(c, deps)
  const { who, remove } = await readForm(c, ['who', 'remove'])
  try {
    if (remove !== '') await deps.company.remove(signedIn, id, remove)
    else await deps.company.invite(signedIn, id, who.trim())
  } catch (thrown) {
    const error = toParleyError(thrown)
    if (error.code !== 'not_found' || remove !== '' || error.fields.length === 0) throw thrown
    return peoplePage(c, deps, id, { kind: 'bad', text: c.get('words').dialogue.invite.unknown })
  }
  const isGone = remove === signedIn.member.id
  return c.redirect(isGone ? '/chats' : `/chats/${id}/people`, 303)
}
