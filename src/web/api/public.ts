import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { ParleyError } from '../../core/errors.ts'
import type { Publication } from '../../core/publication.ts'
import type { WebEnv } from '../context.ts'
import type { KeepingPages } from '../pages/keeping-pages.ts'
import { given, usualRefusals } from './api.ts'
import { idParam, platform } from './shapes.ts'

const tags = ['Public']

const entryShape = z
  .object({ id: z.string(), title: z.string(), platform, publishedAt: z.iso.datetime() })
  .openapi('PublicDialogue')
const messageShape = z.object({
  position: z.number(),
  role: z.enum(['user', 'assistant']),
  speaker: z.string().nullable(),
  text: z.string(),
  version: z.int(),
  redacted: z.boolean(),
  sentAt: z.iso.datetime(),
})

const listPublic = createRoute({
  tags,
  method: 'get',
  path: '/api/v1/public',
  summary: 'What anybody may read, newest first',
  request: {
    query: z.object({
      cursor: z.string().max(500).optional(),
      limit: z.coerce.number().int().min(1).max(100).default(30),
    }),
  },
  responses: {
    200: given('A page.', z.object({ items: z.array(entryShape), nextCursor: z.string().optional() })),
    ...usualRefusals,
  },
})
const getPublic = createRoute({
  tags,
  method: 'get',
  path: '/api/v1/public/{id}',
  summary: 'A published dialogue, oldest messages first',
  request: {
    params: idParam,
    query: z.object({
      after: z.coerce.number().int().optional(),
      limit: z.coerce.number().int().min(1).max(100).default(100),
    }),
  },
  responses: {
    200: given('It.', entryShape.extend({ messages: z.array(messageShape), more: z.boolean() })),
    ...usualRefusals,
  },
})

/** What was published, for whoever asks. */
export function addPublic(api: OpenAPIHono<WebEnv>, { store }: KeepingPages): void {
  const wholeWeb = async () => (await store.settings.installation()).publicHistory
  api.openapi(listPublic, async c => {
    const { limit, cursor } = c.req.valid('query')
    const request = { limit, ...(cursor === undefined ? {} : { cursor }) }
    const { person } = c.get('words').sharing
    const { items, nextCursor } = await store.publications.list(request, await wholeWeb(), person)
    const next = nextCursor === undefined ? {} : { nextCursor }
    return c.json({ items: items.map(toEntry), ...next }, 200)
  })
  api.openapi(getPublic, async c => {
    const { person } = c.get('words').sharing
    const publication = await store.publications.find(c.req.valid('param').id, await wholeWeb(), person)
    if (!publication) throw new ParleyError('not_found', 'There is no such public dialogue.')
    const { after, limit } = c.req.valid('query')
    const page = { limit, ...(after === undefined ? {} : { after }) }
    const { messages, more } = await store.publications.messages(publication, page, person)
    const shown = messages.map(({ sentAtMs, speaker, ...message }) => ({
      ...message,
      speaker: speaker ?? null,
      sentAt: new Date(sentAtMs).toISOString(),
    }))
    return c.json({ ...toEntry(publication), messages: shown, more }, 200)
  })
}

function toEntry({ dialogueId: id, title, platform: from, publishedAtMs }: Publication) {
  return { id, title, platform: from, publishedAt: new Date(publishedAtMs).toISOString() }
}
