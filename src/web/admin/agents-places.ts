import type { Context } from 'hono'
import { html } from 'hono/html'
import { type AgentChoice, builtInAgent } from '../../core/agent.ts'
import { agentLimits } from '../../core/agent-definition.ts'
import { type AgentPlace, type PlaceRef, usualOn } from '../../core/agent-place.ts'
import { unknownVariables } from '../../core/agent-variables.ts'
import { notesOn } from '../../core/choose-agent.ts'
import { mayAudit } from '../../core/authority.ts'
import { ParleyError } from '../../core/errors.ts'
import type { Stores } from '../../core/store.ts'
import { countTokens } from '../../core/tokens.ts'
import { type NamedWorkspace, workspaceKey } from '../../core/workspace.ts'
import type { WebEnv } from '../context.ts'
import { withNotice } from '../frame.ts'
import { readForm, type Refused, refusedForm } from '../pages/form.ts'
import { nothingTyped, textArea, type Typed } from '../views/field.ts'
import type { Html } from '../views/html.ts'
import { actOf, adminPage, authorityIn, checkMayChange } from './admin.ts'
import { type AgentAdmin, agentsPath, agentsTabs, agentsTop, inShort, mayChange } from './agents-base.ts'
import { auditPlace } from './place-audit.ts'

/** The place that a page is about: a channel of the workspace that is administered, it itself, or everywhere. */
interface Here {
  readonly of: PlaceRef
  readonly said: AgentPlace
  /** What holds around it, the widest first. */
  readonly around: readonly AgentPlace[]
  readonly channels: readonly { readonly channelId: string; readonly name?: string }[]
  readonly own: readonly (PlaceRef & AgentPlace)[]
  readonly offered: readonly AgentChoice[]
  /** To go to, for those who see more than one. */
  readonly workspaces: readonly NamedWorkspace[]
}

async function hereOf(c: Context<WebEnv>, stores: Pick<Stores, 'agentPlaces' | 'keptAgents'>): Promise<Here> {
  const workspace = c.get('workspace')
  const everywhere = await stores.agentPlaces.find({})
  const workspaces = mayAudit(authorityIn(c)) ? (c.get('workspaces') ?? []) : []
  if (!workspace) {
    const kept = await stores.keptAgents.list()
    const offered = kept.flatMap(({ id, archived, published }) =>
      archived || !published ? [] : [{ id, name: published.definition.name, description: '', guided: false }],
    )
    return { of: {}, said: everywhere, around: [], channels: [], own: [], offered, workspaces }
  }
  const channels = await stores.agentPlaces.channels(workspace)
  const own = (await stores.agentPlaces.list(workspace)).filter(place => place.channelId !== undefined)
  const offered = await stores.keptAgents.offered(workspace)
  const asked = c.req.query('channel') ?? ''
  const whole = await stores.agentPlaces.find(workspace)
  const rest = { channels, own, offered, workspaces }
  const isKnown = channels.some(({ channelId }) => channelId === asked)
  // Who looks at another workspace may still name a channel of the last one.
  if (asked === '' || (!isKnown && c.req.method === 'GET'))
    return { of: workspace, said: whole, around: [everywhere], ...rest }
  if (!isKnown) throw new ParleyError('not_found', 'There is no such channel.')
  const of = { ...workspace, channelId: asked }
  const said = await stores.agentPlaces.find(of)
  return { of, said, around: [everywhere, whole], ...rest }
}

const channelOf = ({ of }: Here): Record<string, string> =>
  of.channelId === undefined ? {} : { channel: of.channelId }

/** `/admin/agents/places`. */
export async function placesPage(c: Context<WebEnv>, deps: AgentAdmin) {
  const { places: words } = c.get('words').agents
  const here = await hereOf(c, deps.store)
  return adminPage(c, 'agents', {
    title: words.title,
    body: html`${agentsTop(c, { title: words.title, about: words.about })}
<div class="flow"><div class="column agents">${agentsTabs(c, 'places')}${picker(c, here, '/places')}
<section class="card"><form class="form" method="post" action="${agentsPath(c, '/places', channelOf(here))}"><fieldset class="agent-fields"${mayChange(c, placeOwner(c)) ? '' : html` disabled`}>
${choosing(c, deps, here)}
</fieldset>${mayChange(c, placeOwner(c)) ? html`<div class="form-actions"><button class="btn primary">${words.save}</button></div>` : ''}</form></section>
${channelsCard(c, deps, here)}</div></div>`,
  })
}

function placeOwner(c: Context<WebEnv>) {
  const workspace = c.get('workspace')
  return workspace ? { workspace } : {}
}

