import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { mayManage } from '../../core/authority.ts'
import { ParleyError } from '../../core/errors.ts'
import type { KnownPlace } from '../../core/places.ts'
import type { RetentionDue, RetentionRule } from '../../core/retention.ts'
import type { Workspace } from '../../core/workspace.ts'
import { isIn } from '../../core/workspace.ts'
import type { WebEnv } from '../context.ts'
import { withNotice } from '../frame.ts'
import { readForm } from '../pages/form.ts'
import { adminHead } from '../views/admin-head.ts'
import { field, select, type Typed } from '../views/field.ts'
import { type Column, dataTable } from '../views/table.ts'
import { actOf, adminOnly, adminPage, adminPath, authorityIn, checkMayChange } from './admin.ts'
import { placeName } from './dry-run-view.ts'
import { auditPlace } from './place-audit.ts'
import type { PlacePages } from './place-pages.ts'
import { workspaceName } from './sections.ts'

const maxDays = 3_650
const maxPlaces = 500

/** How long what was said is kept, and what the next sweep would erase. */
export function retentionRoutes(deps: PlacePages): Hono<WebEnv> {
  const { store } = deps
  const only = adminOnly(store.workspaceRoles)
  return new Hono<WebEnv>()
    .get('/admin/retention', only, c => shown(c, deps))
    .post('/admin/retention', only, async c => {
      checkMayChange(c)
      const typed = await readForm(c, ['channel', 'days'])
      const days = Number(typed.days)
      const code =
        typed.days.trim() === '' ? 'required' : isDays(days) ? undefined : ('out_of_range' as const)
      if (code) return shown(c, deps, { values: typed, problems: [{ field: 'days', code }] })
      await change(c, deps, typed.channel, days)
      return c.redirect(withNotice(adminPath(c, 'retention'), 'retentionSaved'), 303)
    })
    .post('/admin/retention/remove', only, async c => {
      checkMayChange(c)
      const { channel } = await readForm(c, ['channel'])
      await change(c, deps, channel, undefined)
      return c.redirect(withNotice(adminPath(c, 'retention'), 'retentionRemoved'), 303)
    })
}

const isDays = (days: number) => Number.isInteger(days) && days >= 1 && days <= maxDays

/** Sets or takes away the rule of a workspace, or of one of its channels. */
async function change(
  c: Context<WebEnv>,
  deps: PlacePages,
  channelId: string,
  days: number | undefined,
): Promise<void> {
  const workspace = workspaceOf(c)
  if (channelId !== '' && !(await deps.store.places.find({ ...workspace, channelId })))
    throw new ParleyError('not_found', 'There is no such channel.')
  const where = { ...workspace, ...(channelId === '' ? {} : { channelId }) }
  await deps.store.atomically(async stores => {
    const before = (await stores.retention.rules()).find(
      rule => isIn(rule, workspace) && (rule.channelId ?? '') === channelId,
    )
    if (days === undefined) await stores.retention.remove(where)
    else await stores.retention.set({ ...where, days })
    const action = days === undefined ? 'retention_removed' : 'retention_changed'
    const detail = { before: before?.days ?? null, after: days ?? null }
    await auditPlace(stores, actOf(c, deps), action, { of: where, detail })
  })
}

function workspaceOf(c: Context<WebEnv>): Workspace {
  const workspace = c.get('workspace')
  if (!workspace) throw new ParleyError('not_found', 'A rule is one of a workspace.')
  return workspace
}

async function shown(c: Context<WebEnv>, { store, nowMs }: PlacePages, refused?: Typed): Promise<Response> {
  const words = c.get('words')
  const say = words.retention
  const workspace = c.get('workspace')
  const [rows, places] = await Promise.all([
    store.retention.due(nowMs(), workspace),
    store.places.list(workspace ? { workspace } : {}, { limit: maxPlaces }),
  ])
  const mayChange = workspace !== undefined && mayManage(authorityIn(c), workspace)
  const typed = refused ?? { values: { channel: c.req.query('channel') ?? '' }, problems: [] }
  return adminPage(c, 'retention', {
    title: say.title,
    status: refused ? 422 : 200,
    body: html`${adminHead({ title: say.title, about: say.about })}
<div class="flow"><div class="column broad">
${rows.length === 0 ? html`<p class="card empty">${say.none}</p>` : html`<div class="card flush">${dataTable({ caption: say.rules, columns: columns(c, places, mayChange), rows })}</div>`}
${workspace ? '' : html`<p class="about">${say.chooseWorkspace}</p>`}
${mayChange ? ruleForm(c, typed, places) : ''}</div></div>`,
  })
}

function ruleForm(c: Context<WebEnv>, typed: Typed, places: readonly KnownPlace[]) {
  const words = c.get('words')
  const say = words.retention
  const channels = places.map(place => ({ value: place.channelId, text: placeName(place) }))
  return html`<section class="card" aria-labelledby="add"><h2 id="add">${say.add}</h2><p class="about">${say.addHint}</p>
<form method="post" action="${adminPath(c, 'retention')}" class="form" novalidate><div class="pair">
${select(words, typed, { name: 'channel', label: say.where }, [{ value: '', text: say.wholeWorkspace }, ...channels])}
${field(words, typed, { name: 'days', label: say.days, hint: say.daysHint, inputmode: 'numeric' })}</div>
<div class="form-actions"><button class="btn primary">${say.save}</button></div></form></section>`
}

function columns(
  c: Context<WebEnv>,
  places: readonly KnownPlace[],
  mayChange: boolean,
): readonly Column<RetentionDue>[] {
  const words = c.get('words')
  const say = words.retention
  const whereOf = (rule: RetentionRule) => {
    const { channelId } = rule
    const known = places.find(place => isIn(place, rule) && place.channelId === channelId)
    const channel = channelId === undefined ? say.wholeWorkspace : placeName(known ?? { channelId })
    return c.get('workspace') ? channel : `${workspaceName(words, rule, c.get('workspaces'))}, ${channel}`
  }
  const due = ({ dialogues, messages }: RetentionDue) =>
    dialogues + messages === 0 ? say.dueNothing : say.dueCounts(dialogues, messages)
  const remove: Column<RetentionDue> = {
    key: 'remove',
    label: say.change,
    cell: ({ rule }) =>
      html`<form method="post" action="${removePath(c)}"><input type="hidden" name="channel" value="${rule.channelId ?? ''}"><button class="btn quiet danger" aria-label="${say.removeRule(whereOf(rule))}">${say.remove}</button></form>`,
  }
  return [
    { key: 'where', label: say.where, cell: ({ rule }) => whereOf(rule) },
    { key: 'kept', label: say.kept, cell: ({ rule }) => words.channels.keptFor(rule.days) },
    { key: 'due', label: say.due, cell: due },
    ...(mayChange ? [remove] : []),
  ]
}

function removePath(c: Context<WebEnv>): string {
  return adminPath(c, 'retention').replace('/admin/retention', '/admin/retention/remove')
}
