import { createRoute, type z } from '@hono/zod-openapi'
import { refusals } from './api.ts'
import { outFrame } from '../frames.ts'
import * as shapes from './shapes.ts'

/** What the dialogues' routes are; what they do stands in dialogues.ts. */

type Json<T extends z.ZodType> = {
  readonly content: { readonly 'application/json': { readonly schema: T } }
}

const given = <T extends z.ZodType>(description: string, schema: T): Json<T> & { description: string } => ({
  description,
  content: { 'application/json': { schema } },
})
const body = <T extends z.ZodType>(schema: T) =>
  ({ required: true, content: { 'application/json': { schema } } }) as const

/** What any of them may answer. */
const common = {
  tags: ['Dialogues'],
  security: [{ bearer: [] }],
}
const refused = refusals({
  401: 'Not signed in.',
  403: 'Not allowed, or the e-mail address is not confirmed.',
  404: 'There is none, or none that you may read.',
  409: 'Not as things stand.',
  422: 'Something in the request is wrong; `errors` says where.',
  429: 'Too much at once, or no allowance left; `resetsAt` says until when.',
})

export const listDialogues = createRoute({
  ...common,
  method: 'get',
  path: '/api/v1/dialogues',
  summary: 'What you may see, newest first; with `q`, what is found in it',
  request: { query: shapes.listQuery },
  responses: { 200: given('A page.', shapes.list), ...refused },
})
export const createDialogue = createRoute({
  ...common,
  method: 'post',
  path: '/api/v1/dialogues',
  summary: 'A new dialogue; with a text it is asked at once',
  request: { body: body(shapes.creation) },
  responses: { 201: given('Made.', shapes.created), ...refused },
})
export const getDialogue = createRoute({
  ...common,
  method: 'get',
  path: '/api/v1/dialogues/{id}',
  summary: 'A dialogue with its newest messages, or those before a position',
  request: { params: shapes.idParam, query: shapes.dialogueQuery },
  responses: { 200: given('The dialogue.', shapes.dialogue), ...refused },
})
export const changeDialogue = createRoute({
  ...common,
  method: 'patch',
  path: '/api/v1/dialogues/{id}',
  summary: 'Rename it, pin it, choose its agent',
  request: { params: shapes.idParam, body: body(shapes.change) },
  responses: { 200: given('As it is now.', shapes.entry), ...refused },
})
export const deleteDialogue = createRoute({
  ...common,
  method: 'delete',
  path: '/api/v1/dialogues/{id}',
  summary: 'Erase a web dialogue of your own; take any other out of your list',
  request: { params: shapes.idParam },
  responses: { 204: { description: 'Gone.' }, ...refused },
})
export const sendMessage = createRoute({
  ...common,
  method: 'post',
  path: '/api/v1/dialogues/{id}/messages',
  summary: 'Say something, and be answered',
  request: { params: shapes.idParam, body: body(shapes.saying) },
  responses: { 202: given('Taken.', shapes.taken), ...refused },
})
export const regenerate = createRoute({
  ...common,
  method: 'post',
  path: '/api/v1/dialogues/{id}/regenerate',
  summary: 'Another answer, on a branch beside this one',
  request: { params: shapes.idParam, body: body(shapes.regeneration) },
  responses: { 202: given('Taken.', shapes.taken), ...refused },
})
export const editMessage = createRoute({
  ...common,
  method: 'post',
  path: '/api/v1/messages/{id}/edit',
  summary: 'Ask in other words, on a branch beside what was said',
  request: { params: shapes.idParam, body: body(shapes.saying) },
  responses: { 202: given('Taken.', shapes.taken), ...refused },
})
export const switchBranch = createRoute({
  ...common,
  method: 'post',
  path: '/api/v1/dialogues/{id}/branch',
  summary: 'Go on along another branch; null is the trunk',
  request: { params: shapes.idParam, body: body(shapes.branchChoice) },
  responses: { 204: { description: 'Switched.' }, ...refused },
})
export const listMembers = createRoute({
  ...common,
  method: 'get',
  path: '/api/v1/dialogues/{id}/members',
  summary: 'Who was invited',
  request: { params: shapes.idParam },
  responses: { 200: given('They.', shapes.teammates), ...refused },
})
export const inviteMember = createRoute({
  ...common,
  method: 'post',
  path: '/api/v1/dialogues/{id}/members',
  summary: 'Let a member take part, or everybody of a workspace',
  request: { params: shapes.idParam, body: body(shapes.invitation) },
  responses: { 201: given('Invited.', shapes.invited), ...refused },
})
export const removeMember = createRoute({
  ...common,
  method: 'delete',
  path: '/api/v1/dialogues/{id}/members/{memberId}',
  summary: 'Take a member out; or leave',
  request: { params: shapes.memberParam },
  responses: { 204: { description: 'Out.' }, ...refused },
})
export const removeWorkspace = createRoute({
  ...common,
  method: 'delete',
  path: '/api/v1/dialogues/{id}/workspaces/{platform}/{workspaceId}',
  summary: 'Take a workspace out',
  request: { params: shapes.workspaceParam },
  responses: { 204: { description: 'Out.' }, ...refused },
})
export const listVersions = createRoute({
  ...common,
  method: 'get',
  path: '/api/v1/messages/{id}/versions',
  summary: 'What a message said before, newest first',
  request: { params: shapes.idParam },
  responses: { 200: given('They; none when it was never changed.', shapes.versions), ...refused },
})
export const getFacets = createRoute({
  ...common,
  method: 'get',
  path: '/api/v1/facets',
  summary: 'Channels and people that the list can be filtered by',
  responses: { 200: given('They.', shapes.facets), ...refused },
})
export const getTurn = createRoute({
  ...common,
  tags: ['Turns'],
  method: 'get',
  path: '/api/v1/turns/{id}',
  summary: 'How an answer stands',
  request: { params: shapes.idParam },
  responses: { 200: given('The turn.', shapes.turn), ...refused },
})
export const stopTurn = createRoute({
  ...common,
  tags: ['Turns'],
  method: 'post',
  path: '/api/v1/turns/{id}/stop',
  summary: 'Stop an answer that is being written',
  request: { params: shapes.idParam },
  responses: { 202: given('Told.', shapes.stopped), ...refused },
})
export const getReceipt = createRoute({
  ...common,
  tags: ['Turns'],
  method: 'get',
  path: '/api/v1/turns/{id}/receipt',
  summary: 'What an answer was given',
  request: { params: shapes.idParam },
  responses: { 200: given('The receipt.', shapes.receipt), ...refused },
})
/** Described only: what it gives is no JSON. */
export const followDialogue = {
  ...common,
  method: 'get',
  path: '/api/v1/dialogues/{id}/events',
  summary: 'What happens in a dialogue, as server-sent events',
  description:
    'The frames of `/ws`: `event` is their type, `id` their cursor. `Last-Event-ID` resumes after one; without it the newest messages come first.',
  request: { params: shapes.idParam },
  responses: {
    200: { description: 'Events.', content: { 'text/event-stream': { schema: outFrame } } },
    ...refused,
  },
} as const
