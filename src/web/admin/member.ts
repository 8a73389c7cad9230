import type { Context } from 'hono'
import { html } from 'hono/html'
import { mayGiveRole, mayManage, mayTouch, seesRole, type WorkspaceRole } from '../../core/authority.ts'
import type { Identity } from '../../core/identity.ts'
import { type Role, roles } from '../../core/member.ts'
import type { RosterEntry } from '../../core/roster.ts'
import type { Session } from '../../core/session.ts'
import { workspaceKey } from '../../core/workspace.ts'
import type { WebEnv } from '../context.ts'
import type { Refused } from '../pages/form.ts'
import { adminHead } from '../views/admin-head.ts'
import { avatar } from '../views/avatar.ts'
import { deviceName } from '../views/device.ts'
import { field, nothingTyped, select, type Typed } from '../views/field.ts'
import type { Html } from '../views/html.ts'
import { when } from '../views/when.ts'
import { adminPage, adminPath, authorityIn, within } from './admin.ts'
import { seesAddresses, standingChip } from './members.ts'
import { workspaceName } from './sections.ts'

/** What there is to show of one Member. */
export interface MemberShown {
  readonly entry: RosterEntry
  readonly identities: readonly Identity[]
  readonly workspaceRoles: readonly WorkspaceRole[]
  /** None for who may not end them. */
  readonly sessions: readonly Session[]
}

/** One Member, and what the viewer may do to them. Nothing of what they said. */
export function memberPage(c: Context<WebEnv>, shown: MemberShown, refused?: Refused): Promise<Response> {
  const { members } = c.get('words')
  const { member } = shown.entry
  const typed = refused?.typed ?? nothingTyped
  return adminPage(c, 'members', {
    title: member.nickname,
    refused,
    body: html`${adminHead({
      title: member.nickname,
      about: html`${member.username}${member.id === authorityIn(c).memberId ? html` · ${members.you}` : ''} · ${standingChip(c, shown.entry)}`,
      actions: html`<a class="btn" href="${adminPath(c, 'members')}">${members.back}</a>`,
    })}<div class="column broad"><div class="columns">${account(c, shown)}${allowance(c, shown)}</div>
${roleCard(c, shown, typed)}${workspaceCard(c, shown, typed)}${mayTouchThem(c, shown) ? [sessionsCard(c, shown), doorCard(c, shown), eraseCard(c, shown, typed)] : ''}</div>`,
  })
}

/** Whether their sessions and their account are the viewer's to end. */
export function mayTouchThem(c: Context<WebEnv>, { entry }: Pick<MemberShown, 'entry'>): boolean {
  return mayTouch(authorityIn(c).role, entry.member.role)
}

function card(id: string, title: string, body: unknown): Html {
  return html`<section class="card" aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${body}</section>`
}

function actionOf(c: Context<WebEnv>, { entry }: MemberShown, act: string): string {
  return within(c, `/admin/members/${entry.member.id}/${act}`)
}

function account(c: Context<WebEnv>, { entry, identities }: MemberShown) {
  const words = c.get('words')
  const { members, linking } = words
  const { member, seenAtMs } = entry
  const linked = identities.filter(({ platform }) => platform !== 'web')
  const email = html`<dt>${members.email}</dt><dd>${member.email ?? members.noEmail}${member.email !== undefined && !member.emailConfirmed ? html` <span class="chip warn">${members.unconfirmed}</span>` : ''}</dd>`
  return card(
    'account',
    members.who,
    html`<p class="person">${avatar({ id: member.id, name: member.nickname, avatarTag: member.avatarTag })}<span>${member.nickname}<small>${member.username}</small></span></p>
<dl class="pairs">${seesAddresses(c) ? email : ''}
<dt>${members.since}</dt><dd>${when(c, member.createdAtMs)}</dd>
<dt>${members.seen}</dt><dd>${seenAtMs === undefined ? members.never : when(c, seenAtMs)}</dd>
<dt>${members.linked}</dt><dd>${linked.length === 0 ? members.noLinked : linked.map(({ platform, name, userId }) => html`<span class="chip">${name ?? userId} · ${linking.service(platform)}</span> `)}</dd></dl>`,
  )
}

function allowance(c: Context<WebEnv>, { entry }: MemberShown) {
  const { members } = c.get('words')
  const { id } = entry.member
  return card(
    'allowance',
    members.allowance,
    html`<p class="row"><a class="btn" href="${adminPath(c, 'quotas')}">${members.quotas}</a><a class="btn" href="${adminPath(c, 'usage', { only: `person:${id}` })}">${members.usage}</a><a class="btn" href="${adminPath(c, 'audit', { subject: id })}">${members.audit}</a></p>`,
  )
}

