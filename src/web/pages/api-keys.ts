import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { type ApiKey, apiKeyScopes, mostApiKeys, usualScopes } from '../../core/api-key.ts'
import { ParleyError } from '../../core/errors.ts'
import type { Keyring } from '../../core/keyring.ts'
import type { Device } from '../../core/session.ts'
import type { Words } from '../../core/words.ts'
import type { WebEnv } from '../context.ts'
import { page, withNotice } from '../frame.ts'
import { field, nothingTyped, select, type Typed } from '../views/field.ts'
import type { Html } from '../views/html.ts'
import { when } from '../views/when.ts'
import { refusedForm, type Refused } from './form.ts'
import { memberOnly, signedInOf } from './member-only.ts'

export interface ApiKeyPages {
  readonly keyring: Keyring
  readonly nowMs: () => number
  readonly device: (c: Context) => Device
}

const dayMs = 24 * 60 * 60_000
/** Lifetimes to choose from, in days; 0 is for ever. */
const lifetimes = [30, 90, 365, 0] as const

/** `/profile/api-keys`: making, seeing and revoking keys for programs. */
export function apiKeyRoutes(deps: ApiKeyPages): Hono<WebEnv> {
  const { keyring, nowMs, device } = deps
  const app = new Hono<WebEnv>()
  app.use('/profile/api-keys', memberOnly)
  app.use('/profile/api-keys/*', memberOnly)
  app.get('/profile/api-keys', c => shown(c, deps))
  app.post('/profile/api-keys', async c => {
    const body = await c.req.parseBody({ all: true })
    const name = textOf(body['name'])
    const scopes = [body['scope'] ?? []].flat().map(textOf)
    const days = textOf(body['days'])
    const values = { name, days, ...Object.fromEntries(scopes.map(scope => [`scope-${scope}`, 'on'])) }
    try {
      const wish = { name, scopes, ...expiry(days, nowMs()) }
      const made = await keyring.make(signedInOf(c).member, wish, device(c))
      // No redirect: the key is nowhere to be read again. Sending the form once more makes another.
      return await shown(c, deps, { made })
    } catch (thrown) {
      return shown(c, deps, { refused: refusedBecause(c, thrown, values) })
    }
  })
  app.post('/profile/api-keys/:id/revoke', async c => {
    await keyring.revoke(signedInOf(c).member, c.req.param('id'), device(c))
    return c.redirect(withNotice('/profile/api-keys', 'apiKeyRevoked'), 303)
  })
  return app
}

