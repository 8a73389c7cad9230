import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { mayManage } from '../../core/authority.ts'
import { editQuotas, fiveADay, type NewQuotaRule, quotaKey } from '../../core/quota-change.ts'
import { ParleyError } from '../../core/errors.ts'
import type { WebEnv } from '../context.ts'
import { withNotice } from '../frame.ts'
import { adminHead } from '../views/admin-head.ts'
import { readForm, refusedForm, type Refused } from '../pages/form.ts'
import { actOf, adminOnly, adminPage, adminPath, authorityIn, checkMayChange } from './admin.ts'
import { newRule, type QuotaForm, quotaForm, typedRule } from './quotas-form.ts'
import { agentsOf, type Naming, namingOf, type QuotaPages, whereOf, zoneOf } from './quotas-pages.ts'
import { requestAnswered } from './quotas-answer.ts'
import { requestList } from './quotas-requests.ts'
import { readRule, type RuleFields, ruleFields } from './quotas-rule.ts'
import { overviewOf, type QuotaOverview, quotaTiles } from './quotas-overview.ts'
import { quotaTree } from './quotas-tree.ts'

interface Shown {
  /** The key of the rule whose form was refused; without one it was another form. */
  readonly key?: string
  readonly refused: Refused
}

/** `/admin/quotas`: limits, how they stand, and who asks for more. */
export function quotaRoutes(deps: QuotaPages): Hono<WebEnv> {
  return new Hono<WebEnv>()
    .use('/admin/quotas', adminOnly(deps.store.workspaceRoles))
    .get('/admin/quotas', c => quotaPage(c, deps))
    .post('/admin/quotas', async c => {
      checkMayChange(c)
      const typed = await readForm(c, ['act', 'key', 'request', 'more', ...ruleFields])
      switch (typed.act) {
        case 'preset':
          return changed(c, deps, rules => [
            ...rules.filter(rule => quotaKey(rule) !== quotaKey(fiveADay)),
            fiveADay,
          ])
        case 'remove':
          return changed(c, deps, rules => rules.filter(rule => quotaKey(rule) !== typed.key))
        case 'grant':
        case 'decline':
          return answered(c, deps, typed)
        default:
          return saved(c, deps, typed)
      }
    })
}

async function answered(
  c: Context<WebEnv>,
  deps: QuotaPages,
  typed: { readonly act: string; readonly request: string; readonly more: string },
) {
  try {
    const sent = { id: typed.request, grants: typed.act === 'grant', amount: typed.more }
    return await requestAnswered(c, deps, sent)
  } catch (thrown) {
    return quotaPage(c, deps, { refused: refusedForm(c, thrown, {}) })
  }
}

async function changed(
  c: Context<WebEnv>,
  deps: QuotaPages,
  edit: (rules: readonly NewQuotaRule[]) => readonly NewQuotaRule[],
) {
  const editing = { authority: authorityIn(c), act: actOf(c, deps), workspace: c.get('workspace') }
  await deps.store.atomically(stores => editQuotas(stores, editing, edit))
  return c.redirect(withNotice(adminPath(c, 'quotas'), 'limitsSaved'), 303)
}

async function saved(
  c: Context<WebEnv>,
  deps: QuotaPages,
  typed: Record<(typeof ruleFields)[number] | 'key', string>,
) {
  const workspace = c.get('workspace')
  const { key } = typed
  const values = Object.fromEntries(ruleFields.map(name => [name, typed[name]])) as RuleFields
  try {
    const [agents, naming] = await Promise.all([
      agentsOf(deps.store, workspace),
      namingOf(deps.store, workspace),
    ])
    const reading = { store: deps.store, naming, workspace, agents: agents.map(({ id }) => id) }
    const rule = await readRule(values, reading)
    return await changed(c, deps, rules => placed(rules, key, rule))
  } catch (thrown) {
    return quotaPage(c, deps, { key, refused: refusedForm(c, thrown, values) })
  }
}

