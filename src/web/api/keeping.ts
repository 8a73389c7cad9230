import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { type Erasure, forgetDialogue } from '../../core/erasure.ts'
import { ParleyError } from '../../core/errors.ts'
import { publish, unpublish } from '../../core/publication.ts'
import type { WebEnv } from '../context.ts'
import { downloadDialogue, downloadMine } from '../downloads.ts'
import type { KeepingPages } from '../pages/keeping-pages.ts'
import { createApi, given, memberRoutes, none, sent, usualRefusals } from './api.ts'
import { addLinking } from './linking.ts'
import { addPublic } from './public.ts'
import { idParam } from './shapes.ts'
import { signedIn } from './signed-in.ts'

const common = { ...memberRoutes, tags: ['Keeping and forgetting'] }

const erasureShape = z
  .object({
    id: z.string(),
    scope: z.enum(['dialogue', 'member']),
    counts: z.object({
      dialogues: z.int(),
      messages: z.int(),
      answers: z.int(),
      identities: z.int(),
      decisions: z.int(),
    }),
    requestedAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable().openapi({ description: 'null while it is under way.' }),
  })
  .openapi('Erasure')

const publicationShape = z
  .object({
    url: z.string(),
    masksNames: z.boolean(),
    isIndexed: z.boolean(),
    publishedAt: z.iso.datetime(),
  })
  .openapi('Publication')

const forget = createRoute({
  ...common,
  method: 'post',
  path: '/api/v1/dialogues/{id}/forget',
  summary: 'Erase a dialogue of your own, or what you said in another with what was answered to you',
  request: { params: idParam },
  responses: { 200: given('The receipt, which is all that is left.', erasureShape), ...usualRefusals },
})
const getErasure = createRoute({
  tags: common.tags,
  method: 'get',
  path: '/api/v1/erasures/{id}',
  summary: 'The receipt of an erasure, for whoever has its id',
  request: { params: idParam },
  responses: { 200: given('The receipt.', erasureShape), ...usualRefusals },
})
const getPublication = createRoute({
  ...common,
  method: 'get',
  path: '/api/v1/dialogues/{id}/publication',
  summary: 'How a dialogue is published',
  request: { params: idParam },
  responses: { 200: given('It is.', publicationShape), ...usualRefusals },
})
const putPublication = createRoute({
  ...common,
  method: 'put',
  path: '/api/v1/dialogues/{id}/publication',
  summary: 'Let anybody read a dialogue, or change how',
  request: {
    params: idParam,
    ...sent(
      z.object({
        masksNames: z.boolean().default(true).openapi({ description: 'Masks in place of names.' }),
        isIndexed: z.boolean().default(false).openapi({ description: 'Search engines may list it.' }),
      }),
    ),
  },
  responses: { 200: given('Published.', publicationShape), ...usualRefusals },
})
const deletePublication = createRoute({
  ...common,
  method: 'delete',
  path: '/api/v1/dialogues/{id}/publication',
  summary: 'Take a publication back',
  request: { params: idParam },
  responses: { 204: none('It is not public any more.'), ...usualRefusals },
})

const format = z.object({ format: z.enum(['json', 'md']).default('json') })
const files = {
  'application/json': { schema: z.record(z.string(), z.unknown()) },
  'text/markdown': { schema: z.string() },
}
const exportMine = createRoute({
  ...common,
  method: 'get',
  path: '/api/v1/me/export',
  summary: 'Everything of yours, as one file that is made while it is read',
  request: { query: format },
  responses: { 200: { description: 'The file.', content: files }, ...usualRefusals },
})
const exportDialogue = createRoute({
  ...common,
  method: 'get',
  path: '/api/v1/dialogues/{id}/export',
  summary: 'A dialogue as one file',
  request: { params: idParam, query: format },
  responses: { 200: { description: 'The file.', content: files }, ...usualRefusals },
})

/** Linking, publishing, exporting and erasing, as their pages do. */
export function keepingApi(deps: KeepingPages): OpenAPIHono<WebEnv> {
  const api = createApi()
  addErasing(api, deps)
  addPublishing(api, deps)
  addLinking(api, deps)
  addPublic(api, deps)
  api.openapi(exportMine, async c => {
    const { viewer } = signedIn(c)
    await deps.refresh?.(viewer)
    return downloadMine(c, deps, viewer, c.req.valid('query').format) as never
  })
  api.openapi(exportDialogue, async c => {
    const { id } = c.req.valid('param')
    return (await downloadDialogue(c, deps, signedIn(c).viewer, { id, ...c.req.valid('query') })) as never
  })
  return api
}

function addErasing(api: OpenAPIHono<WebEnv>, deps: KeepingPages): void {
  api.openapi(forget, async c => {
    const { id } = c.req.valid('param')
    return c.json(toErasure(await forgetDialogue(deps, signedIn(c).viewer, id, deps.nowMs())), 200)
  })
  api.openapi(getErasure, async c => {
    const erasure = await deps.store.erasures.find(c.req.valid('param').id)
    if (!erasure) throw new ParleyError('not_found', 'There is no such receipt.')
    return c.json(toErasure(erasure), 200)
  })
}

function toErasure({ id, scope, counts, requestedAtMs, endedAtMs }: Erasure) {
  return {
    id,
    scope,
    counts: { ...counts },
    requestedAt: new Date(requestedAtMs).toISOString(),
    endedAt: endedAtMs === undefined ? null : new Date(endedAtMs).toISOString(),
  }
}

function addPublishing(api: OpenAPIHono<WebEnv>, deps: KeepingPages): void {
  const published = async (id: string) => {
    const found = await deps.store.publications.find(id, false, letter => letter)
    if (!found) throw new ParleyError('not_found', 'It is not published.')
    return {
      url: `${deps.publicUrl.replace(/\/+$/, '')}/public/${id}`,
      masksNames: found.masksNames,
      isIndexed: found.isIndexed,
      publishedAt: new Date(found.publishedAtMs).toISOString(),
    }
  }
  api.openapi(getPublication, async c => {
    const { id } = c.req.valid('param')
    if (!(await deps.history.find(signedIn(c).viewer, id)))
      throw new ParleyError('not_found', 'There is no such dialogue.')
    return c.json(await published(id), 200)
  })
  api.openapi(putPublication, async c => {
    const { id } = c.req.valid('param')
    await publish(deps, signedIn(c).viewer, id, { ...c.req.valid('json'), atMs: deps.nowMs() })
    return c.json(await published(id), 200)
  })
  api.openapi(deletePublication, async c => {
    await unpublish(deps, signedIn(c).viewer, c.req.valid('param').id, deps.nowMs())
    return c.body(null, 204)
  })
}
