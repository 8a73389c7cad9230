import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import type { Audit, AuditFilter } from '../../core/audit.ts'
import type { Store } from '../../core/store.ts'
import { workspaceKey } from '../../core/workspace.ts'
import type { WebEnv } from '../context.ts'
import { cutPage } from '../cut-page.ts'
import { download } from '../downloads.ts'
import { adminHead } from '../views/admin-head.ts'
import { dayStartMs } from '../../core/day-start.ts'
import { parseDay } from '../views/form-day.ts'
import { pager } from '../views/pager.ts'
import { dataTable } from '../views/table.ts'
import { when } from '../views/when.ts'
import { adminOnly, adminPage, adminPath, within } from './admin.ts'
import type { AdminPages } from './admin-pages.ts'
import { auditCsv, namesIn } from './audit-csv.ts'
import { actionOf, detailOf } from './audit-detail.ts'

const pageSize = 50

/** Who did what, for those who manage and those who audit; of one workspace, what was done in it. */
export function auditRoutes({ store }: Pick<AdminPages, 'store'>): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  app.use('/admin/audit', adminOnly(store.workspaceRoles))
  app.use('/admin/audit.csv', adminOnly(store.workspaceRoles))
  app.get('/admin/audit', async c => {
    const asked = readAuditFilter(c)
    const filter = await toAuditFilter(store, asked, zoneOf(c))
    const before = c.req.query('before')
    const page = { limit: pageSize + 1, ...(before === undefined ? {} : { before }) }
    const [found, actions] = await Promise.all([
      filter === undefined ? [] : store.audits.list(filter, page),
      store.audits.actions(),
    ])
    const { items: rows, last } = cutPage(found, pageSize)
    const next = last && adminPath(c, 'audit', { ...asked.query, before: last.id })
    const first = before === undefined ? undefined : adminPath(c, 'audit', asked.query)
    const { admin, audit } = c.get('words')
    return adminPage(c, 'audit', {
      title: admin.sections.audit,
      body: html`${adminHead({
        title: admin.sections.audit,
        about: audit.about,
        actions: html`<a class="btn" href="${within(c, '/admin/audit.csv', asked.query)}" download>${audit.csv}</a>`,
      })}<div class="column broad">${filters(c, asked, actions)}
${rows.length === 0 ? nothing(c) : html`<div class="card flush">${await table(c, store, rows)}</div>`}${pager(c.get('words'), { first, next })}</div>`,
    })
  })
  app.get('/admin/audit.csv', async c => {
    const filter = await toAuditFilter(store, readAuditFilter(c), zoneOf(c))
    return download(c, 'parley-audit.csv', auditCsv(store, filter))
  })
  return app
}

/** What was asked for, as it stood in the address. */
export interface AuditAsked {
  readonly query: Readonly<Record<string, string>>
  readonly workspace: AuditFilter['workspace']
}

export function readAuditFilter(c: Context<WebEnv>): AuditAsked {
  const names = ['who', 'action', 'subject', 'from', 'to'] as const
  const given = names.map(name => [name, c.req.query(name)?.trim().slice(0, 200) ?? ''] as const)
  return {
    query: Object.fromEntries(given.filter(([, value]) => value !== '')),
    workspace: c.get('workspace'),
  }
}

/** Days are those in which the page says its times. */
function zoneOf(c: Context<WebEnv>): string {
  return c.get('signedIn')?.member.settings.timeZone ?? 'UTC'
}

/** Undefined when nobody is called so: then nothing was done by them. */
export async function toAuditFilter(
  store: Pick<Store, 'members'>,
  {
    query,
    workspace,
  }: Pick<AuditAsked, 'workspace'> & {
    readonly query: Readonly<Record<string, string | undefined>>
  },
  timeZone = 'UTC',
): Promise<AuditFilter | undefined> {
  const { who, action, subject } = query
  const [actorId, subjectId] = await Promise.all([idOf(store, who), idOf(store, subject)])
  if (who !== undefined && actorId === undefined) return undefined
  const [from, to] = [parseDay(query['from']), parseDay(query['to'])]
  return {
    ...(actorId === undefined ? {} : { actorId }),
    ...(action === undefined ? {} : { action }),
    ...(subject === undefined ? {} : { subject: subjectId ?? subject }),
    ...(from === undefined ? {} : { fromMs: dayStartMs(from, timeZone) }),
    // The last day is meant as a whole.
    ...(to === undefined ? {} : { toMs: dayStartMs(to, timeZone, 1) }),
    ...(workspace === undefined ? {} : { workspace }),
  }
}

async function idOf({ members }: Pick<Store, 'members'>, typed: string | undefined) {
  if (typed === undefined) return undefined
  return ((await members.findByUsername(typed)) ?? (await members.find(typed)))?.id
}

function filters(c: Context<WebEnv>, { query }: AuditAsked, actions: readonly string[]) {
  const { audit } = c.get('words')
  const workspace = c.get('workspace')
  const typed = (name: string, label: string, hint: string) =>
    html`<label><span>${label}</span><input name="${name}" value="${query[name] ?? ''}" placeholder="${hint}" autocomplete="off" spellcheck="false"></label>`
  const day = (name: string, label: string) =>
    html`<label><span>${label}</span><input type="date" name="${name}" value="${query[name] ?? ''}"></label>`
  const known = query['action'] === undefined || actions.includes(query['action'])
  const offered = known ? actions : [...actions, query['action'] ?? '']
  return html`<form class="filters" method="get" action="/admin/audit">${workspace === undefined ? '' : html`<input type="hidden" name="workspace" value="${workspaceKey(workspace)}">`}
${typed('who', audit.who, audit.whoHint)}
<label><span>${audit.action}</span><select name="action"><option value="">${audit.anyAction}</option>${offered.map(action => html`<option value="${action}"${query['action'] === action ? html` selected` : ''}>${actionOf(c.get('words'), action)}</option>`)}</select></label>
${typed('subject', audit.subject, audit.subjectHint)}${day('from', audit.from)}${day('to', audit.to)}
<button class="btn">${audit.find}</button></form>`
}

function nothing(c: Context<WebEnv>) {
  const { audit } = c.get('words')
  return html`<div class="empty"><h2>${audit.noneTitle}</h2><p>${audit.none}</p><a class="btn" href="${adminPath(c, 'audit')}">${audit.showAll}</a></div>`
}

async function table(c: Context<WebEnv>, store: Pick<Store, 'roster'>, rows: readonly Audit[]) {
  const { audit, admin } = c.get('words')
  const names = await namesIn(store, rows)
  const named = (id: string) => names.get(id) ?? (id === 'erased' ? audit.erased : undefined)
  return dataTable<Audit>({
    caption: admin.sections.audit,
    rows,
    columns: [
      { key: 'at', label: audit.when, cell: ({ atMs }) => html`${when(c, atMs)}` },
      {
        key: 'who',
        label: audit.who,
        cell: ({ actorId }) => (actorId === undefined ? audit.parley : (named(actorId) ?? actorId)),
      },
      { key: 'action', label: audit.action, cell: ({ action }) => actionOf(c.get('words'), action) },
      {
        key: 'subject',
        label: audit.subject,
        cell: ({ subject }) => named(subject) ?? html`<code>${subject}</code>`,
      },
      { key: 'detail', label: audit.detail, cell: one => detailOf(c.get('words'), one) },
      { key: 'where', label: audit.where, cell: ({ address }) => address ?? '' },
    ],
  })
}