/** The card that leads there, for the profile. */
export function apiKeysCard(c: Context<WebEnv>): Html {
  const words = c.get('words').apiKeys
  return html`<section class="card" aria-labelledby="api-keys"><h2 id="api-keys">${words.title}</h2>
<p class="about">${words.about}</p>
<p class="form-actions"><a class="btn" href="/profile/api-keys">${words.open}</a></p></section>`
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function expiry(days: string, nowMs: number): { readonly expiresAtMs?: number } {
  const chosen = lifetimes.find(one => String(one) === days)
  if (chosen === undefined)
    throw new ParleyError('invalid', 'No such time is offered.', {
      fields: [{ field: 'days', code: 'not_offered' }],
    })
  return chosen === 0 ? {} : { expiresAtMs: nowMs + chosen * dayMs }
}

function refusedBecause(c: Context<WebEnv>, thrown: unknown, values: Typed['values']): Refused {
  const refused = refusedForm(c, thrown, values)
  if (refused.status !== 409) return refused
  return { ...refused, notice: { kind: 'bad', text: c.get('words').apiKeys.full(mostApiKeys) } }
}

interface Outcome {
  readonly made?: { readonly key: ApiKey; readonly secret: string }
  readonly refused?: Refused
}

async function shown(c: Context<WebEnv>, { keyring, nowMs }: ApiKeyPages, { made, refused }: Outcome = {}) {
  const words = c.get('words')
  const keys = await keyring.list(signedInOf(c).member.id)
  return page(c, {
    title: words.apiKeys.title,
    body: html`<h1>${words.apiKeys.title}</h1>
<p class="lead">${words.apiKeys.about} <a href="/api/docs">${words.apiKeys.docs}</a></p>
${made ? madeCard(words.apiKeys, made.key, made.secret) : ''}
${listCard(c, keys, nowMs())}
${makeCard(c, refused?.typed)}`,
    scripts: ['hints.js', 'copy.js'],
    refused,
  })
}

function madeCard(words: Words['apiKeys'], key: ApiKey, secret: string): Html {
  return html`<section class="card made-key" aria-labelledby="made"><h2 id="made">${words.madeTitle}</h2>
<p class="about">${words.made(key.name)}</p>
<div class="copy-row field"><input id="key" aria-label="${words.key}" readonly value="${secret}" autocomplete="off" spellcheck="false" autofocus>
<button class="btn primary" type="button" data-copy="key" data-copied="${words.copied}" hidden>${words.copy}</button></div></section>`
}

function listCard(c: Context<WebEnv>, keys: readonly ApiKey[], nowMs: number): Html {
  const words = c.get('words').apiKeys
  return html`<section class="card" aria-labelledby="keys"><h2 id="keys">${words.listTitle}</h2>
${keys.length === 0 ? html`<p>${words.none}</p>` : html`<ul class="plain rows">${keys.map(key => keyRow(c, key, nowMs))}</ul>`}</section>`
}

function keyRow(c: Context<WebEnv>, key: ApiKey, nowMs: number): Html {
  const words = c.get('words').apiKeys
  const { id, name, hint, scopes, createdAtMs, expiresAtMs, usedAtMs } = key
  const used = usedAtMs === undefined ? words.neverUsed : html`${words.lastUsed} ${when(c, usedAtMs)}`
  const until =
    expiresAtMs === undefined
      ? ''
      : expiresAtMs <= nowMs
        ? html` <span class="chip bad">${words.expired}</span>`
        : html` · ${words.until} ${when(c, expiresAtMs)}`
  return html`<li><div><b>${name}</b> <code>${hint}…</code> ${scopes.map(scope => html`<span class="chip">${scope}</span> `)}
<p class="meta">${used} · ${words.madeOn} ${when(c, createdAtMs)}${until}</p></div>
<form method="post" action="/profile/api-keys/${id}/revoke"><button class="btn" aria-label="${words.revokeNamed(name)}">${words.revoke}</button></form></li>`
}

function makeCard(c: Context<WebEnv>, typed: Typed | undefined): Html {
  const words = c.get('words')
  const { apiKeys } = words
  const usual = Object.fromEntries(usualScopes.map(scope => [`scope-${scope}`, 'on']))
  const now: Typed = typed ?? { ...nothingTyped, values: { ...usual, days: '90' } }
  const wrong = now.problems.some(one => one.field === 'scopes') ? apiKeys.chooseScope : ''
  const offered = lifetimes.map(days => ({
    value: String(days),
    text: days === 0 ? apiKeys.never : days === 365 ? apiKeys.year : apiKeys.days(days),
  }))
  return html`<section class="card" aria-labelledby="make"><h2 id="make">${apiKeys.makeTitle}</h2>
<form class="form" method="post" action="/profile/api-keys" data-hints>
${field(words, now, { name: 'name', label: apiKeys.name, hint: apiKeys.nameHint, required: true, max: 60, autocomplete: 'off' })}
<fieldset class="field" aria-describedby="scopes-error"><legend class="label">${apiKeys.scopes}</legend>
${apiKeyScopes.map(scope => html`<label class="check"><input type="checkbox" name="scope" value="${scope}"${now.values[`scope-${scope}`] ? html` checked` : ''}><span>${apiKeys.scope[scope]} <code>${scope}</code></span></label>`)}
<p class="error" id="scopes-error">${wrong}</p></fieldset>
${select(words, now, { name: 'days', label: apiKeys.expires }, offered)}
<div class="form-actions"><button class="btn primary">${apiKeys.make}</button></div>
</form></section>`
}
