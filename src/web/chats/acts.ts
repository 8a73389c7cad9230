import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { ParleyError } from '../../core/errors.ts'
import type { WebEnv } from '../context.ts'
import { page } from '../frame.ts'
import { readForm } from '../pages/form.ts'
import { memberOnly } from '../pages/member-only.ts'
import { type ChatPages, readerOf } from './chat-pages.ts'
import { shownTitle } from '../views/title.ts'

const acts = ['regenerate', 'stop', 'pin', 'unpin', 'branch', 'skip'] as const
type Act = (typeof acts)[number]

/** What one does with a dialogue besides writing in it. */
export function actRoutes(deps: ChatPages): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  for (const path of ['act', 'rename', 'remove', 'agent']) app.use(`/chats/:id/${path}`, memberOnly)
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
  app.post('/chats/:id/agent', async c => {
    const id = c.req.param('id')
    const { agent } = await readForm(c, ['agent'])
    await deps.talk.chooseAgent(await readerOf(c, deps), id, agent === '' ? null : agent)
    return c.redirect(`/chats/${id}`, 303)
  })
  app.get('/chats/:id/remove', c => removePage(c, deps, c.req.param('id')))
  app.post('/chats/:id/remove', async c => {
    await deps.talk.remove(await readerOf(c, deps), c.req.param('id'))
    return c.redirect('/chats', 303)
  })
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
    case 'skip':
      return talk.send(signedIn, id, { text: c.get('words').agents.skipWord, clientId: `skip-${value}` })
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
    body: html`<h1>${shownTitle(c.get('words'), entry.title)}</h1><section class="card"><p>${isOwnWeb ? words.removeAbout : words.hide}</p>
<form method="post" class="row"><button class="btn danger">${isOwnWeb ? words.remove : words.hide}</button><a class="btn quiet" href="/chats/${id}">${words.cancel}</a></form></section>`,
  })
}
