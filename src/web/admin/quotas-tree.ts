import type { Context } from 'hono'
import { html } from 'hono/html'
import { quotaKey } from '../../core/edit-quotas.ts'
import type { NewQuotaRule } from '../../core/quota-change.ts'
import { type QuotaRule, quotaScopes } from '../../core/quota.ts'
import type { SubjectStanding } from '../../core/usage-report.ts'
import { isIn } from '../../core/workspace.ts'
import type { WebEnv } from '../context.ts'
import { bar } from '../views/bar.ts'
import type { Html } from '../views/html.ts'
import { amountText, leftText, limitText, resetsText } from '../views/limit.ts'
import { adminPath } from './admin.ts'
import type { Naming } from './quotas-pages.ts'

export interface QuotaTree {
  /** Those of what is administered, and of the installation above it. */
  readonly rules: readonly QuotaRule[]
  readonly standings: readonly SubjectStanding[]
  readonly naming: Naming
  readonly people: ReadonlyMap<string, string>
  readonly agents: ReadonlyMap<string, string>
  readonly nowMs: number
  readonly mayChange: boolean
}

/** Every limit with how it stands: what holds for all over what holds for one. */
export function quotaTree(c: Context<WebEnv>, tree: QuotaTree): Html {
  const words = c.get('words').quotas
  const rows = ordered(tree.rules).map(rule => ruleRows(c, tree, rule))
  return html`<table class="tree stacks"><caption class="unseen">${words.tree}</caption>
<thead><tr><th scope="col">${words.who}</th><th scope="col">${words.limit}</th><th scope="col">${words.usedAndHeld}</th><th scope="col" class="n">${words.left}</th><th scope="col">${words.resets}</th>${tree.mayChange ? html`<th scope="col"><span class="unseen">${words.acts}</span></th>` : ''}</tr></thead>
<tbody>${rows}</tbody></table>`
}

/** Workspaces, then channels, then people; in each, the default first. */
function ordered(rules: readonly QuotaRule[]): readonly QuotaRule[] {
  const rank = ({ scope, subject, role }: QuotaRule) =>
    quotaScopes.indexOf(scope) * 10 + (subject === '*' ? 0 : 2) + (role === undefined ? 0 : 1)
  return rules.toSorted((a, b) => rank(a) - rank(b))
}

/** A rule that names its subject is one row; a default is followed by those it holds for. */
function ruleRows(c: Context<WebEnv>, tree: QuotaTree, rule: QuotaRule) {
  const standings = tree.standings.filter(standing => standing.rule.id === rule.id)
  const depth = rule.scope === 'workspace' ? 0 : 1
  if (rule.subject !== '*') return ruleRow(c, tree, rule, depth, standings[0])
  return html`${ruleRow(c, tree, rule, depth, undefined)}${standings.map(standing => subjectRow(c, tree, standing, depth + 1))}`
}

function ruleRow(
  c: Context<WebEnv>,
  tree: QuotaTree,
  rule: QuotaRule,
  depth: number,
  standing: SubjectStanding | undefined,
) {
  const words = c.get('words').quotas
  const who = ruleSubject(c, rule, tree.naming, tree.people)
  const kind = rule.subject === '*' ? '' : html` <small>${words.scopes[rule.scope]}</small>`
  return html`<tr class="depth-${depth}"><th scope="row">${who}${kind}</th>
<td data-label="${words.limit}">${limitCell(c, tree, rule, standing?.limit ?? rule.limit)}</td>
${standing ? standingCells(c, standing, tree.nowMs) : html`<td colspan="3"><small>${words.each}</small></td>`}
${tree.mayChange ? html`<td class="acts">${acts(c, rule, who)}</td>` : ''}</tr>`
}

function subjectRow(
  c: Context<WebEnv>,
  { nowMs, mayChange, naming }: QuotaTree,
  standing: SubjectStanding,
  depth: number,
) {
  const { scope } = standing.rule
  const name =
    scope === 'member'
      ? standing.name
      : scope === 'channel'
        ? naming.channel(standing.name)
        : naming.workspace(standing.name)
  return html`<tr class="depth-${depth}"><th scope="row">${name}</th>
<td data-label="${c.get('words').quotas.limit}">${limitText(c, standing)}</td>
${standingCells(c, standing, nowMs)}${mayChange ? html`<td></td>` : ''}</tr>`
}

function standingCells(c: Context<WebEnv>, standing: SubjectStanding, nowMs: number) {
  const words = c.get('words').quotas
  const { rule, used, held, limit } = standing
  const stands = words.stands(
    amountText(c, rule.unit, used),
    held === 0 ? '0' : amountText(c, rule.unit, held),
  )
  return html`<td data-label="${words.usedAndHeld}">${bar(used, held, limit)}<small>${stands}</small></td>
<td class="n" data-label="${words.left}">${leftText(c, standing)}</td>
<td data-label="${words.resets}">${resetsText(c, standing, nowMs)}</td>`
}

function limitCell(c: Context<WebEnv>, { agents }: QuotaTree, rule: QuotaRule, limit: number) {
  const words = c.get('words').quotas
  const { soft, stepDownTo } = rule
  const notes = [
    ...(soft ? [words.soft] : []),
    ...(stepDownTo === undefined ? [] : [words.stepsDown(agents.get(stepDownTo) ?? stepDownTo)]),
    ...(isOwn(c, rule) ? [] : [words.fromInstallation]),
  ]
  return html`${limitText(c, { rule, limit })}${notes.length === 0 ? '' : html`<br><small>${notes.join(', ')}</small>`}`
}

/** A rule of the installation is changed where the installation is. */
function isOwn(c: Context<WebEnv>, { workspace }: QuotaRule): boolean {
  const here = c.get('workspace')
  return here === undefined ? workspace === undefined : workspace !== undefined && isIn(workspace, here)
}

function acts(c: Context<WebEnv>, rule: QuotaRule, who: string) {
  if (!isOwn(c, rule)) return ''
  const words = c.get('words').quotas
  const key = quotaKey(rule)
  return html`<div class="row"><a class="btn quiet" href="${adminPath(c, 'quotas', { edit: key })}#limit" aria-label="${words.changeNamed(who)}">${words.change}</a>
<form method="post" action="${adminPath(c, 'quotas')}"><input type="hidden" name="act" value="remove"><input type="hidden" name="key" value="${key}"><button class="btn quiet danger" aria-label="${words.removeNamed(who)}">${words.remove}</button></form></div>`
}

/** Whom a rule is for: a name, or everybody of a kind. */
function ruleSubject(
  c: Context<WebEnv>,
  { scope, subject, role }: Pick<NewQuotaRule, 'scope' | 'subject' | 'role'>,
  naming: Naming,
  people: ReadonlyMap<string, string>,
): string {
  const words = c.get('words').quotas
  const who = subject === '*' ? words.everyOf[scope] : nameOf(scope, subject, naming, people)
  return role === undefined ? who : words.withRole(who, role)
}

function nameOf(
  scope: NewQuotaRule['scope'],
  subject: string,
  naming: Naming,
  people: ReadonlyMap<string, string>,
): string {
  if (scope === 'member') return people.get(subject) ?? subject
  return scope === 'channel' ? naming.channel(subject) : naming.workspace(subject)
}
