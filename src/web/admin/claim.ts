import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import {
  type Claimable,
  claimable,
  type ClaimDependencies,
  claimWorkspace,
} from '../../core/claim-workspace.ts'
import { ParleyError, toParleyError } from '../../core/errors.ts'
import { isIn, parseWorkspace, workspaceKey } from '../../core/workspace.ts'
import type { WebEnv } from '../context.ts'
import { page, withNotice } from '../frame.ts'
import { readForm } from '../pages/form.ts'
import { memberOnly, signedInOf } from '../pages/member-only.ts'
import type { Notice } from '../views/notice.ts'
import { workspaceName } from './sections.ts'

/** Both platforms answer in a fraction of it. */
const patienceMs = 8_000

/** `/admin/claim`: whoever administers a workspace on its platform may manage it here. */
export function claimRoutes(
  deps: ClaimDependencies & { readonly address: (c: Context) => string | undefined },
): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  app.use('/admin/claim', memberOnly)
  app.get('/admin/claim', c => claimPage(c, deps))
  app.post('/admin/claim', async c => {
    const { member } = signedInOf(c)
    const words = c.get('words')
    const workspace = parseWorkspace((await readForm(c, ['workspace'])).workspace)
    const found = await claimable(deps, member)
    if (!workspace || !found.some(one => isIn(one, workspace)))
      throw new ParleyError('not_found', 'There is no such workspace.')
    const address = deps.address(c)
    const by = { member, ...(address === undefined ? {} : { address }) }
    const notice = (text: string): Notice => ({ kind: 'bad', text })
    try {
      const claimed = await claimWorkspace(deps, by, workspace, AbortSignal.timeout(patienceMs))
      const query = new URLSearchParams({ workspace: workspaceKey(workspace) })
      if (claimed) return c.redirect(withNotice(`/admin?${query.toString()}`, 'workspaceClaimed'), 303)
    } catch (thrown) {
      const error = toParleyError(thrown)
      if (!error.code.startsWith('platform_')) throw thrown
      deps.log.warn({ platform: workspace.platform, error }, 'who administers a workspace could not be asked')
      return claimPage(c, deps, { status: 503, notice: notice(words.members.claimUnavailable) })
    }
    const refused = words.members.claimRefused(workspaceName(words, workspace, found))
    return claimPage(c, deps, { status: 403, notice: notice(refused) })
  })
  return app
}

async function claimPage(
  c: Context<WebEnv>,
  deps: ClaimDependencies,
  refused: { readonly status?: 403 | 503; readonly notice?: Notice } = {},
): Promise<Response> {
  const { members } = c.get('words')
  const found = await claimable(deps, signedInOf(c).member)
  return page(c, {
    ...refused,
    title: members.claimTitle,
    body: html`<h1>${members.claimTitle}</h1><p class="lead">${members.claimAbout}</p><section class="card">
${found.length === 0 ? html`<p>${members.claimNone}</p>` : html`<ul class="plain rows">${found.map(one => row(c, one, found))}</ul>`}
<p class="row"><a class="btn quiet" href="/profile">${members.toProfile}</a></p></section>`,
  })
}

function row(c: Context<WebEnv>, workspace: Claimable, found: readonly Claimable[]) {
  const words = c.get('words')
  const { members } = words
  const name = workspaceName(words, workspace, found)
  const key = workspaceKey(workspace)
  const service = words.linking.service(workspace.platform)
  return html`<li><div><b>${name}</b>${workspace.claimed ? html` <span class="chip good">${members.claimed}</span>` : ''}</div>${
    workspace.claimed
      ? html`<a class="btn" href="/admin?workspace=${encodeURIComponent(key)}">${members.claimLook}</a>`
      : html`<form method="post" action="/admin/claim"><button class="btn" name="workspace" value="${key}" aria-label="${members.claimNamed(name, service)}">${members.claim(service)}</button></form>`
  }</li>`
}
