import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { checkManages } from '../../core/authority.ts'
import { ParleyError } from '../../core/errors.ts'
import type { KeptProvider } from '../../core/provider.ts'
import type { ProviderChanger } from '../../core/provider-desk.ts'
import type { WebEnv } from '../context.ts'
import { withNotice } from '../frame.ts'
import { readForm, refusedForm } from '../pages/form.ts'
import type { Notice } from '../views/notice.ts'
import { adminOnly, authorityIn } from './admin.ts'
import { draftFields, providerForm, toDraft } from './providers-form.ts'
import { providerList } from './providers-list.ts'
import type { ProviderPages } from './providers-pages.ts'

/** `/admin/providers`: model services, for owners and admins of the installation alone. */
export function providerRoutes(deps: ProviderPages): Hono<WebEnv> {
  const { desk } = deps
  const app = new Hono<WebEnv>()
  const only = [adminOnly(deps.store.workspaceRoles), managersOnly] as const
  app.use('/admin/providers', ...only).use('/admin/providers/*', ...only)
  app.get('/admin/providers', c => providerList(c, deps))
  app.get('/admin/providers/new', c => providerForm(c, undefined))
  app.post('/admin/providers/new', c => saving(c, undefined, draft => desk.add(draft, changerOf(c, deps))))
  app.get('/admin/providers/:id', async c => providerForm(c, await keptOf(deps, c.req.param('id'))))
  app.post('/admin/providers/:id', async c => {
    const provider = await keptOf(deps, c.req.param('id'))
    return saving(c, provider, draft => desk.change(provider.id, draft, changerOf(c, deps)))
  })
  app.post('/admin/providers/:id/move', async c => {
    const { direction } = await readForm(c, ['direction'])
    await desk.move(c.req.param('id'), direction === 'up' ? 'up' : 'down', changerOf(c, deps))
    return c.redirect('/admin/providers', 303)
  })
  app.post('/admin/providers/:id/remove', async c => {
    await desk.remove(c.req.param('id'), changerOf(c, deps))
    return c.redirect(withNotice('/admin/providers', 'providerRemoved'), 303)
  })
  app.post('/admin/providers/:id/test', async c =>
    providerList(c, deps, await tested(c, deps, c.req.param('id'))),
  )
  return app
}

/** Keys are the whole installation's: neither auditors nor who manages one workspace come here. */
const managersOnly: MiddlewareHandler<WebEnv> = async (c, next) => {
  checkManages(authorityIn(c))
  await next()
}

async function saving(
  c: Context<WebEnv>,
  provider: KeptProvider | undefined,
  save: (draft: ReturnType<typeof toDraft>) => Promise<unknown>,
) {
  const typed = await readForm(c, draftFields)
  try {
    await save(toDraft(typed))
  } catch (thrown) {
    const { key: _, ...shown } = typed
    return providerForm(c, provider, refusedForm(c, thrown, shown))
  }
  return c.redirect(withNotice('/admin/providers', 'providerSaved'), 303)
}

async function tested(c: Context<WebEnv>, deps: ProviderPages, id: string): Promise<Notice> {
  const words = c.get('words').providers
  const { environment } = deps
  const { name } = id === environment.id ? environment : await keptOf(deps, id)
  const error = await deps.probe(id)
  return error === undefined
    ? { kind: 'good', text: words.testGood(name) }
    : { kind: 'bad', text: words.testFailed(name, words.failure(error)) }
}

async function keptOf({ store }: ProviderPages, id: string): Promise<KeptProvider> {
  const found = (await store.providers.list()).find(provider => provider.id === id)
  if (!found) throw new ParleyError('not_found', 'There is no such provider.')
  return found
}

function changerOf(c: Context<WebEnv>, { address }: ProviderPages): ProviderChanger {
  const from = address(c)
  return { memberId: authorityIn(c).memberId, ...(from === undefined ? {} : { address: from }) }
}
