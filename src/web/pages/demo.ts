import { type Context, Hono } from 'hono'
import { html, raw } from 'hono/html'
import { type Demo, type DemoExchange, maxDemoExchanges, maxDemoQuestion } from '../../core/demo.ts'
import type { WebEnv } from '../context.ts'
import { answerNothing } from '../failure.ts'
import { page } from '../frame.ts'
import { renderMarkdown } from '../markdown.ts'
import { avatar } from '../views/avatar.ts'
import { nothingTyped, textArea, type Typed } from '../views/field.ts'
import type { Notice } from '../views/notice.ts'
import { readForm } from './form.ts'

/** Nobody looks at an empty page for longer; the answer is short. */
const answerWithinMs = 60_000

const carried = Array.from(
  { length: maxDemoExchanges },
  (_, index) => [`question${index}`, `answer${index}`] as const,
)

/** `/demo`: an answer without an account, where that is on. The page carries what was said; nothing else keeps it. */
export function demoRoutes(demo: Demo, addressOf: (c: Context) => string | undefined): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  app.use('/demo', async (c, next) => {
    if (!(await demo.isOn())) return answerNothing(c)
    if (c.get('signedIn')) return c.redirect('/chats')
    await next()
    return undefined
  })
  app.get('/demo', c => demoPage(c, []))
  app.post('/demo', async c => {
    const form = await readForm(c, ['text', ...carried.flat()])
    const question = form['text']?.trim() ?? ''
    const earlier = carried
      .map(([asked, answered]) => ({ question: form[asked] ?? '', answer: form[answered] ?? '' }))
      .filter(exchange => exchange.question !== '' && exchange.answer !== '')
    const code = question === '' ? 'required' : question.length > maxDemoQuestion ? 'too_long' : undefined
    if (code) {
      const typed = { values: { text: question }, problems: [{ field: 'text', code }] } as const
      return demoPage(c, earlier, { typed, status: 422 })
    }
    const answer = await demo.answer({
      question,
      earlier,
      address: addressOf(c),
      signal: AbortSignal.any([c.req.raw.signal, AbortSignal.timeout(answerWithinMs)]),
    })
    if (answer.kind === 'answered') return demoPage(c, [...earlier, { question, answer: answer.text }])
    const words = c.get('words').demo
    const typed = { values: { text: question }, problems: [] }
    if (answer.kind === 'failed')
      return demoPage(c, earlier, { typed, status: 503, notice: { kind: 'bad', text: words.failed } })
    const text = answer.by === 'visitor' ? words.visitorSpent : words.everybodySpent
    return demoPage(c, earlier, { typed, status: 429, notice: { kind: 'note', text } })
  })
  return app
}

function demoPage(
  c: Context<WebEnv>,
  exchanges: readonly DemoExchange[],
  { typed = nothingTyped, status = 200, notice }: Shown = {},
) {
  const words = c.get('words')
  const { demo } = words
  return page(c, {
    title: demo.title,
    status,
    ...(notice ? { notice } : {}),
    scripts: ['hints.js'],
    body: html`<h1>${demo.title}</h1><p class="lead">${demo.about}</p>
${exchanges.map(exchange => exchangeView(c, exchange))}
<form class="form" method="post" action="/demo" data-hints>
${exchanges.slice(-maxDemoExchanges).map(({ question, answer }, index) => html`<input type="hidden" name="question${index}" value="${question}"><input type="hidden" name="answer${index}" value="${answer}">`)}
${textArea(words, typed, { name: 'text', label: demo.question, hint: demo.questionHint, required: true, max: maxDemoQuestion })}
<div class="form-actions"><button class="btn primary">${demo.ask}</button></div>
</form>
<p class="other">${demo.more} <a href="/register">${words.accounts.goRegister}</a></p>`,
  })
}

interface Shown {
  readonly typed?: Typed
  readonly status?: 200 | 422 | 429 | 503
  readonly notice?: Notice
}

function exchangeView(c: Context<WebEnv>, { question, answer }: DemoExchange) {
  const { demo, dialogue } = c.get('words')
  return html`<article class="card" aria-label="${demo.you}">
<p class="row">${avatar({ id: 'visitor', name: demo.you })}<strong>${demo.you}</strong></p>
<div class="prose">${raw(renderMarkdown(question))}</div>
</article>
<article class="card" aria-label="${dialogue.parley}">
<p class="row">${avatar({ id: 'parley', name: dialogue.parley })}<strong>${dialogue.parley}</strong></p>
<div class="prose">${raw(renderMarkdown(answer))}</div>
</article>`
}
