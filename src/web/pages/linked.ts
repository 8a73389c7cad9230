import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { ParleyError } from '../../core/errors.ts'
import { unlinkAccount } from '../../core/linking.ts'
import type { WebEnv } from '../context.ts'
import { page, withNotice } from '../frame.ts'
import type { Html } from '../views/html.ts'
import type { KeepingPages } from './keeping-pages.ts'
import { nameIn } from './link.ts'
import { memberOnly, signedInOf } from './member-only.ts'

/** `/linked` by itself, and unlinking from wherever its card stands. */
export function linkedRoutes(deps: KeepingPages): Hono<WebEnv> {
  const { store, nowMs } = deps
  const app = new Hono<WebEnv>()
  app.use('/linked', memberOnly)
  app.use('/linked/*', memberOnly)
  app.get('/linked', async c =>
    page(c, { title: c.get('words').linking.cardTitle, body: await linkedCard(c, deps) }),
  )
  app.post('/linked/:id/unlink', async c => {
    const { member } = signedInOf(c)
    const account = (await store.members.identities(member.id)).find(({ id }) => id === c.req.param('id'))
    if (!account) throw new ParleyError('not_found', 'There is no such account of yours.')
    await store.atomically(stores => unlinkAccount(stores, account, nowMs(), { from: 'web' }))
    return c.redirect(withNotice('/profile', 'identityUnlinked'), 303)
  })
  return app
}

/** The card of linked accounts, for the profile. */
export async function linkedCard(c: Context<WebEnv>, deps: KeepingPages): Promise<Html> {
  const { store } = deps
  const words = c.get('words').linking
  const { member } = signedInOf(c)
  const all = await store.members.identities(member.id)
  const accounts = await Promise.all(
    all
      .filter(({ platform }) => platform !== 'web')
      .map(async identity => ({
        identity,
        name: await nameIn(deps, identity),
        workspace: await store.linkCodes.workspaceName(identity),
      })),
  )
  const services = (c.get('site')?.providers ?? []).filter(({ id }) => id === 'slack' || id === 'discord')
  return html`<section class="card" aria-labelledby="linked"><h2 id="linked">${words.cardTitle}</h2>
<p class="about">${words.cardAbout}</p>
${
  accounts.length === 0
    ? html`<p>${words.none}</p>`
    : html`<ul class="plain rows">${accounts.map(
        ({
          identity,
          name,
          workspace,
        }) => html`<li><div><strong>${name}</strong> <span class="chip">${words.service(identity.platform)}</span>${workspace === undefined ? '' : html` ${words.workspace(workspace)}`}</div>
<form method="post" action="/linked/${identity.id}/unlink"><button class="btn" aria-label="${words.unlinkNamed(name, words.service(identity.platform))}">${words.unlink}</button></form></li>`,
      )}</ul><p class="about">${words.more} <a href="/admin/claim">${words.manage}</a></p>`
}
${services.length === 0 ? '' : html`<p class="row">${services.map(({ id, name }) => html`<a class="btn" href="/auth/${id}/start?link=1">${words.withService(name)}</a>`)}</p>`}
</section>`
}
