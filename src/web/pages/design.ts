import { Hono } from 'hono'
import { html } from 'hono/html'
import type { WebEnv } from '../context.ts'
import { page } from '../frame.ts'
import { avatar } from '../views/avatar.ts'
import { field, nothingTyped, select, textArea, type Typed } from '../views/field.ts'
import { icon } from '../views/icon.ts'
import { noticeBar } from '../views/notice.ts'
import type { Words } from '../../core/words.ts'

const wrong: Typed = { values: { taken: 'ada' }, problems: [{ field: 'taken', code: 'taken' }] }

/** The parts that pages are made of, as they really are. For who builds pages: it is in English only. */
export function designRoutes(): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  app.get('/design', c =>
    page(c, {
      title: 'Design system',
      body: html`<h1>Design system</h1>
<p class="lead">Calm paper, one accent. The colour of a state stands on that state alone. <a href="/design/beside">Beside a list</a></p>
${buttons()}${notices()}${people()}${forms(c.get('words'))}${texts()}`,
    }),
  )
  app.get('/design/beside', c =>
    page(c, {
      title: 'Beside a list',
      view: c.req.query('view') === 'list' ? 'list' : 'body',
      list: items(),
      notice: { kind: 'note', text: 'In a narrow window the list and this are two views.' },
      body: beside(),
    }),
  )
  return app
}

function items() {
  return html`<h2>Today</h2>
<a class="item" href="/design/beside" aria-current="page"><b>Why did the export time out?</b><span class="dot"></span><span class="meta">#support · Slack · Ada, Grace</span></a>
<a class="item" href="/design/beside"><b>Draft the incident note</b><small>10:42</small><span class="meta">Web · only you</span></a>
<h2>Yesterday</h2>
<a class="item" href="/design/beside"><b>한국어 릴리스 노트 다듬기</b><small>Thu</small><span class="meta">Web · shared publicly</span></a>`
}

function beside() {
  return html`<header class="top"><a class="btn quiet square back" href="/design/beside?view=list" aria-label="Back to the list">${icon('back')}</a>
<div><h1>Why did the export time out?</h1><p class="meta">#support in Acme · visible to the 41 people in the channel</p></div><span class="spacer"></span><button class="btn">Share</button></header>
<div class="empty"><h2>Nothing was said yet</h2><p>Ask something, and the answer appears here as it is written.</p><a class="btn primary" href="/design">Back to the parts</a></div>`
}

function buttons() {
  return html`<section class="card" aria-labelledby="d-buttons"><h2 id="d-buttons">Buttons and chips</h2>
<p class="about">One primary button on a page.</p>
<div class="row"><button class="btn primary">Send</button><button class="btn">Share</button><button class="btn quiet">Cancel</button><button class="btn danger">Delete</button><button class="btn" disabled>Not now</button><a class="btn" href="#d-buttons">A link</a></div>
<p class="row"><span class="chip">Support agent</span><span class="chip good">Confirmed</span><span class="chip warn">Near the limit</span><span class="chip bad">Refused</span><span class="chip"><span class="dot"></span>Answering</span><kbd>/</kbd></p>
</section>`
}

function notices() {
  return html`<section class="card" aria-labelledby="d-notices"><h2 id="d-notices">Notices</h2>
<p class="about">What happened, what to do, one button.</p>
${noticeBar({ kind: 'good', text: 'Your profile is saved.' })}
${noticeBar({ kind: 'note', text: 'This dialogue is read only.' })}
${noticeBar({ kind: 'warn', text: 'Confirm your address.', action: html`<button class="btn">Send it again</button>` })}
${noticeBar({ kind: 'bad', text: 'That did not reach Slack. Nothing was lost.', action: html`<button class="btn">Try again</button>` })}
</section>`
}

function people() {
  const names = ['Ada', 'Grace', 'Linus', '하나', 'Hal', 'Edsger', 'Barbara', 'Alan']
  return html`<section class="card" aria-labelledby="d-people"><h2 id="d-people">People</h2>
<p class="row">${names.map((name, index) => avatar({ id: String.fromCodePoint(index), name }))}${avatar({ id: 'a', name: 'Ada' }, 'large')}</p>
</section>`
}

function forms(words: Words) {
  return html`<section class="card" aria-labelledby="d-forms"><h2 id="d-forms">Forms</h2>
<p class="about">An error stands beside its field, and what was typed stays.</p>
<form class="form" method="get">
<div class="pair">${field(words, nothingTyped, { name: 'nickname', label: 'Nickname', hint: 'What others see.' })}${field(words, wrong, { name: 'taken', label: 'Username' })}</div>
${select(words, nothingTyped, { name: 'language', label: 'Language' }, [
  { value: 'en', text: 'English' },
  { value: 'ko', text: '한국어', lang: 'ko' },
])}
${textArea(words, nothingTyped, { name: 'instructions', label: 'Instructions', hint: 'Added to every answer.' })}
<label class="check"><input type="checkbox" name="mail" checked>Mail me what happens to my account</label>
<div class="form-actions"><button class="btn primary">Save</button></div>
</form></section>`
}

function texts() {
  return html`<section class="card" aria-labelledby="d-text"><h2 id="d-text">Text</h2>
<div class="prose"><p>Words first: 15 px in a column of 760, with <a href="#d-text">links</a> and <code>code</code>.</p>
<pre tabindex="0"><code>const upload = await store.resume(exportId)</code></pre>
<blockquote><p>They fail in different places.</p></blockquote>
<table><thead><tr><th>Step</th><th>12 Nov</th></tr></thead><tbody><tr><td>Query</td><td>8 m 41 s</td></tr></tbody></table></div>
<p class="meta">Small and quiet: <time>10:42</time><span class="caret" aria-hidden="true"></span></p>
</section>`
}