function roleCard(c: Context<WebEnv>, shown: MemberShown, typed: Typed) {
  const words = c.get('words')
  const { members } = words
  const { member } = shown.entry
  const by = authorityIn(c).role
  const offered: readonly Role[] = roles.filter(to => mayGiveRole(by, { from: member.role, to }))
  const now = html`<p class="about"><b>${members.roles[member.role]}</b>. ${members.roleAbout[member.role]}</p>`
  if (offered.length === 0) {
    const why = by === 'admin' ? html`<p class="meta">${members.ownersOnly}</p>` : ''
    return card('role', members.wholeRole, html`${now}${why}`)
  }
  const chosen: Typed = { values: { role: typed.values['role'] ?? member.role }, problems: typed.problems }
  return card(
    'role-title',
    members.wholeRole,
    html`${now}<form class="form inline" method="post" action="${actionOf(c, shown, 'role')}">
${select(
  words,
  chosen,
  { name: 'role', label: members.role },
  offered.map(value => ({ value, text: members.roles[value] })),
)}
<button class="btn">${members.changeRole}</button></form>`,
  )
}

function workspaceCard(c: Context<WebEnv>, shown: MemberShown, typed: Typed) {
  const words = c.get('words')
  const { members } = words
  const authority = authorityIn(c)
  const known = c.get('workspaces') ?? []
  const visible = shown.workspaceRoles.filter(given => seesRole(authority, given))
  const manageable = known.filter(one => mayManage(authority, one))
  const row = (given: WorkspaceRole) => {
    const name = workspaceName(words, given, known)
    const role = members.workspaceRole[given.role]
    return html`<li><div><b>${name}</b> <span class="chip">${role}</span></div>${
      mayManage(authority, given)
        ? html`<form method="post" action="${actionOf(c, shown, 'workspaces')}"><input type="hidden" name="in" value="${workspaceKey(given)}"><button class="btn" name="workspaceRole" value="" aria-label="${members.takeAwayNamed(role, name)}">${members.takeAway}</button></form>`
        : ''
    }</li>`
  }
  const options = manageable.map(one => ({
    value: workspaceKey(one),
    text: workspaceName(words, one, known),
  }))
  const giving = html`<form class="form inline" method="post" action="${actionOf(c, shown, 'workspaces')}">
${select(words, typed, { name: 'in', label: members.workspace }, options)}
${select(
  words,
  typed,
  { name: 'workspaceRole', label: members.role },
  (['admin', 'auditor'] as const).map(value => ({ value, text: members.workspaceRole[value] })),
)}
<button class="btn">${members.give}</button></form>`
  return card(
    'workspace-roles',
    members.workspaceRoles,
    html`<p class="about">${members.workspaceRolesAbout}</p>${visible.length === 0 ? html`<p class="meta">${members.noWorkspaceRoles}</p>` : html`<ul class="plain rows">${visible.map(row)}</ul>`}${options.length === 0 ? '' : giving}`,
  )
}

function sessionsCard(c: Context<WebEnv>, shown: MemberShown) {
  const words = c.get('words')
  const { members, profile } = words
  const { sessions } = shown
  const row = ({ id, userAgent, address, usedAtMs, createdAtMs }: Session) => {
    const name = deviceName(words, userAgent)
    return html`<li><div><b>${name}</b><p class="meta">${address === undefined ? '' : html`${address} · `}${profile.lastUsed} ${when(c, usedAtMs)} · ${profile.since} ${when(c, createdAtMs)}</p></div>
<form method="post" action="${actionOf(c, shown, `sessions/${id}/end`)}"><button class="btn" aria-label="${profile.endDeviceNamed(name)}">${profile.endDevice}</button></form></li>`
  }
  const all = html`<form class="form-actions" method="post" action="${actionOf(c, shown, 'sessions/end')}"><button class="btn danger">${members.endAll}</button></form>`
  return card(
    'sessions',
    members.sessions,
    sessions.length === 0
      ? html`<p class="about">${members.noSessions}</p>`
      : html`<ul class="plain rows">${sessions.map(row)}</ul>${all}`,
  )
}

function doorCard(c: Context<WebEnv>, shown: MemberShown) {
  const { members } = c.get('words')
  const { member, erasing } = shown.entry
  if (erasing || member.id === authorityIn(c).memberId) return ''
  const act = member.suspended ? 'unsuspend' : 'suspend'
  return card(
    'door',
    member.suspended ? members.suspended : members.door,
    html`<p class="about">${member.suspended ? members.unsuspendAbout : members.suspendAbout}</p>
<form method="post" action="${actionOf(c, shown, act)}"><button class="btn${member.suspended ? '' : ' danger'}">${members[act]}</button></form>`,
  )
}

function eraseCard(c: Context<WebEnv>, shown: MemberShown, typed: Typed) {
  const words = c.get('words')
  const { members } = words
  const { member, erasing } = shown.entry
  if (member.id === authorityIn(c).memberId) return ''
  if (erasing) return card('erase', members.erase, html`<p class="about">${members.erasingAbout}</p>`)
  return card(
    'erase',
    members.erase,
    html`<p class="about">${members.eraseAbout(member.nickname)}</p><form class="form" method="post" action="${actionOf(c, shown, 'erase')}">
${field(words, typed, { name: 'username', label: members.eraseName, hint: members.eraseConfirm(member.username), autocomplete: 'off', required: true })}
<div class="form-actions"><button class="btn danger">${members.erase}</button></div></form>`,
  )
}
