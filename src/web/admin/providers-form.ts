import type { Context } from 'hono'
import { html } from 'hono/html'
import type { KeptProvider } from '../../core/provider.ts'
import type { ProviderDraft } from '../../core/provider-desk.ts'
import type { WebEnv } from '../context.ts'
import type { Refused } from '../pages/form.ts'
import { field, textArea, type Typed } from '../views/field.ts'
import { adminPage } from './admin.ts'

export const draftFields = [
  'name',
  'baseUrl',
  'models',
  'key',
  'forgetKey',
  'enabled',
  'sendsApiKeyHeader',
] as const

type TypedDraft = Record<(typeof draftFields)[number], string>

/** An empty key is one that was not typed. */
export function toDraft(typed: TypedDraft): ProviderDraft {
  const key = typed.key.trim()
  return {
    name: typed.name,
    baseUrl: typed.baseUrl,
    models: typed.models.split(/[\n,]/),
    enabled: typed.enabled === 'on',
    sendsApiKeyHeader: typed.sendsApiKeyHeader === 'on',
    ...(key !== '' ? { key } : typed.forgetKey === 'on' ? { key: null } : {}),
  }
}

/** For a new provider, or one that is there; the key is never among what is shown again. */
export function providerForm(c: Context<WebEnv>, provider: KeptProvider | undefined, refused?: Refused) {
  const all = c.get('words')
  const words = all.providers
  const typed: Typed = refused?.typed ?? { values: valuesOf(provider), problems: [] }
  const title = provider ? words.editTitle(provider.name) : words.addTitle
  const path = `/admin/providers/${provider?.id ?? 'new'}`
  return adminPage(c, 'providers', {
    title,
    refused,
    body: html`<header class="top"><h1>${title}</h1></header>
<div class="column broad"><section class="card"><form class="form" method="post" action="${path}" autocomplete="off">
<div class="pair">${field(all, typed, { name: 'name', label: words.name, hint: words.nameHint, required: true, max: 60 })}${field(all, typed, { name: 'baseUrl', label: words.baseUrl, hint: words.baseUrlHint, required: true })}</div>
${textArea(all, typed, { name: 'models', label: words.modelsLabel, hint: words.modelsHint })}
${field(all, typed, { name: 'key', label: words.key, hint: provider?.sealedKey === undefined ? words.keyHint : words.keyStays, type: 'password', autocomplete: 'new-password' })}
${provider?.sealedKey === undefined ? '' : check('forgetKey', words.keyRemove, typed)}
${check('sendsApiKeyHeader', words.apiKeyHeader, typed)}
${check('enabled', words.enabled, typed)}
<div class="form-actions"><button class="btn primary">${words.save}</button><a class="btn quiet" href="/admin/providers">${words.cancel}</a></div>
</form></section>
${provider ? html`<section class="card"><h2>${words.remove}</h2><p class="about">${words.removeAbout}</p><form method="post" action="${path}/remove"><button class="btn danger">${words.remove}</button></form></section>` : ''}</div>`,
  })
}

function check(name: string, label: string, { values }: Typed) {
  return html`<label class="check"><input type="checkbox" name="${name}"${values[name] === 'on' ? html` checked` : ''}><span>${label}</span></label>`
}

function valuesOf(provider: KeptProvider | undefined): Typed['values'] {
  if (!provider) return { enabled: 'on' }
  return {
    name: provider.name,
    baseUrl: provider.baseUrl,
    models: provider.models.join('\n'),
    ...(provider.enabled ? { enabled: 'on' } : {}),
    ...(provider.sendsApiKeyHeader ? { sendsApiKeyHeader: 'on' } : {}),
  }
}
