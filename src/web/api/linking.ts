import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { ParleyError } from '../../core/errors.ts'
import type { Identity } from '../../core/identity.ts'
import { lookAtLink, redeemLink, unlinkAccount } from '../../core/linking.ts'
import { triesPerAccount } from '../../core/rate-limit.ts'
import type { WebEnv } from '../context.ts'
import type { KeepingPages } from '../pages/keeping-pages.ts'
import { linkTryKey, nameIn } from '../pages/link.ts'
import { given, memberRoutes, none, sent, stale, usualRefusals } from './api.ts'
import { idParam, platform } from './shapes.ts'
import { signedIn } from './signed-in.ts'

const common = { ...memberRoutes, tags: ['Linked accounts'] }

const identityShape = z
  .object({
    id: z.string(),
    platform,
    name: z.string(),
    workspaceName: z.string().nullable(),
  })
  .openapi('Identity')
const code = z.object({
  code: z.string().max(200).openapi({ description: 'What ends the link: `/link/…`.' }),
})

const listIdentities = createRoute({
  ...common,
  method: 'get',
  path: '/api/v1/identities',
  summary: 'Your accounts on platforms, and where to link more',
  responses: {
    200: given(
      'They.',
      z.object({
        items: z.array(identityShape),
        nextCursor: z.string().optional(),
        ways: z
          .array(z.object({ provider: z.string(), url: z.string() }))
          .openapi({ description: 'To be opened in a browser that is signed in.' }),
      }),
    ),
    ...usualRefusals,
  },
})
const unlink = createRoute({
  ...common,
  method: 'delete',
  path: '/api/v1/identities/{id}',
  summary: 'Unlink an account',
  request: { params: idParam },
  responses: { 204: none('It is not yours any more.'), ...usualRefusals },
})
const look = createRoute({
  ...common,
  method: 'post',
  path: '/api/v1/links/look',
  summary: 'Whose account a link code is for; spends nothing',
  request: sent(code),
  responses: {
    200: given(
      'What following it would do.',
      z.object({
        state: z.enum(['open', 'yours', 'elsewhere', 'spent', 'old', 'unknown']),
        identity: identityShape.optional(),
      }),
    ),
    ...usualRefusals,
  },
})
const redeem = createRoute({
  ...common,
  method: 'post',
  path: '/api/v1/links/redeem',
  summary: 'Link the account that a code is for',
  description: '409 where the platform itself is to be asked first: open the link in a browser then.',
  request: sent(code),
  responses: { 200: given('Linked.', identityShape), ...usualRefusals, ...stale },
})

/** Accounts on platforms: what is linked, linking by a code, and unlinking. */
export function addLinking(api: OpenAPIHono<WebEnv>, deps: KeepingPages): void {
  const { store, secrets, nowMs } = deps
  const shown = async (identity: Identity) => ({
    id: identity.id,
    platform: identity.platform,
    name: await nameIn(deps, identity),
    workspaceName: (await store.linkCodes.workspaceName(identity)) ?? null,
  })
  const count = async (memberId: string, atMs: number) => {
    const taken = await store.rateLimits.take(linkTryKey(memberId), triesPerAccount, atMs)
    if (!taken.allowed)
      throw new ParleyError('rate_limited', 'Too many codes.', { retryAfterMs: taken.retryAfterMs })
  }
  api.openapi(listIdentities, async c => {
    const all = await store.members.identities(signedIn(c).member.id)
    const items = await Promise.all(all.filter(one => one.platform !== 'web').map(shown))
    const providers = (c.get('site')?.providers ?? []).filter(({ id }) => id === 'slack' || id === 'discord')
    const base = deps.publicUrl.replace(/\/+$/, '')
    const ways = providers.map(({ id }) => ({ provider: id, url: `${base}/auth/${id}/start?link=1` }))
    return c.json({ items, ways }, 200)
  })
  api.openapi(unlink, async c => {
    const all = await store.members.identities(signedIn(c).member.id)
    const account = all.find(({ id }) => id === c.req.valid('param').id)
    if (!account) throw new ParleyError('not_found', 'There is no such account of yours.')
    await store.atomically(stores => unlinkAccount(stores, account, nowMs(), { from: 'web' }))
    return c.body(null, 204)
  })
  api.openapi(look, async c => {
    const { member } = signedIn(c)
    const offer = await lookAtLink(store, secrets.hash(c.req.valid('json').code), member.id, nowMs())
    if (offer.state === 'unknown') await count(member.id, nowMs())
    const identity = 'identity' in offer ? { identity: await shown(offer.identity) } : {}
    return c.json({ state: offer.state, ...identity }, 200)
  })
  api.openapi(redeem, async c => {
    const { member } = signedIn(c)
    const hash = secrets.hash(c.req.valid('json').code)
    const atMs = nowMs()
    await count(member.id, atMs)
    const offer = await lookAtLink(store, hash, member.id, atMs)
    if (offer.state === 'open') {
      const { identity } = offer
      if (await deps.proveIdentity?.(c, { memberId: member.id, identity, linkCodeHash: hash }))
        throw new ParleyError('conflict', 'Open the link in a browser: the platform itself is asked first.')
    }
    const redeemed = await redeemLink(store, hash, member, atMs)
    if (redeemed.state === 'elsewhere')
      throw new ParleyError('conflict', 'The account is linked to another member.')
    if (redeemed.state !== 'linked')
      throw new ParleyError('token_invalid', 'The code is spent, old or unknown.')
    await store.rateLimits.giveBack(linkTryKey(member.id), atMs)
    return c.json(await shown(redeemed.identity), 200)
  })
}