function choosing(c: Context<WebEnv>, { usualModel }: AgentAdmin, { said, around, offered }: Here): Html {
  const { places: words } = c.get('words').agents
  const builtIn = builtInAgent(usualModel)
  const all = [{ id: builtIn.id, name: builtIn.name }, ...offered]
  const nameOf = (id: string) => all.find(agent => agent.id === id)?.name ?? builtIn.name
  const isWidest = around.length === 0
  const none = isWidest ? words.builtIn(builtIn.name) : words.inherit(nameOf(usualOn(around, offered)))
  const { choosable } = said
  return html`<div class="field"><label for="usual">${words.usual}</label><select id="usual" name="usual"><option value="">${none}</option>${(isWidest ? offered : all).map(({ id, name }) => html`<option value="${id}"${id === said.usual ? html` selected` : ''}>${name}</option>`)}</select></div>
<fieldset class="field choosable"><legend>${words.choosable}</legend>
<label class="check"><input type="radio" name="which" value="all"${choosable === undefined ? html` checked` : ''}>${isWidest ? words.choosableEvery : words.choosableAll}</label>
<label class="check"><input type="radio" name="which" value="some"${choosable === undefined ? '' : html` checked`}>${words.choosableSome}</label>
<div class="choosable-list">${all.map(({ id, name }) => html`<label class="check"><input type="checkbox" name="choosable" value="${id}"${choosable === undefined || choosable.includes(id) ? html` checked` : ''}>${name}</label>`)}</div></fieldset>`
}

export async function savePlace(c: Context<WebEnv>, deps: AgentAdmin) {
  checkMayChange(c)
  const body = await c.req.parseBody({ all: true })
  const ticked = [body['choosable'] ?? []].flat().filter(value => typeof value === 'string')
  const usual = typeof body['usual'] === 'string' ? body['usual'] : ''
  const here = await deps.store.atomically(async stores => {
    const place = await hereOf(c, stores)
    const known = new Set([builtInAgent('').id, ...place.offered.map(({ id }) => id)])
    if ([...ticked, ...(usual === '' ? [] : [usual])].some(id => !known.has(id)))
      throw new ParleyError('not_found', 'There is no such agent.')
    const { usual: before, choosable: could, ...rest } = place.said
    const after: AgentPlace = {
      ...rest,
      ...(usual === '' ? {} : { usual }),
      ...(body['which'] === 'some' ? { choosable: ticked } : {}),
    }
    await stores.agentPlaces.set(place.of, after)
    const detail = {
      'usual before': before ?? null,
      'usual after': after.usual ?? null,
      'choosable before': could?.join(', ') ?? null,
      'choosable after': after.choosable?.join(', ') ?? null,
    }
    await auditPlace(stores, actOf(c, deps), 'agent_place_changed', { of: place.of, detail })
    return place
  })
  return c.redirect(withNotice(agentsPath(c, '/places', channelOf(here)), 'agentPlaceSaved'), 303)
}

/** `/admin/agents/notes`. */
export async function notesPage(c: Context<WebEnv>, deps: AgentAdmin, refused?: Refused) {
  const words = c.get('words')
  const { notes } = words.agents
  const here = await hereOf(c, deps.store)
  const { said } = here
  const typed: Typed = refused?.typed ?? {
    ...nothingTyped,
    values: { notes: said.notes, instructions: said.instructions },
  }
  const mayWrite = mayChange(c, placeOwner(c))
  return adminPage(c, 'agents', {
    title: notes.title,
    refused,
    scripts: ['hints.js'],
    body: html`${agentsTop(c, { title: notes.title, about: notes.about })}
<div class="flow"><div class="column agents">${agentsTabs(c, 'notes')}${picker(c, here, '/notes')}
<section class="card"><form class="form" method="post" action="${agentsPath(c, '/notes', channelOf(here))}" data-hints><fieldset class="agent-fields"${mayWrite ? '' : html` disabled`}>
${textArea(words, typed, { name: 'notes', label: notes.notes, hint: notes.notesHint, max: agentLimits.placeText })}
<p class="meta">${costOf(c, here)}</p>
${textArea(words, typed, { name: 'instructions', label: notes.instructions, hint: notes.instructionsHint, max: agentLimits.placeText })}
</fieldset>${mayWrite ? html`<div class="form-actions"><button class="btn primary">${notes.save}</button></div>` : ''}</form></section></div></div>`,
  })
}

/** As the window counts them, with the words around them. */
function costOf(c: Context<WebEnv>, { said, around }: Here): string {
  const amount = (text: string) => (text === '' ? 0 : countTokens(text)).toLocaleString(c.get('language'))
  return c.get('words').agents.notes.cost(amount(said.notes ?? ''), amount(notesOn([...around, said])))
}

