import type { Context } from 'hono'
import { html } from 'hono/html'
import { type DiffLine, diffDefinitions, type FieldChange } from '../../core/agent-diff.ts'
import { ParleyError } from '../../core/errors.ts'
import type { AgentVersion, KeptAgent } from '../../core/kept-agent.ts'
import type { WebEnv } from '../context.ts'
import { withNotice } from '../frame.ts'
import { readForm } from '../pages/form.ts'
import type { Html } from '../views/html.ts'
import { when } from '../views/when.ts'
import { adminPage, authorityIn } from './admin.ts'
import {
  type AgentAdmin,
  agentsPath,
  agentsTop,
  auditOf,
  checkMayChangeAgent,
  mayChange,
} from './agents-base.ts'

/** What was published, newest first. */
export async function versionsCard(c: Context<WebEnv>, deps: AgentAdmin, agent: KeptAgent): Promise<Html> {
  const words = c.get('words').agents
  const versions = await deps.store.keptAgents.versions(agent.id)
  const names = await namesOf(deps, versions)
  return html`<section class="card" aria-labelledby="versions"><h2 id="versions">${words.versions}</h2>
${versions.length === 0 ? html`<p class="about">${words.noVersions}</p>` : ''}
<ol class="plain rows versions" reversed>${versions.map(version => {
    const { version: number, publishedAtMs, publishedBy, from } = version
    const by = names.get(publishedBy ?? '')
    const about = [by === undefined ? '' : words.by(by), from === undefined ? '' : words.again(from)].filter(
      Boolean,
    )
    return html`<li><div><b>${words.version(number)}</b>${number === agent.published?.version ? html` <span class="chip good">${words.answersNow}</span>` : ''}<p class="meta">${when(c, publishedAtMs)}${about.map(text => html` · ${text}`)}</p></div><a class="btn" href="${agentsPath(c, `/${agent.id}/versions/${number}`)}" aria-label="${words.compare}: ${words.version(number)}">${words.compare}</a></li>`
  })}</ol></section>`
}

async function namesOf({ store }: AgentAdmin, versions: readonly AgentVersion[]) {
  const ids = new Set(versions.flatMap(({ publishedBy }) => publishedBy ?? []))
  const members = await Promise.all([...ids].map(id => store.members.find(id)))
  return new Map(members.flatMap(member => (member ? [[member.id, member.nickname] as const] : [])))
}

const others = ['previous', 'published', 'draft'] as const
type Other = (typeof others)[number]

/** `/admin/agents/:id/versions/:version`: what is different, and the way back to it. */
export async function versionPage(c: Context<WebEnv>, deps: AgentAdmin, agent: KeptAgent) {
  const words = c.get('words').agents
  const versions = await deps.store.keptAgents.versions(agent.id)
  const version = versions.find(one => one.version === Number(c.req.param('version')))
  if (!version) throw new ParleyError('not_found', 'There is no such version.')
  const previous = versions.find(one => one.version === version.version - 1)
  const isCurrent = agent.published?.version === version.version
  const asked = others.find(one => one === c.req.query('with')) ?? (previous ? 'previous' : 'draft')
  const sides = { previous: previous?.definition, published: agent.published?.definition, draft: agent.draft }
  const other = sides[asked] ?? agent.draft
  // What is older stands on the left.
  const changes =
    asked === 'previous'
      ? diffDefinitions(other, version.definition)
      : diffDefinitions(version.definition, other)
  const path = `/${agent.id}/versions/${version.version}`
  const offered = others.filter(one => sides[one] !== undefined && !(one === 'published' && isCurrent))
  const title = words.compareTitle(agent.draft.name, version.version)
  return adminPage(c, 'agents', {
    title,
    body: html`${agentsTop(c, {
      title,
      about: words.compareWith[asked],
      back: agentsPath(c, `/${agent.id}`),
      ...(mayChange(c, agent) && !isCurrent && !agent.archived
        ? {
            actions: html`<form method="post" action="${agentsPath(c, `/${agent.id}/rollback`)}"><button class="btn primary" name="version" value="${version.version}">${words.rollBack}</button></form>`,
          }
        : {}),
    })}
<div class="flow"><div class="column agents"><nav class="agent-tabs" aria-label="${words.compare}">${offered.map(one => tab(c, path, one, one === asked))}</nav>
${changes.length === 0 ? html`<p class="empty">${words.same}</p>` : changes.map(change => changeCard(c, change))}
<p><a href="${agentsPath(c, `/${agent.id}`)}">‹ ${agent.draft.name}</a></p></div></div>`,
  })
}

function tab(c: Context<WebEnv>, path: string, other: Other, isAsked: boolean): Html {
  const words = c.get('words').agents
  return html`<a href="${agentsPath(c, path, { with: other })}"${isAsked ? html` aria-current="page"` : ''}>${words.compareWith[other]}</a>`
}

/** An old version anew: what answers is never changed in place. */
export async function rollBack(c: Context<WebEnv>, deps: AgentAdmin, agent: KeptAgent) {
  checkMayChangeAgent(c, agent)
  const { version } = await readForm(c, ['version'])
  await deps.store.atomically(async stores => {
    const by = authorityIn(c).memberId
    const from = Number(version)
    if (!Number.isSafeInteger(from)) throw new ParleyError('not_found', 'There is no such version.')
    const after = await stores.keptAgents.publish(agent.id, { by, atMs: deps.nowMs(), from })
    const before = agent.published?.version ?? null
    const detail = { name: agent.draft.name, before, after, from }
    await stores.audits.add(auditOf(c, deps, 'agent_rolled_back', agent.id, detail))
  })
  return c.redirect(withNotice(agentsPath(c, `/${agent.id}`), 'agentPublished'), 303)
}

/** Lines around a change that tell where it is. */
const around = 2

function changeCard(c: Context<WebEnv>, { field, lines }: FieldChange): Html {
  const words = c.get('words').agents
  return html`<section class="card"><h2>${words.fields[field]}</h2><div class="diff">${folded(lines).map(
    piece =>
      typeof piece === 'number'
        ? html`<p class="diff-skip">${words.skipped(piece)}</p>`
        : diffLine(piece, { gone: words.gone, new: words.added }),
  )}</div></section>`
}

function diffLine({ kind, text }: DiffLine, names: { readonly gone: string; readonly new: string }): Html {
  if (kind === 'same') return html`<p>${text}</p>`
  const sign = kind === 'gone' ? '−' : '+'
  const said = html`<span class="diff-sign" aria-hidden="true">${sign}</span><span class="unseen">${names[kind]}: </span>${text}`
  return kind === 'gone'
    ? html`<p class="diff-gone"><del>${said}</del></p>`
    : html`<p class="diff-new"><ins>${said}</ins></p>`
}

/** Long stretches that stayed as they were become their count. */
function folded(lines: readonly DiffLine[]): readonly (DiffLine | number)[] {
  const isNear = lines.map((_, at) =>
    lines.slice(Math.max(0, at - around), at + around + 1).some(({ kind }) => kind !== 'same'),
  )
  const pieces: (DiffLine | number)[] = []
  for (const [at, line] of lines.entries()) {
    const last = pieces.at(-1)
    if (isNear[at]) pieces.push(line)
    else if (typeof last === 'number') pieces.splice(-1, 1, last + 1)
    else pieces.push(1)
  }
  return pieces
}
