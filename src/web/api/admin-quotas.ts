import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { checkManages } from '../../core/authority.ts'
import type { Context } from 'hono'
import { changePrices, type NewPrice } from '../../core/price-change.ts'
import type { Price } from '../../core/price.ts'
import { changeQuotas, type NewQuotaRule } from '../../core/quota-change.ts'
import { quotaPeriods, type QuotaRule, quotaScopes, quotaUnits } from '../../core/quota.ts'
import type { Store } from '../../core/store.ts'
import type { WebEnv } from '../context.ts'
import { adminAsking } from './admin-authority.ts'
import { createApi, refusals } from './api.ts'

const ruleShape = z
  .object({
    scope: z.enum(quotaScopes),
    id: z.string().min(1).max(200).openapi({
      description: 'A workspace’s, channel’s or member’s id; `*` for every one of them.',
      example: '*',
    }),
    unit: z.enum(quotaUnits),
    period: z.enum(quotaPeriods),
    limit: z.int().min(0),
    role: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .openapi({ description: 'Only for people of this role, such as `slack:admin` or `discord:ROLE_ID`.' }),
    soft: z.boolean().optional().openapi({ description: 'Warned of, not refused.' }),
    stepDownTo: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .openapi({ description: 'The agent that answers beyond a soft limit.' }),
  })
  .openapi('QuotaRule')

const micros = z.int().min(0).openapi({ description: 'Millionths of a dollar for a million tokens.' })
const priceShape = z
  .object({
    model: z.string().min(1).max(200),
    inputMicros: micros,
    cachedInputMicros: micros.optional(),
    outputMicros: micros,
  })
  .openapi('NewPrice')
const keptPriceShape = priceShape.extend({ since: z.iso.datetime() }).openapi('Price')

const common = { tags: ['Administration'], security: [{ bearer: [] }] }
const refused = refusals({
  401: 'Not signed in.',
  403: 'Only for those who manage it.',
  404: 'There is no such workspace.',
  422: 'Something in the request is wrong; `errors` says where.',
})
const workspaceQuery = z.object({
  workspace: z.string().max(200).optional().openapi({
    description: 'Of this workspace, such as `slack:T024BE7LD`; without it of the installation.',
  }),
})
const json = <T extends z.ZodType>(schema: T) => ({ content: { 'application/json': { schema } } })
const rules = z.array(ruleShape).max(1_000)

const getQuotas = createRoute({
  ...common,
  method: 'get',
  path: '/api/v1/admin/quotas',
  summary: 'The limits of a workspace, or of the installation',
  request: { query: workspaceQuery },
  responses: { 200: { description: 'All of them.', ...json(rules) }, ...refused },
})
const putQuotas = createRoute({
  ...common,
  method: 'put',
  path: '/api/v1/admin/quotas',
  summary: 'Replace the limits of a workspace, or of the installation',
  request: { query: workspaceQuery, body: { required: true, ...json(rules) } },
  responses: { 200: { description: 'As they are now.', ...json(rules) }, ...refused },
})
const getPrices = createRoute({
  ...common,
  method: 'get',
  path: '/api/v1/admin/prices',
  summary: 'What models cost now; with `model` what it has cost, newest first',
  request: { query: z.object({ model: z.string().max(200).optional() }) },
  responses: { 200: { description: 'The prices.', ...json(z.array(keptPriceShape)) }, ...refused },
})
const putPrices = createRoute({
  ...common,
  method: 'put',
  path: '/api/v1/admin/prices',
  summary: 'Set what these models cost from now on; others stay as they are',
  request: { body: { required: true, ...json(z.array(priceShape).max(1_000)) } },
  responses: {
    200: { description: 'All prices as they are now.', ...json(z.array(keptPriceShape)) },
    ...refused,
  },
})

export interface AdminQuotasDependencies {
  readonly store: Store
  readonly nowMs: () => number
  readonly address: (c: Context<WebEnv>) => string | undefined
}

/** Limits and prices, for programs of those who manage. */
export function createAdminQuotasApi({
  store,
  nowMs,
  address,
}: AdminQuotasDependencies): OpenAPIHono<WebEnv> {
  const api = createApi()
  // Who may not is refused before anything they sent is looked at.
  api.use('/api/v1/admin/quotas', async (c, next) => {
    const { authority, workspace } = await adminAsking(c, store.workspaceRoles, c.req.query('workspace'))
    if (c.req.method !== 'GET') checkManages(authority, workspace)
    await next()
  })
  api.use('/api/v1/admin/prices', async (c, next) => {
    const { authority } = await adminAsking(c, store.workspaceRoles, undefined)
    if (c.req.method !== 'GET') checkManages(authority)
    await next()
  })
  const from = (c: Context<WebEnv>) => {
    const known = address(c)
    return { atMs: nowMs(), ...(known === undefined ? {} : { address: known }) }
  }
  api.openapi(getQuotas, async c => {
    const { workspace } = await adminAsking(c, store.workspaceRoles, c.req.valid('query').workspace)
    return c.json((await store.quotaRules.list(workspace)).map(toRule), 200)
  })
  api.openapi(putQuotas, async c => {
    const { authority, workspace } = await adminAsking(
      c,
      store.workspaceRoles,
      c.req.valid('query').workspace,
    )
    const wanted = c.req.valid('json').map(fromRule)
    await store.atomically(stores =>
      changeQuotas(stores, authority, { workspace, rules: wanted, ...from(c) }),
    )
    return c.json((await store.quotaRules.list(workspace)).map(toRule), 200)
  })
  api.openapi(getPrices, async c => {
    await adminAsking(c, store.workspaceRoles, undefined)
    const { model } = c.req.valid('query')
    const prices = await (model === undefined ? store.prices.current() : store.prices.history(model))
    return c.json(prices.map(toPrice), 200)
  })
  api.openapi(putPrices, async c => {
    const { authority } = await adminAsking(c, store.workspaceRoles, undefined)
    const prices = c.req.valid('json').map(fromPrice)
    await store.atomically(stores => changePrices(stores, authority, { prices, ...from(c) }))
    return c.json((await store.prices.current()).map(toPrice), 200)
  })
  return api
}

function toRule({ scope, subject, unit, period, limit, role, soft, stepDownTo }: QuotaRule) {
  return {
    scope,
    id: subject,
    unit,
    period,
    limit,
    ...(role === undefined ? {} : { role }),
    ...(soft ? { soft } : {}),
    ...(stepDownTo === undefined ? {} : { stepDownTo }),
  }
}

function fromRule({ id, role, soft = false, stepDownTo, ...rule }: z.infer<typeof ruleShape>): NewQuotaRule {
  return {
    ...rule,
    subject: id,
    soft,
    ...(role === undefined ? {} : { role }),
    ...(stepDownTo === undefined ? {} : { stepDownTo }),
  }
}

function toPrice({ sinceMs, ...price }: Price): z.infer<typeof keptPriceShape> {
  return { ...price, since: new Date(sinceMs).toISOString() }
}

function fromPrice({ cachedInputMicros, ...price }: z.infer<typeof priceShape>): NewPrice {
  return { ...price, ...(cachedInputMicros === undefined ? {} : { cachedInputMicros }) }
}
