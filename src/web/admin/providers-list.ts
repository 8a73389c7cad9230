import type { Context } from 'hono'
import { html } from 'hono/html'
import { type KeptProvider, type Provider, type ProviderHealth } from '../../core/provider.ts'
import type { WebEnv } from '../context.ts'
import type { Notice } from '../views/notice.ts'
import { when } from '../views/when.ts'
import { adminPage } from './admin.ts'
import type { ProviderPages } from './providers-pages.ts'

/** A model list that a card shows whole; longer ones are counted. */
const shownModels = 8

/** All providers in the order in which they are asked, and how each does. */
export async function providerList(c: Context<WebEnv>, deps: ProviderPages, notice?: Notice) {
  const words = c.get('words').providers
  const { environment } = deps
  const [kept, health] = await Promise.all([deps.store.providers.list(), deps.health()])
  const healthOf = (id: string) => health.find(({ providerId }) => providerId === id)
  const cards = kept.map((provider, at) =>
    card(c, provider, healthOf(provider.id), keptActs(c, provider, at, kept.length)),
  )
  const none = html`<section class="card provider-none"><h2>${words.none}</h2><p class="about">${words.noneAbout}</p></section>`
  return adminPage(c, 'providers', {
    title: words.title,
    ...(notice ? { notice } : {}),
    body: html`<header class="top"><h1>${words.title}</h1><span class="spacer"></span><a class="btn primary" href="/admin/providers/new">${words.add}</a></header>
<div class="column broad"><p class="about provider-about">${words.about}</p>
<ol class="plain provider-list">
<li>${card(c, environment, healthOf(environment.id), testAct(c, environment), html`<p class="about">${environment.practice ? words.practiceAbout : words.environmentAbout}</p>`)}</li>
${cards.map(one => html`<li>${one}</li>`)}
</ol>
${kept.length === 0 ? none : ''}
<p class="meta">${words.healthNote}</p></div>`,
  })
}

function card(
  c: Context<WebEnv>,
  provider: Provider & { readonly sealedKey?: string },
  health: ProviderHealth | undefined,
  acts: unknown,
  about: unknown = '',
) {
  const words = c.get('words').providers
  const { name, baseUrl, models, sealedKey } = provider
  const isKept = about === ''
  const rest = models.length - shownModels
  const named = [...models.slice(0, shownModels), ...(rest > 0 ? [`+${rest}`] : [])]
  return html`<section class="card provider" aria-label="${name}">
<header class="row"><h2>${name}</h2>${state(c, provider, health)}${isKept ? html`<span class="chip">${sealedKey === undefined ? words.withoutKey : words.withKey}</span>` : html`<span class="chip">${words.environment}</span>`}</header>
<p class="provider-url">${baseUrl}</p>${about}
<p class="provider-models"><span class="meta">${words.models}</span> ${named.length === 0 ? words.anyModel : named.map(model => html`<code>${model}</code> `)}</p>
${failure(c, health)}
<div class="row provider-acts">${acts}</div>
</section>`
}

function state(c: Context<WebEnv>, { enabled }: Provider, health: ProviderHealth | undefined) {
  const words = c.get('words').providers
  if (!enabled) return html`<span class="chip warn">${words.paused}</span>`
  const { state: how = 'unknown' } = health ?? {}
  const look = { good: 'good', failing: 'bad', unknown: '' }[how]
  return html`<span class="chip ${look}">${words[how]}</span>`
}

function failure(c: Context<WebEnv>, health: ProviderHealth | undefined) {
  const words = c.get('words').providers
  if (health?.failedAtMs === undefined || health.error === undefined) return ''
  const rest = health.restsUntilMs
  return html`<p class="provider-failure">${words.lastFailure}, ${when(c, health.failedAtMs)}: ${words.failure(health.error)}${rest === undefined ? '' : html` ${words.rests} ${when(c, rest)}.`}</p>`
}

function keptActs(c: Context<WebEnv>, provider: KeptProvider, at: number, count: number) {
  const words = c.get('words').providers
  const { id, name } = provider
  const move = (direction: 'up' | 'down', sign: string) =>
    html`<button class="btn quiet square" name="direction" value="${direction}" aria-label="${words[direction](name)}" title="${words[direction](name)}">${sign}</button>`
  return html`${testAct(c, provider)}<a class="btn" href="/admin/providers/${id}" aria-label="${words.editOf(name)}">${words.edit}</a>
<form method="post" action="/admin/providers/${id}/move" class="provider-moves">${at === 0 ? '' : move('up', '↑')}${at === count - 1 ? '' : move('down', '↓')}</form>`
}

function testAct(c: Context<WebEnv>, { id, name }: Provider) {
  const words = c.get('words').providers
  return html`<form method="post" action="/admin/providers/${id}/test"><button class="btn" aria-label="${words.testOf(name)}">${words.test}</button></form>`
}
