import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type ApiKey, apiKeyScopes, maxKeyNameLength, mostApiKeys, usualScopes } from '../../core/api-key.ts'
import type { Keyring } from '../../core/keyring.ts'
import type { Device } from '../../core/session.ts'
import type { WebEnv } from '../context.ts'
import { createApi, given, memberRoutes, neverKept, none, sent, usualRefusals } from './api.ts'
import { idParam } from './shapes.ts'
import { signedIn } from './signed-in.ts'

export interface ApiKeysApi {
  readonly keyring: Keyring
  readonly device: (c: Context) => Device
}

const scopes = z.array(z.enum(apiKeyScopes))

const apiKeyShape = z
  .object({
    id: z.string(),
    name: z.string(),
    hint: z.string().openapi({ description: 'The first characters of the key.', example: 'pk_7Qx9aB' }),
    scopes,
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    usedAt: z.iso.datetime().nullable().openapi({ description: 'At most a minute behind.' }),
  })
  .openapi('ApiKey')

const madeShape = apiKeyShape
  .extend({ key: z.string().openapi({ description: 'Shown this once and never again.' }) })
  .openapi('MadeApiKey')

const wishShape = z.object({
  name: z.string().openapi({ description: `At most ${maxKeyNameLength} characters.`, example: 'deploy bot' }),
  expiresAt: z.iso.datetime({ offset: true }).nullable().optional(),
  scopes: scopes.optional().openapi({ description: `Without: ${usualScopes.join(', ')}.` }),
})

const common = { ...memberRoutes, tags: ['API keys'] }

const makeKey = createRoute({
  ...common,
  method: 'post',
  path: '/api/v1/api-keys',
  summary: 'Make an API key',
  description:
    `\`chat\` asks, stops and uses the relay; \`read\` reads; \`write\` changes what is yours; \`admin\` administers what you may. ` +
    `At most ${mostApiKeys} keys are good at once. The reply is kept nowhere: the same Idempotency-Key again gets 409.`,
  request: sent(wishShape),
  responses: { 201: given('Made.', madeShape), ...usualRefusals },
})

const listKeys = createRoute({
  ...common,
  method: 'get',
  path: '/api/v1/api-keys',
  summary: 'Your API keys, newest first',
  responses: {
    200: given('They.', z.object({ items: z.array(apiKeyShape), nextCursor: z.string().optional() })),
    ...usualRefusals,
  },
})

const revokeKey = createRoute({
  ...common,
  method: 'delete',
  path: '/api/v1/api-keys/{id}',
  summary: 'Revoke an API key',
  request: { params: idParam },
  responses: { 204: none('Nobody gets in with it any more.'), ...usualRefusals },
})

/** Keys of whoever is signed in. */
export function apiKeysApi({ keyring, device }: ApiKeysApi): OpenAPIHono<WebEnv> {
  const api = createApi()
  api.use('/api/v1/api-keys/*', neverKept)
  api.openapi(makeKey, async c => {
    const { name, expiresAt, scopes: wanted } = c.req.valid('json')
    const wish = {
      name,
      ...(expiresAt == null ? {} : { expiresAtMs: Date.parse(expiresAt) }),
      ...(wanted === undefined ? {} : { scopes: wanted }),
    }
    const { key, secret } = await keyring.make(signedIn(c).member, wish, device(c))
    return c.json({ ...toShown(key), key: secret }, 201)
  })
  api.openapi(listKeys, async c =>
    c.json({ items: (await keyring.list(signedIn(c).member.id)).map(toShown) }, 200),
  )
  api.openapi(revokeKey, async c => {
    await keyring.revoke(signedIn(c).member, c.req.valid('param').id, device(c))
    return c.body(null, 204)
  })
  return api
}

function toShown({ id, name, hint, scopes: given, createdAtMs, expiresAtMs, usedAtMs }: ApiKey) {
  return {
    id,
    name,
    hint,
    scopes: [...given],
    createdAt: new Date(createdAtMs).toISOString(),
    expiresAt: expiresAtMs === undefined ? null : new Date(expiresAtMs).toISOString(),
    usedAt: usedAtMs === undefined ? null : new Date(usedAtMs).toISOString(),
  }
}
