import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { toParleyError } from '../../core/errors.ts'
import type { WebEnv } from '../context.ts'
import { page } from '../frame.ts'
import { readForm } from '../pages/form.ts'
import { memberOnly, signedInOf } from '../pages/member-only.ts'
import { sentenceOf, statusOf } from '../problem.ts'
import type { Notice } from '../views/notice.ts'
import { agentSelect } from './agent-choice.ts'
import { type ChatPages, isPart, listOf, readerOf } from './chat-pages.ts'
import { composer, saidIn } from './composer.ts'
import { spokenWords } from './spoken-words.ts'

/** `/chats`: everything one may see, and where a new chat begins. */
export function chatsRoutes(deps: ChatPages): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  app.use('/chats', memberOnly)
  app.use('/chats/new', memberOnly)
  app.get('/chats', async c => {
    await readerOf(c, deps)
    // The page's own script asks for the list alone, as one types or comes back.
    if (isPart(c, 'list')) return c.html(await listOf(c, deps, c.req.query('open')))
    return beginning(c, deps, { view: 'list' })
  })
  app.get('/chats/new', async c => {
    await readerOf(c, deps)
    return beginning(c, deps, { view: 'body', typed: c.req.query('text') ?? '' })
  })
  app.post('/chats', async c => {
    const signedIn = await readerOf(c, deps)
    const { text, once, agent } = await readForm(c, ['text', 'once', 'agent'])
    if (text.trim() === '') return c.redirect('/chats/new', 303)
    try {
      const { dialogueId } = await deps.talk.start(signedIn, {
        ...saidIn(text, once),
        ...(agent === '' ? {} : { agent }),
      })
      return c.redirect(`/chats/${dialogueId}`, 303)
    } catch (thrown) {
      const error = toParleyError(thrown)
      if (statusOf(error.code) >= 500) throw thrown
      const notice: Notice = { kind: 'bad', text: sentenceOf(c.get('words'), error) }
      return beginning(c, deps, { view: 'body', typed: text, notice, status: statusOf(error.code) })
    }
  })
  return app
}

interface Beginning {
  readonly view: 'list' | 'body'
  readonly typed?: string
  readonly notice?: Notice
  readonly status?: ReturnType<typeof statusOf>
}

async function beginning(
  c: Context<WebEnv>,
  deps: ChatPages,
  { view, typed = '', notice, status }: Beginning,
) {
  const { chats, dialogue } = c.get('words')
  const agents = await agentSelect(c, deps)
  return page(c, {
    title: view === 'list' ? chats.title : chats.newTitle,
    list: await listOf(c, deps),
    view,
    wide: true,
    scripts: ['chats.js'],
    ...(notice ? { notice } : {}),
    ...(status === undefined ? {} : { status }),
    body: html`<div class="flow begin"><div class="begin-middle">
<a class="back btn quiet" href="/chats">‹ ${chats.title}</a>
${view === 'list' ? html`<h2>${chats.ask}</h2>` : html`<h1>${chats.ask}</h1>`}<p class="lead">${chats.askAbout}</p>
<p class="tries">${chats.tries.map(text => html`<a class="chip" href="/chats/new?text=${encodeURIComponent(text)}">${text}</a>`)}</p>
</div></div>
${composer(dialogue, { action: '/chats', placeholder: chats.placeholder, typed, autofocus: view === 'body', agents })}
${spokenWords(c.get('words'), signedInOf(c).member)}`,
  })
}