/** The changed rule stands where the old one stood; a new one at the end. It may not set what another sets already. */
function placed(rules: readonly NewQuotaRule[], key: string, rule: NewQuotaRule): readonly NewQuotaRule[] {
  const others = rules.filter(one => quotaKey(one) !== key)
  if (others.some(one => quotaKey(one) === quotaKey(rule)))
    throw new ParleyError('invalid', 'There is such a limit already.', {
      fields: [{ field: 'subject', code: 'taken' }],
    })
  const at = rules.findIndex(one => quotaKey(one) === key)
  return at === -1 ? [...rules, rule] : rules.with(at, rule)
}

async function quotaPage(c: Context<WebEnv>, deps: QuotaPages, sent?: Shown) {
  const words = c.get('words')
  const workspace = c.get('workspace')
  const [naming, zone, agents] = await Promise.all([
    namingOf(deps.store, workspace),
    zoneOf(deps.store, workspace),
    agentsOf(deps.store, workspace),
  ])
  const overview = await overviewOf(deps, workspace, zone)
  const mayChange = mayManage(authorityIn(c), workspace)
  const form = mayChange ? await formFor(c, deps, { own: overview.own, naming, agents, sent }) : ''
  const names = new Map(agents.map(({ id, name }) => [id, name]))
  const tree = { ...overview, naming, agents: names, nowMs: deps.nowMs(), mayChange }
  const listed =
    overview.rules.length === 0 ? empty(c) : html`<section class="card flush">${quotaTree(c, tree)}</section>`
  return adminPage(c, 'quotas', {
    title: words.admin.sections.quotas,
    body: html`${adminHead({ title: words.admin.sections.quotas, about: words.quotas.lead(whereOf(c, naming), zone), ...(mayChange ? { actions: actions(c, overview) } : {}) })}
<div class="column broad">${form}${quotaTiles(c, overview)}${requestList(c, overview.requests, mayChange)}${listed}</div>`,
    scripts: ['hints.js'],
    refused: sent?.refused,
  })
}

function actions(c: Context<WebEnv>, { own }: QuotaOverview) {
  const words = c.get('words').quotas
  const isSet = own.some(
    rule => quotaKey(rule) === quotaKey(fiveADay) && rule.limit === fiveADay.limit && !rule.soft,
  )
  const one = isSet
    ? html`<span class="chip good">${words.presetOn}</span>`
    : html`<form method="post" action="${adminPath(c, 'quotas')}"><button class="btn" name="act" value="preset" title="${words.presetAbout}">${words.preset}</button></form>`
  return html`${one}<a class="btn primary" href="${adminPath(c, 'quotas', { edit: 'new' })}#limit">${words.add}</a>`
}

function empty(c: Context<WebEnv>) {
  const words = c.get('words').quotas
  return html`<section class="card empty"><h2>${words.empty}</h2><p>${words.emptyAbout}</p></section>`
}

/** The form that was refused, or that of the rule which the address names. */
async function formFor(
  c: Context<WebEnv>,
  { store }: QuotaPages,
  shown: Pick<QuotaForm, 'naming' | 'agents'> & {
    readonly own: QuotaOverview['own']
    readonly sent: Shown | undefined
  },
) {
  const { own, naming, agents, sent } = shown
  if (sent?.key !== undefined)
    return quotaForm(c, { key: sent.key, typed: sent.refused.typed, naming, agents })
  const edit = c.req.query('edit')
  if (edit === undefined) return ''
  const rule = own.find(one => quotaKey(one) === edit)
  if (!rule) return quotaForm(c, { key: '', typed: newRule, naming, agents })
  const typed = typedRule(rule, await typedSubject(store, rule, naming))
  return quotaForm(c, { key: edit, typed, naming, agents })
}

/** As a person would type it; by its id where the name is not the only one of its kind. */
async function typedSubject(
  { members }: QuotaPages['store'],
  { scope, subject }: NewQuotaRule,
  naming: Naming,
): Promise<string> {
  if (subject === '*' || scope === 'workspace') return subject === '*' ? '' : subject
  if (scope === 'member') return (await members.find(subject))?.username ?? subject
  const name = naming.channel(subject)
  return naming.channelsNamed(name).length === 1 ? name : subject
}
