import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { type Accounts, maxAvatarBytes } from '../../core/account.ts'
import { ParleyError } from '../../core/errors.ts'
import type { Notices } from '../../core/notice.ts'
import type { Session } from '../../core/session.ts'
import type { WebEnv } from '../context.ts'
import { failWith } from '../failure.ts'
import { requireSignedIn } from '../guards.ts'
import type { SessionCookies } from '../session-cookies.ts'
import { createApi, given, memberRoutes, none, requireJson, sent, usualRefusals } from './api.ts'
import { meShape, toMe } from './me.ts'
import { idParam } from './shapes.ts'
import { signedIn } from './signed-in.ts'

export interface AccountActsApi {
  readonly accounts: Accounts
  readonly cookies: SessionCookies
  readonly notices: Notices
  readonly nowMs: () => number
  readonly avatar: (id: string) => Promise<{ readonly image: Uint8Array } | undefined>
}

const strangers = { tags: ['Accounts'], middleware: [requireJson] }
const members = { ...memberRoutes, tags: ['Accounts'] }
const done = z.object({ done: z.literal(true) })

const forgot = createRoute({
  ...strangers,
  method: 'post',
  path: '/api/v1/forget-password',
  summary: 'Mail a link to set a new password',
  description: 'Answers the same whether the address has an account or not.',
  request: sent(z.object({ email: z.string() })),
  responses: { 202: given('If there is such an account, it was mailed.', done), ...usualRefusals },
})
const reset = createRoute({
  ...strangers,
  method: 'post',
  path: '/api/v1/password-reset',
  summary: 'Set a new password by the token of a mailed link; every session ends',
  request: sent(z.object({ token: z.string(), password: z.string() })),
  responses: { 200: given('Set.', done), ...usualRefusals },
})
const verify = createRoute({
  ...strangers,
  method: 'post',
  path: '/api/v1/email-verify',
  summary: 'Confirm an address by the token of a mailed link',
  request: sent(z.object({ token: z.string() })),
  responses: { 200: given('The account.', meShape), ...usualRefusals },
})
const resend = createRoute({
  ...strangers,
  method: 'post',
  path: '/api/v1/email-verify/resend',
  summary: 'Mail the link to confirm an address once more',
  request: sent(z.object({ email: z.string() })),
  responses: { 202: given('If it awaits one, it was mailed.', done), ...usualRefusals },
})
const changePassword = createRoute({
  ...members,
  method: 'post',
  path: '/api/v1/me/password',
  summary: 'Change the password; every other session ends',
  request: sent(z.object({ currentPassword: z.string().optional(), password: z.string() })),
  responses: { 204: none('Changed.'), ...usualRefusals },
})
const erase = createRoute({
  ...members,
  method: 'post',
  path: '/api/v1/me/erase',
  summary: 'Erase the account with all that is its person’s',
  description: 'Cannot be undone. `GET /api/v1/erasures/{id}` tells how far it is, to whoever has the id.',
  request: sent(z.object({ username: z.string(), currentPassword: z.string().optional() })),
  responses: { 202: given('Begun.', z.object({ erasureId: z.string() })), ...usualRefusals },
})