export async function saveNotes(c: Context<WebEnv>, deps: AgentAdmin) {
  checkMayChange(c)
  const form = await readForm(c, ['notes', 'instructions'])
  const typed = { notes: form.notes.trim(), instructions: form.instructions.trim() }
  try {
    checkPlaceTexts(typed)
  } catch (thrown) {
    return notesPage(c, deps, refusedForm(c, thrown, typed))
  }
  const here = await deps.store.atomically(async stores => {
    const place = await hereOf(c, stores)
    const { notes, instructions, ...rest } = place.said
    await stores.agentPlaces.set(place.of, {
      ...rest,
      ...(typed.notes === '' ? {} : { notes: typed.notes }),
      ...(typed.instructions === '' ? {} : { instructions: typed.instructions }),
    })
    const detail = {
      'notes before': inShort(notes ?? ''),
      'notes after': inShort(typed.notes),
      'instructions before': inShort(instructions ?? ''),
      'instructions after': inShort(typed.instructions),
    }
    await auditPlace(stores, actOf(c, deps), 'agent_notes_changed', { of: place.of, detail })
    return place
  })
  return c.redirect(withNotice(agentsPath(c, '/notes', channelOf(here)), 'agentPlaceSaved'), 303)
}

function checkPlaceTexts({ notes, instructions }: Readonly<Record<'notes' | 'instructions', string>>): void {
  const fields = [
    ...(notes.length > agentLimits.placeText ? [{ field: 'notes', code: 'too_long' as const }] : []),
    ...(instructions.length > agentLimits.placeText
      ? [{ field: 'instructions', code: 'too_long' as const }]
      : []),
    ...(unknownVariables(instructions).length > 0
      ? [{ field: 'instructions', code: 'unknown_variable' as const }]
      : []),
  ]
  if (fields.length > 0) throw new ParleyError('invalid', 'These texts do not fit.', { fields })
}

/** Which place the page is about; a form that asks for another one. */
function picker(c: Context<WebEnv>, { of, channels, workspaces }: Here, rest: string): Html {
  const { places: words } = c.get('words').agents
  const { platforms } = c.get('words').chats
  const workspace = c.get('workspace')
  if (!workspace && workspaces.length === 0)
    return html`<p class="agent-place"><span class="chip">${words.installation}</span></p>`
  const current = workspace ? workspaceKey(workspace) : ''
  const option = (value: string, text: string, chosen: string) =>
    html`<option value="${value}"${value === chosen ? html` selected` : ''}>${text}</option>`
  const where =
    workspaces.length === 0
      ? html`<input type="hidden" name="workspace" value="${current}">`
      : html`<label class="unseen" for="workspace">${words.where}</label><select id="workspace" name="workspace">${option('', words.installation, current)}${workspaces.map(one => option(workspaceKey(one), `${one.name ?? one.workspaceId} (${platforms[one.platform]})`, current))}</select>`
  const channel =
    workspace === undefined
      ? ''
      : html`<label class="unseen" for="channel">${words.place}</label><select id="channel" name="channel">${option('', words.workspace, of.channelId ?? '')}${channels.map(({ channelId, name }) => option(channelId, name === undefined ? channelId : `#${name}`, of.channelId ?? ''))}</select>`
  return html`<form class="agent-place row" method="get" action="/admin/agents${rest}">${where}${channel}<button class="btn">${words.show}</button></form>`
}

function channelsCard(
  c: Context<WebEnv>,
  { usualModel }: AgentAdmin,
  { of, own, channels, offered }: Here,
): Html {
  const { places: words } = c.get('words').agents
  if (c.get('workspace') === undefined || of.channelId !== undefined) return html``
  const nameOf = (id: string | undefined) =>
    channels.find(({ channelId }) => channelId === id)?.name ?? id ?? ''
  const agentName = (id: string) =>
    offered.find(agent => agent.id === id)?.name ?? builtInAgent(usualModel).name
  return html`<section class="card" aria-labelledby="own-channels"><h2 id="own-channels">${words.channels}</h2>${
    own.length === 0
      ? html`<p class="about">${words.noChannels}</p>`
      : html`<ul class="plain rows">${own.map(({ channelId = '', usual }) => html`<li><div><b>#${nameOf(channelId)}</b><p class="meta">${usual === undefined ? '' : agentName(usual)}</p></div><a class="btn" href="${agentsPath(c, '/places', { channel: channelId })}" aria-label="${words.show}: ${nameOf(channelId)}">${words.show}</a></li>`)}</ul>`
  }</section>`
}
