import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { toParleyError } from '../../core/errors.ts'
import { type NamedWorkspace, parseWorkspace, type Workspace, workspaceKey } from '../../core/workspace.ts'
import type { WebEnv } from '../context.ts'
import { page } from '../frame.ts'
import { readForm } from '../pages/form.ts'
import { memberOnly } from '../pages/member-only.ts'
import { avatar } from '../views/avatar.ts'
import type { Html } from '../views/html.ts'
import type { Notice } from '../views/notice.ts'
import { type ChatPages, readerOf } from './chat-pages.ts'
import { shownTitle } from '../views/title.ts'

/** `/chats/:id/people`: who takes part in a dialogue of the web, and letting people in and out. */
export function peopleRoutes(deps: ChatPages): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  app.use('/chats/:id/people', memberOnly)
  app.get('/chats/:id/people', c => peoplePage(c, deps, c.req.param('id')))
  app.post('/chats/:id/people', c => changePeople(c, deps, c.req.param('id')))
  return app
}

async function peoplePage(c: Context<WebEnv>, deps: ChatPages, id: string, notice?: Notice) {
  const signedIn = await readerOf(c, deps)
  const [entry, { people, workspaces, invitable }] = await Promise.all([
    deps.history.find(signedIn.viewer, id),
    deps.company.list(signedIn, id),
  ])
  const words = c.get('words').dialogue
  const isOwner = entry?.access === 'own'
  const others = people.map(({ memberId, nickname: name }) => {
    const isSelf = memberId === signedIn.member.id
    const label = isSelf ? words.invite.leave : words.invite.takeOut
    const act = isOwner || isSelf ? actForm('remove', memberId, label) : ''
    return html`<li>${avatar({ id: memberId, name })}<div><b>${name}</b></div>${act}</li>`
  })
  const wholes = workspaces.map(workspace => {
    const act = isOwner ? actForm('removeWorkspace', workspaceKey(workspace), words.invite.takeOut) : ''
    return html`<li>${avatar({ id: workspaceKey(workspace), name: nameOf(workspace) })}<div><b>${words.invite.everybodyOf(...namesOf(c, workspace))}</b><p class="about">${words.invite.workspaceAbout}</p></div>${act}</li>`
  })
  const rows = [...wholes, ...others]
  return page(c, {
    title: words.invite.title,
    ...(notice ? { notice, status: 404 as const } : {}),
    body: html`<h1>${words.invite.title}</h1><p class="lead">${words.invite.about}</p>
<section class="card">${rows.length === 0 ? html`<p>${words.invite.none}</p>` : html`<ul class="plain rows">${rows}</ul>`}</section>
${isOwner ? inviteCard(c, invitable) : ''}
<p class="other"><a href="/chats/${id}">‹ ${shownTitle(c.get('words'), entry?.title ?? '')}</a></p>`,
  })
}

function inviteCard(c: Context<WebEnv>, invitable: readonly NamedWorkspace[]): Html {
  const { invite } = c.get('words').dialogue
  const wholes = invitable.map(workspace =>
    actForm('inviteWorkspace', workspaceKey(workspace), invite.inviteWorkspace(...namesOf(c, workspace))),
  )
  return html`<section class="card"><form method="post" class="row"><label for="who">${invite.who}</label><input id="who" name="who" required autocomplete="off"><button class="btn primary">${invite.add}</button></form>
${wholes.length === 0 ? '' : html`<div class="row">${wholes}</div><p class="about">${invite.workspaceAbout}</p>`}</section>`
}

const fields = ['who', 'remove', 'inviteWorkspace', 'removeWorkspace'] as const

function actForm(name: (typeof fields)[number], value: string, label: string): Html {
  return html`<form method="post"><button class="btn quiet" name="${name}" value="${value}">${label}</button></form>`
}

async function changePeople(c: Context<WebEnv>, deps: ChatPages, id: string) {
  const { company } = deps
  const signedIn = await readerOf(c, deps)
  const { who, remove, inviteWorkspace, removeWorkspace } = await readForm(c, fields)
  try {
    if (remove !== '') await company.remove(signedIn, id, remove)
    else if (removeWorkspace !== '') await company.removeWorkspace(signedIn, id, workspaceOf(removeWorkspace))
    else if (inviteWorkspace !== '') await company.inviteWorkspace(signedIn, id, workspaceOf(inviteWorkspace))
    else await company.invite(signedIn, id, who.trim())
  } catch (thrown) {
    const { code, fields: problems } = toParleyError(thrown)
    if (code !== 'not_found' || problems.length === 0) throw thrown
    const { unknown, unknownWorkspace } = c.get('words').dialogue.invite
    return peoplePage(c, deps, id, { kind: 'bad', text: inviteWorkspace === '' ? unknown : unknownWorkspace })
  }
  const isGone = remove === signedIn.member.id
  return c.redirect(isGone ? '/chats' : `/chats/${id}/people`, 303)
}

/** What names none is one that nobody is in. */
function workspaceOf(key: string): Workspace {
  return parseWorkspace(key) ?? { platform: 'web', workspaceId: '' }
}

function nameOf({ name, workspaceId }: NamedWorkspace): string {
  return name ?? workspaceId
}

function namesOf(c: Context<WebEnv>, workspace: NamedWorkspace): [string, string] {
  return [nameOf(workspace), c.get('words').chats.platforms[workspace.platform]]
}
