import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { mayAudit } from '../../core/authority.ts'
import { ParleyError } from '../../core/errors.ts'
import { type KnownPlace, placeKey } from '../../core/places.ts'
import { isPlatform, type Place } from '../../core/thread.ts'
import { workspaceKey } from '../../core/workspace.ts'
import type { WebEnv } from '../context.ts'
import { cutPage } from '../cut-page.ts'
import { adminHead } from '../views/admin-head.ts'
import { pager } from '../views/pager.ts'
import { type Column, dataTable } from '../views/table.ts'
import { when } from '../views/when.ts'
import { adminOnly, adminPage, adminPath, authorityIn, within } from './admin.ts'
import { placeName } from './dry-run-view.ts'
import type { PlacePages } from './place-pages.ts'
import { workspaceName } from './sections.ts'

const pageSize = 50

/** The channels that Parley knows, and one of them with what holds in it. */
export function channelRoutes(deps: PlacePages): Hono<WebEnv> {
  const only = adminOnly(deps.store.workspaceRoles)
  return new Hono<WebEnv>()
    .get('/admin/channels', only, c => list(c, deps))
    .get('/admin/channels/:platform/:workspace/:channel', only, c => one(c, deps))
}

async function list(c: Context<WebEnv>, { store }: PlacePages): Promise<Response> {
  const say = c.get('words').channels
  const workspace = c.get('workspace')
  const q = c.req.query('q')?.trim() ?? ''
  const after = c.req.query('after')
  const places = await store.places.list(
    { ...(workspace ? { workspace } : {}), ...(q === '' ? {} : { q }) },
    { limit: pageSize + 1, ...(after === undefined ? {} : { after }) },
  )
  const { items: rows, last } = cutPage(places, pageSize)
  const asked = q === '' ? {} : { q }
  const nothing = q === '' ? say.none : say.noneFound
  return adminPage(c, 'channels', {
    title: say.title,
    body: html`${adminHead({ title: say.title, about: say.about })}
<div class="flow"><div class="column broad">
<form class="filters" method="get" action="/admin/channels">${workspace ? html`<input type="hidden" name="workspace" value="${workspaceKey(workspace)}">` : ''}<label>${say.search}<input type="search" name="q" value="${q}"></label><div><button class="btn">${say.find}</button></div></form>
${rows.length === 0 ? html`<p class="card empty">${nothing}</p>` : html`<div class="card flush">${dataTable({ caption: say.title, columns: columns(c), rows })}</div>`}
${pager(c.get('words'), {
  ...(after === undefined ? {} : { first: adminPath(c, 'channels', asked) }),
  ...(last ? { next: adminPath(c, 'channels', { ...asked, after: placeKey(last) }) } : {}),
})}</div></div>`,
  })
}

function columns(c: Context<WebEnv>): readonly Column<KnownPlace>[] {
  const words = c.get('words')
  const say = words.channels
  const number = new Intl.NumberFormat(c.get('language'))
  const ofWorkspace: Column<KnownPlace> = {
    key: 'workspace',
    label: say.workspace,
    cell: place => workspaceName(words, place, [named(place)]),
  }
  return [
    {
      key: 'name',
      label: say.name,
      cell: place => html`<a href="${channelPath(place)}">${placeName(place)}</a>`,
    },
    ...(c.get('workspace') ? [] : [ofWorkspace]),
    {
      key: 'readers',
      label: say.readers,
      numeric: true,
      cell: ({ readers }) => (readers === undefined ? '–' : number.format(readers)),
    },
    {
      key: 'dialogues',
      label: say.dialogues,
      numeric: true,
      cell: ({ dialogues }) => number.format(dialogues),
    },
    {
      key: 'used',
      label: say.used,
      cell: ({ usedAtMs }) => (usedAtMs === undefined ? say.never : html`${when(c, usedAtMs)}`),
    },
    {
      key: 'policy',
      label: say.policy,
      cell: ({ hasPolicy }) => (hasPolicy ? say.ownPolicy : say.usualPolicy),
    },
    { key: 'kept', label: say.kept, cell: place => keptIn(say, place) },
  ]
}

type Say = WebEnv['Variables']['words']['channels']

