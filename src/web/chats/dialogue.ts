import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { toParleyError } from '../../core/errors.ts'
import type { OpenedDialogue, ShownMessage } from '../../core/history.ts'
import type { SignedIn, WebEnv } from '../context.ts'
import { page } from '../frame.ts'
import { readForm } from '../pages/form.ts'
import { memberOnly } from '../pages/member-only.ts'
import { sentenceOf, statusOf } from '../problem.ts'
import { nothingThere } from '../standing.ts'
import type { Html } from '../views/html.ts'
import type { Notice } from '../views/notice.ts'
import { agentForm } from './agent-choice.ts'
import { type ChatPages, isPart, listOf, messageUrl, readerOf, timeZoneOf } from './chat-pages.ts'
import { composer, saidIn } from './composer.ts'
import { dialogueMenu } from './dialogue-menu.ts'
import { whereOf } from './list.ts'
import { messageArticle } from './message.ts'
import { spokenWords } from './spoken-words.ts'
import { shownTitle } from '../views/title.ts'

/** Messages at first, and with each step back. */
const messagesOnPage = 50

/** `/chats/:id`: a dialogue to read and go on with. */
export function dialogueRoutes(deps: ChatPages): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  app.use('/chats/:id', memberOnly)
  app.get('/chats/:id', async c => {
    const signedIn = await readerOf(c, deps)
    return dialoguePage(c, deps, signedIn, c.req.param('id'))
  })
  app.post('/chats/:id', async c => {
    const signedIn = await readerOf(c, deps)
    const id = c.req.param('id')
    const { text, once } = await readForm(c, ['text', 'once'])
    if (text.trim() === '') return c.redirect(`/chats/${id}`, 303)
    try {
      await deps.talk.send(signedIn, id, saidIn(text, once))
      return c.redirect(`/chats/${id}#end`, 303)
    } catch (thrown) {
      const error = toParleyError(thrown)
      if (statusOf(error.code) >= 500 || error.code === 'not_found') throw thrown
      const notice: Notice = { kind: 'bad', text: sentenceOf(c.get('words'), error) }
      return dialoguePage(c, deps, signedIn, id, { typed: text, notice, status: statusOf(error.code) })
    }
  })
  return app
}

interface Refused {
  readonly typed: string
  readonly notice: Notice
  readonly status: ReturnType<typeof statusOf>
}

async function dialoguePage(
  c: Context<WebEnv>,
  deps: ChatPages,
  signedIn: SignedIn,
  id: string,
  refused?: Refused,
) {
  const { viewer } = signedIn
  // First: what changes while the rest is read is told again, rather than never.
  const now = await deps.changes.newest(id, 1)
  const before = Number.parseInt(c.req.query('before') ?? '', 10)
  const [entry, { messages, more }] = await Promise.all([
    deps.history.find(viewer, id),
    deps.history.messages(viewer, id, {
      limit: messagesOnPage,
      ...(Number.isSafeInteger(before) ? { before } : {}),
    }),
  ])
  if (!now || !entry) throw nothingThere()
  const shown = flow(c, deps, signedIn, entry, messages, more)
  if (isPart(c, 'messages')) return c.html(shown)
  const [agents, list] = await Promise.all([
    entry.thread.platform === 'web' ? agentForm(c, deps, id, now.head?.agent) : html``,
    listOf(c, deps, id),
  ])
  return page(c, {
    title: shownTitle(c.get('words'), entry.title),
    list,
    wide: true,
    scripts: ['dialogue.js'],
    refused,
    body: html`${top(c, deps, entry, agents)}
<div class="flow" id="flow" tabindex="-1" data-dialogue="${id}" data-platform="${entry.thread.platform}" data-access="${entry.access}" data-cursor="${now.revision}" data-branch="${now.head?.branchId ?? ''}"><div class="messages" id="messages" role="log" aria-label="${entry.title}">
${shown}
</div><span id="end"></span></div>
<p class="newest" hidden><button type="button" class="btn" data-do="newest">↓ ${c.get('words').dialogue.newest}</button></p>
<form id="act" method="post" action="/chats/${id}/act"></form>
${foot(c, signedIn, entry, refused?.typed)}
${spokenWords(c.get('words'), signedIn.member)}`,
  })
}

function flow(
  c: Context<WebEnv>,
  { urlOf }: ChatPages,
  { viewer }: SignedIn,
  entry: OpenedDialogue,
  messages: readonly ShownMessage[],
  more: boolean,
): Html {
  const words = c.get('words').dialogue
  const reader = {
    viewer,
    language: c.get('language'),
    timeZone: timeZoneOf(c),
    urlOf: (ref: string) => messageUrl(urlOf, entry.thread, ref),
  }
  const [first] = messages
  if (!first) return html`<p class="empty" id="nothing">${words.nothing}</p>`
  return html`${more ? html`<p class="earlier"><a class="btn quiet" rel="prev" data-do="earlier" href="/chats/${entry.id}?before=${first.position}">${words.older}</a></p>` : ''}${messages.map(message => messageArticle(message, reader))}`
}

function top(c: Context<WebEnv>, { urlOf }: ChatPages, entry: OpenedDialogue, agents: Html): Html {
  const { dialogue, chats } = c.get('words')
  const { platform } = entry.thread
  const url = platform === 'web' ? undefined : urlOf(entry.thread)
  const about = [whereOf(chats, entry), audienceOf(c, entry)].filter(Boolean).join(' · ')
  return html`<header class="top"><a class="back btn quiet square" href="/chats" aria-label="${dialogue.back}">‹</a><div class="top-title"><h1 id="title">${shownTitle({ chats }, entry.title)}</h1><span class="meta">${about}</span></div><span class="spacer"></span>${
    url === undefined
      ? ''
      : html`<a class="btn open-in" href="${url}" rel="noopener" target="_blank">${dialogue.openIn(chats.platforms[platform])}</a>`
  }${dialogueMenu(dialogue, entry, agents)}</header>`
}

/** Who can see this, in words. */
function audienceOf(c: Context<WebEnv>, { access, direct, readers, thread }: OpenedDialogue): string {
  const words = c.get('words').dialogue
  if (access === 'glass') return words.glass
  if (thread.platform === 'web') return access === 'own' ? '' : words.visibleToInvited
  if (direct) return words.visibleToYou
  return readers === undefined ? words.visibleToChannel : words.visibleToReaders(readers)
}

function foot(
  c: Context<WebEnv>,
  { member }: SignedIn,
  { id, access, thread }: OpenedDialogue,
  typed?: string,
): Html {
  const { dialogue, chats } = c.get('words')
  if (access === 'glass') return html`<p class="read-only meta">${dialogue.readOnly}</p>`
  const placeholder =
    thread.platform === 'web'
      ? dialogue.replyHere(member.nickname)
      : dialogue.replyThere(member.nickname, chats.platforms[thread.platform])
  return composer(dialogue, {
    action: `/chats/${id}`,
    canStop: true,
    placeholder,
    ...(typed === undefined ? {} : { typed }),
  })
}
