import { type Context, Hono } from 'hono'
import { html, raw } from 'hono/html'
import { ParleyError } from '../../core/errors.ts'
import type { Receipt } from '../../core/receipt.ts'
import type { Language } from '../../core/member.ts'
import { type Words, wordsIn } from '../../core/words.ts'
import type { WebEnv } from '../context.ts'
import { page } from '../frame.ts'
import { renderMarkdown } from '../markdown.ts'
import { memberOnly } from '../pages/member-only.ts'
import type { Html } from '../views/html.ts'
import { when } from '../views/when.ts'
import { type ChatPages, isPart, readerOf } from './chat-pages.ts'

/** What is folded away under a message: a page of its own, and a piece of the dialogue's page for its script. */
export function foldRoutes(deps: ChatPages): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  app.use('/messages/:id/versions', memberOnly)
  app.use('/turns/:id/receipt', memberOnly)
  app.get('/messages/:id/versions', async c => {
    const { viewer } = await readerOf(c, deps)
    const words = c.get('words').dialogue
    const versions = await deps.history.versions(viewer, c.req.param('id'))
    if (versions.length === 0) throw new ParleyError('not_found', 'There are no earlier versions.')
    const body = html`${versions.map(({ text, replacedAtMs }) => html`<section class="version"><p class="meta">${when(c, replacedAtMs)} ${words.replaced}</p><div class="prose">${raw(renderMarkdown(text))}</div></section>`)}`
    return folded(c, words.versions, body)
  })
  app.get('/turns/:id/receipt', async c => {
    const { viewer } = await readerOf(c, deps)
    const words = c.get('words').dialogue.receipt
    const turn = await deps.changes.turn(c.req.param('id'))
    if (!turn || !(await deps.history.find(viewer, turn.dialogueId)))
      throw new ParleyError('not_found', 'There is no such answer.')
    const receipt = await deps.history.receipt(viewer, turn.id)
    const body = receipt
      ? receiptView(words, receipt, c.get('language'))
      : html`<p class="meta">${words.none}</p>`
    return folded(c, words.title, body)
  })
  return app
}

function folded(c: Context<WebEnv>, title: string, body: Html) {
  if (isPart(c, 'fold')) return c.html(html`<div class="fold">${body}</div>`)
  return page(c, { title, body: html`<h1>${title}</h1><section class="card">${body}</section>` })
}

function receiptView(
  words: Words['dialogue']['receipt'],
  { agent, messages, tokens, provider, tried = [] }: Receipt,
  language: Language,
): Html {
  const all = messages.included + messages.summarised + messages.dropped
  const amount = (count: number) => count.toLocaleString(language)
  const row = (name: string, count: number) =>
    count === 0
      ? ''
      : html`<tr><th scope="row">${name}</th><td class="align-right">${amount(count)}</td></tr>`
  const { agents } = wordsIn(language)
  return html`${agent ? html`<p>${agents.receiptBy(agent.name, agent.version)}</p>` : ''}<p>${words.messages(messages.included, all)}${messages.summarised > 0 ? html`, ${words.summarised(messages.summarised)}` : ''}${messages.dropped > 0 ? html`, ${words.dropped(messages.dropped)}` : ''}.</p>
<table class="receipt"><caption class="unseen">${words.tokens}</caption><tbody>
${row(words.instructions, tokens.instructions)}${row(agents.receiptNotes, tokens.notes ?? 0)}${row(agents.receiptKnowledge, tokens.knowledge ?? 0)}${row(agents.receiptGuide, tokens.guide ?? 0)}${row(words.asked, tokens.asked)}${row(words.summary, tokens.summary)}${row(words.history, tokens.history)}${row(words.reserved, tokens.reserved)}${row(words.limit, tokens.limit)}
</tbody></table>
${provider === undefined ? '' : html`<p class="meta">${words.answeredBy(provider)}${tried.map(one => html` ${words.couldNot(one.provider)}`)}</p>`}`
}