function keptIn(say: Say, { keptDays }: KnownPlace): string {
  return keptDays === undefined ? say.keptForever : say.keptFor(keptDays)
}

function named({ platform, workspaceId, workspaceName: name }: KnownPlace) {
  return { platform, workspaceId, ...(name === undefined ? {} : { name }) }
}

/** The page of one channel, in its workspace. */
export function channelPath(place: Place): string {
  const path = [place.platform, place.workspaceId, place.channelId].map(encodeURIComponent).join('/')
  return `/admin/channels/${path}?workspace=${encodeURIComponent(workspaceKey(place))}`
}

async function one(c: Context<WebEnv>, { store, platforms }: PlacePages): Promise<Response> {
  const words = c.get('words')
  const say = words.channels
  const { platform, workspace: workspaceId = '', channel: channelId = '' } = c.req.param()
  if (!isPlatform(platform)) throw nothingThere()
  const workspace = { platform, workspaceId }
  // The address names its workspace twice: what may be looked at is decided by the one that is shown.
  if (!mayAudit(authorityIn(c), workspace))
    throw new ParleyError('forbidden', 'This is for those who manage it.')
  c.set('workspace', workspace)
  const place = await store.places.find({ ...workspace, channelId })
  if (!place) throw nothingThere()
  const url = platforms.get(platform)?.messageUrl?.({ ...place, threadId: channelId })
  const open = url === undefined ? '' : html`<a class="btn" href="${url}" rel="noreferrer">${say.open}</a>`
  return adminPage(c, 'channels', {
    title: placeName(place),
    body: html`${adminHead({ title: placeName(place), about: workspaceName(words, place, [named(place)]), actions: html`${open}` })}
<div class="flow"><div class="column broad"><div class="columns">
<section class="card" aria-labelledby="facts"><h2 id="facts">${say.facts}</h2>${facts(c, place)}</section>
<section class="card" aria-labelledby="holds"><h2 id="holds">${say.inForce}</h2>${await inForce(c, store, place)}</section>
</div></div></div>`,
  })
}

function facts(c: Context<WebEnv>, place: KnownPlace) {
  const say = c.get('words').channels
  const { readers, dialogues, usedAtMs } = place
  return html`<dl class="pairs"><dt>${say.readers}</dt><dd>${readers ?? '–'}</dd><dt>${say.dialogues}</dt><dd>${dialogues}</dd>
<dt>${say.used}</dt><dd>${usedAtMs === undefined ? say.never : when(c, usedAtMs)}</dd><dt>${say.kept}</dt><dd>${keptIn(say, place)}</dd></dl>
<div class="form-actions"><a class="btn" href="${adminPath(c, 'retention', { channel: place.channelId })}">${say.changeRetention}</a><a class="btn" href="${adminPath(c, 'quotas')}">${say.quotas}</a><a class="btn" href="${within(c, '/admin/agents/places', { channel: place.channelId })}">${say.agents}</a></div>`
}

async function inForce(c: Context<WebEnv>, store: PlacePages['store'], place: KnownPlace) {
  const { channels: say, policies } = c.get('words')
  const policy = await store.policies.for(place)
  const rules = policy.access.flat().length
  const language = policy.language === undefined ? policies.ofQuestion : policies.languages[policy.language]
  const pair = (name: string, value: string) => html`<dt>${name}</dt><dd>${value}</dd>`
  return html`<dl class="pairs">${pair(say.mayAsk, rules === 0 ? say.everybodyMayAsk : say.rules(rules))}
${pair(policies.linkedOnly, policy.linkedOnly ? policies.yes : policies.no)}
${pair(policies.answerMode, policies.answerModes[policy.answerMode])}
${pair(policies.answersIn, policies.answerPlaces[policy.answersIn])}
${pair(policies.language, language)}
${pair(policies.moderation, policy.moderation.length > 0 ? policies.yes : policies.no)}</dl>
<div class="form-actions"><a class="btn" href="${adminPath(c, 'policy', { channel: place.channelId })}">${say.changePolicy}</a></div>`
}

const nothingThere = () => new ParleyError('not_found', 'There is no such channel.')