const sessionShape = z
  .object({
    id: z.string(),
    current: z.boolean(),
    method: z.string(),
    userAgent: z.string().nullable(),
    address: z.string().nullable(),
    createdAt: z.iso.datetime(),
    usedAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .openapi('Session')
const listSessions = createRoute({
  ...members,
  method: 'get',
  path: '/api/v1/sessions',
  summary: 'Where you are signed in',
  responses: {
    200: given(
      'Used last first.',
      z.object({ items: z.array(sessionShape), nextCursor: z.string().optional() }),
    ),
    ...usualRefusals,
  },
})
const endSession = createRoute({
  ...members,
  method: 'delete',
  path: '/api/v1/sessions/{id}',
  summary: 'End one session',
  request: { params: idParam },
  responses: { 204: none('Ended.'), ...usualRefusals },
})
const endSessions = createRoute({
  ...members,
  method: 'delete',
  path: '/api/v1/sessions',
  summary: 'End every session, this one too',
  responses: { 204: none('Ended.'), ...usualRefusals },
})

const noticeShape = z.object({
  id: z.string(),
  kind: z.string(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  createdAt: z.iso.datetime(),
})
const listNotices = createRoute({
  ...members,
  method: 'get',
  path: '/api/v1/notices',
  summary: 'What you were not told yet',
  responses: {
    200: given('Oldest first.', z.object({ items: z.array(noticeShape), nextCursor: z.string().optional() })),
    ...usualRefusals,
  },
})
const seeNotices = createRoute({
  ...members,
  method: 'post',
  path: '/api/v1/notices/seen',
  summary: 'Mark notices as seen',
  request: sent(z.object({ ids: z.array(z.string().max(100)).max(100) })),
  responses: { 204: none('Marked.'), ...usualRefusals },
})

const image = z.any().openapi({ type: 'string', format: 'binary' })
const avatarPath = '/api/v1/me/avatar'
/** Described only: what they take and give is no JSON. */
const avatarRoutes = [
  {
    ...members,
    middleware: undefined,
    method: 'get' as const,
    path: avatarPath,
    summary: 'Your picture',
    responses: {
      200: { description: 'It.', content: { 'image/webp': { schema: image } } },
      ...usualRefusals,
    },
  },
  {
    ...members,
    middleware: undefined,
    method: 'put' as const,
    path: avatarPath,
    summary: 'Use this picture',
    description: 'JPEG, PNG, WebP or GIF, at most 5 MB; a small square of it is kept.',
    request: { body: { required: true, content: { 'image/*': { schema: image } } } },
    responses: { 200: given('The account.', meShape), ...usualRefusals },
  },
]
const removeAvatar = createRoute({
  ...members,
  method: 'delete',
  path: avatarPath,
  summary: 'Take the picture away',
  responses: { 200: given('The account.', meShape), ...usualRefusals },
})

/** What people do with their accounts besides signing in: as the pages of profile and settings do. */
export function accountActsApi(deps: AccountActsApi): OpenAPIHono<WebEnv> {
  const api = createApi()
  addMailed(api, deps)
  addOwn(api, deps)
  addSessions(api, deps)
  addNotices(api, deps)
  addAvatar(api, deps)
  return api
}

function addMailed(api: OpenAPIHono<WebEnv>, { accounts, cookies }: AccountActsApi): void {
  api.openapi(forgot, async c => {
    await accounts.forgotPassword(c.req.valid('json').email, c.get('language'), cookies.device(c))
    return c.json({ done: true as const }, 202)
  })
  api.openapi(reset, async c => {
    const { token, password } = c.req.valid('json')
    await accounts.resetPassword(token, { password })
    return c.json({ done: true as const }, 200)
  })
  api.openapi(verify, async c => c.json(toMe(await accounts.confirm(c.req.valid('json').token)), 200))
  api.openapi(resend, async c => {
    await accounts.resendConfirmation(c.req.valid('json').email, c.get('language'), cookies.device(c))
    return c.json({ done: true as const }, 202)
  })
}

function addOwn(api: OpenAPIHono<WebEnv>, { accounts, cookies }: AccountActsApi): void {
  api.openapi(changePassword, async c => {
    const { password, currentPassword } = c.req.valid('json')
    const { member, sessionId } = signedIn(c)
    const proof = currentPassword === undefined ? {} : { currentPassword }
    await accounts.changePassword(member.id, { password, ...proof }, { ...cookies.device(c), sessionId })
    return c.body(null, 204)
  })
  api.openapi(erase, async c => {
    const { username, currentPassword } = c.req.valid('json')
    const { member } = signedIn(c)
    if (username.trim().toLowerCase() !== member.username.toLowerCase())
      throw new ParleyError('invalid', 'This is not their username.', {
        fields: [{ field: 'username', code: 'different' }],
      })
    const proof = currentPassword === undefined ? {} : { currentPassword }
    const erasureId = await accounts.deleteAccount(member.id, proof, cookies.device(c))
    cookies.take(c)
    return c.json({ erasureId }, 202)
  })
}

function addSessions(api: OpenAPIHono<WebEnv>, { accounts }: AccountActsApi): void {
  api.openapi(listSessions, async c => {
    const { member, sessionId } = signedIn(c)
    const sessions = await accounts.listSessions(member.id)
    return c.json({ items: sessions.map(session => toShown(session, sessionId)) }, 200)
  })
  api.openapi(endSession, async c => {
    await accounts.endSession(signedIn(c).member.id, c.req.valid('param').id)
    return c.body(null, 204)
  })
  api.openapi(endSessions, async c => {
    await accounts.logoutEverywhere(signedIn(c).member.id)
    return c.body(null, 204)
  })
}

function toShown({ id, method, userAgent, address, ...at }: Session, currentId: string) {
  return {
    id,
    current: id === currentId,
    method,
    userAgent: userAgent ?? null,
    address: address ?? null,
    createdAt: new Date(at.createdAtMs).toISOString(),
    usedAt: new Date(at.usedAtMs).toISOString(),
    expiresAt: new Date(at.expiresAtMs).toISOString(),
  }
}

function addNotices(api: OpenAPIHono<WebEnv>, { notices, nowMs }: AccountActsApi): void {
  api.openapi(listNotices, async c => {
    const unseen = await notices.unseen(signedIn(c).member.id)
    const items = unseen.map(({ id, kind, detail, createdAtMs }) => ({
      id,
      kind,
      detail: { ...detail },
      createdAt: new Date(createdAtMs).toISOString(),
    }))
    return c.json({ items }, 200)
  })
  api.openapi(seeNotices, async c => {
    await notices.see(signedIn(c).member.id, c.req.valid('json').ids, nowMs())
    return c.body(null, 204)
  })
}

function addAvatar(api: OpenAPIHono<WebEnv>, { accounts, avatar }: AccountActsApi): void {
  for (const route of avatarRoutes) api.openAPIRegistry.registerPath(route)
  api.get(avatarPath, requireSignedIn, async c => {
    const found = await avatar(signedIn(c).member.id)
    if (!found) throw new ParleyError('not_found', 'There is no picture.')
    return c.body(new Uint8Array(found.image), 200, { 'content-type': 'image/webp' })
  })
  const limit = bodyLimit({ maxSize: maxAvatarBytes, onError: c => failWith(c, 413, 'too_large') })
  api.put(avatarPath, requireSignedIn, limit, async c => {
    if (!(c.req.header('Content-Type') ?? '').startsWith('image/')) return failWith(c, 415, 'not_picture')
    const bytes = new Uint8Array(await c.req.arrayBuffer())
    return c.json(toMe(await accounts.setAvatar(signedIn(c).member.id, bytes)), 200)
  })
  api.openapi(removeAvatar, async c =>
    c.json(toMe(await accounts.setAvatar(signedIn(c).member.id, undefined)), 200),
  )
}
