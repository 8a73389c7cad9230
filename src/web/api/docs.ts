import { Hono } from 'hono'
import { html } from 'hono/html'
import type { Words } from '../../core/words.ts'
import type { WebEnv } from '../context.ts'
import { page } from '../frame.ts'
import type { Html } from '../views/html.ts'
import { type ApiDescription, operationsIn } from './operations.ts'
import { type Described, readDescribed } from './described.ts'

/** `/api/docs`: the API to be read and searched, of the same description that programs get. */
export function docsRoutes(description: () => ApiDescription): Hono<WebEnv> {
  let read: readonly Described[] | undefined
  return new Hono<WebEnv>().get('/api/docs', c => {
    const document = description()
    read ??= Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
      operationsIn(item).map(([method, operation]) => readDescribed(document, { method, path, operation })),
    )
    const words = c.get('words').apiDocs
    const query = (c.req.query('q') ?? '').trim().slice(0, 100)
    const shown = read.filter(one => isFound(one, query))
    const groups = [...Map.groupBy(shown, one => one.tag)]
    return page(c, {
      title: words.title,
      scripts: ['docs.js'],
      body: html`<h1>${words.title}</h1><p class="lead">${words.about}</p><div class="api-docs">
${beginning(words, document.servers?.[0]?.url ?? '')}
<form class="docs-search field" method="get" action="/api/docs" role="search"><label for="docs-search">${words.search}</label><input id="docs-search" name="q" type="search" value="${query}" autocomplete="off" aria-keyshortcuts="/"><button class="btn">${words.find}</button></form>
<nav class="row docs-tags" aria-label="${words.parts}" lang="en">${groups.map(([tag]) => html`<a class="chip" href="#${anchorOf(tag)}">${tag}</a>`)}</nav>
<p class="meta" id="found" role="status" data-none="${words.nothing}">${shown.length === 0 ? words.nothing : ''}</p>
<div lang="en">${groups.map(([tag, all]) => html`<section class="docs-group" aria-labelledby="${anchorOf(tag)}"><h2 id="${anchorOf(tag)}">${tag}</h2>${all.map(one => operationView(words, one, query !== ''))}</section>`)}</div></div>`,
    })
  })
}

function anchorOf(tag: string): string {
  return tag.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
}

/** What stands between backticks, as code. */
function marked(text: string): readonly (Html | string)[] {
  return text.split('`').map((piece, at) => (at % 2 === 1 ? html`<code>${piece}</code>` : piece))
}

/** Every word of the question stands somewhere in it. */
function isFound(one: Described, query: string): boolean {
  return query
    .toLowerCase()
    .split(/\s+/)
    .every(word => one.text.includes(word))
}

function beginning(words: Words['apiDocs'], url: string): Html {
  return html`<section class="card"><h2>${words.beginTitle}</h2><p>${words.begin} <a href="/profile/api-keys">${words.makeKey}</a></p>
<pre tabindex="0"><code>curl ${url}/api/v1/me -H "Authorization: Bearer $PARLEY_KEY"</code></pre>
<p class="about">${words.problems} ${words.paging} ${words.once} ${words.tags} <a href="/api/openapi.json">openapi.json</a></p></section>`
}

function operationView(words: Words['apiDocs'], one: Described, isOpen: boolean): Html {
  const { id, method, path, summary, description, scopes, parameters, body, replies, curl } = one
  return html`<details class="operation" id="${id}" data-text="${one.text}"${isOpen ? html` open` : ''}><summary><span class="method ${method}">${method.toUpperCase()}</span> <code>${path.split('/').map((part, at) => (at === 0 ? part : html`/<wbr>${part}`))}</code> <span class="about">${summary}</span></summary>
<div class="operation-body">
${description === '' ? '' : html`<p>${marked(description)}</p>`}
<p class="meta">${words.scope} ${scopes === undefined ? words.openToAll : scopes.length === 0 ? words.signInOnly : scopes.map((scope, at) => html`${at === 0 ? '' : html` ${words.or} `}<code>${scope}</code>`)}</p>
${parameters.length === 0 ? '' : html`<h3>${words.parameters}</h3><dl class="parameters">${parameters.map(({ name, place, required, about, form }) => html`<dt><code>${name}</code> <span class="chip">${place}</span>${required ? html` <span class="chip">${words.required}</span>` : ''}</dt><dd><code>${form}</code> ${marked(about)}</dd>`)}</dl>`}
${body === undefined ? '' : html`<h3>${words.body}</h3><pre tabindex="0"><code>${body}</code></pre>`}
<h3>${words.replies}</h3>${replies.map(({ status, about, form }) => html`<p><b>${status}</b> ${marked(about)}</p>${form === undefined ? '' : html`<pre tabindex="0"><code>${form}</code></pre>`}`)}
<h3>${words.example}</h3><pre tabindex="0"><code>${curl}</code></pre>
</div></details>`
}
