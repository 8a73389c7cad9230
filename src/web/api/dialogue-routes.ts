import { createRoute } from '@hono/zod-openapi'
import { given, none, sent, usualRefusals } from './api.ts'
import { outFrame } from '../frames.ts'
import * as shapes from './shapes.ts'

/** What the dialogues' routes are; what they do stands in dialogues.ts. */

/** What any of them may answer. */
const common = {
  tags: ['Dialogues'],
  security: [{ bearer: [] }],
}

export const listDialogues = createRoute({
  ...common,
  method: 'get',
  path: '/api/v1/dialogues',
  summary: 'What you may see, newest first; with `q`, what is found in it',
  request: { query: shapes.listQuery },
  responses: { 200: given('A page.', shapes.list), ...usualRefusals },
})
export const createDialogue = createRoute({
  ...common,
  method: 'post',
  path: '/api/v1/dialogues',
  summary: 'A new dialogue; with a text it is asked at once',
  request: { ...sent(shapes.creation) },
  responses: { 201: given('Made.', shapes.created), ...usualRefusals },
})
export const getDialogue = createRoute({
  ...common,
  method: 'get',
  path: '/api/v1/dialogues/{id}',
  summary: 'A dialogue with its newest messages, or those before a position',
  request: { params: shapes.idParam, query: shapes.dialogueQuery },
  responses: { 200: given('The dialogue.', shapes.dialogue), ...usualRefusals },
})
export const changeDialogue = createRoute({
  ...common,
  method: 'patch',
  path: '/api/v1/dialogues/{id}',
  summary: 'Rename it, pin it, choose its agent',
  request: { params: shapes.idParam, ...sent(shapes.change) },
  responses: { 200: given('As it is now.', shapes.entry), ...usualRefusals },
})
export const deleteDialogue = createRoute({
  ...common,
  method: 'delete',
  path: '/api/v1/dialogues/{id}',
  summary: 'Erase a web dialogue of your own; take any other out of your list',
  request: { params: shapes.idParam },
  responses: { 204: none('Gone.'), ...usualRefusals },
})
export const sendMessage = createRoute({
  ...common,
  method: 'post',
  path: '/api/v1/dialogues/{id}/messages',
  summary: 'Say something, and be answered',
  request: { params: shapes.idParam, ...sent(shapes.saying) },
  responses: { 202: given('Taken.', shapes.taken), ...usualRefusals },
})
export const regenerate = createRoute({
  ...common,
  method: 'post',
  path: '/api/v1/dialogues/{id}/regenerate',
  summary: 'Another answer, on a branch beside this one',
  request: { params: shapes.idParam, ...sent(shapes.regeneration) },
  responses: { 202: given('Taken.', shapes.taken), ...usualRefusals },
})
export const editMessage = createRoute({
  ...common,
  method: 'post',
  path: '/api/v1/messages/{id}/edit',
  summary: 'Ask in other words, on a branch beside what was said',
  request: { params: shapes.idParam, ...sent(shapes.saying) },
  responses: { 202: given('Taken.', shapes.taken), ...usualRefusals },
})
export const switchBranch = createRoute({
  ...common,
  method: 'post',
  path: '/api/v1/dialogues/{id}/branch',
  summary: 'Go on along another branch; null is the trunk',
  request: { params: shapes.idParam, ...sent(shapes.branchChoice) },
  responses: { 204: none('Switched.'), ...usualRefusals },
})
export const listMembers = createRoute({
  ...common,
  method: 'get',
  path: '/api/v1/dialogues/{id}/members',
  summary: 'Who was invited',
  request: { params: shapes.idParam },
  responses: { 200: given('They.', shapes.teammates), ...usualRefusals },
})
export const inviteMember = createRoute({
  ...common,
  method: 'post',
  path: '/api/v1/dialogues/{id}/members',
  summary: 'Let a member take part, or everybody of a workspace',
  request: { params: shapes.idParam, ...sent(shapes.invitation) },
  responses: { 201: given('Invited.', shapes.invited), ...usualRefusals },
})
export const removeMember = createRoute({
  ...common,
  method: 'delete',
  path: '/api/v1/dialogues/{id}/members/{memberId}',
  summary: 'Take a member out; or leave',
  request: { params: shapes.memberParam },
  responses: { 204: none('Out.'), ...usualRefusals },
})
export const removeWorkspace = createRoute({
  ...common,
  method: 'delete',
  path: '/api/v1/dialogues/{id}/workspaces/{platform}/{workspaceId}',
  summary: 'Take a workspace out',
  request: { params: shapes.workspaceParam },
  responses: { 204: none('Out.'), ...usualRefusals },
})
export const listVersions = createRoute({
  ...common,
  method: 'get',
  path: '/api/v1/messages/{id}/versions',
  summary: 'What a message said before, newest first',
  request: { params: shapes.idParam },
  responses: { 200: given('They; none when it was never changed.', shapes.versions), ...usualRefusals },
})
export const getFacets = createRoute({
  ...common,
  method: 'get',
  path: '/api/v1/facets',
  summary: 'Channels and people that the list can be filtered by',
  responses: { 200: given('They.', shapes.facets), ...usualRefusals },
})
export const getTurn = createRoute({
  ...common,
  tags: ['Turns'],
  method: 'get',
  path: '/api/v1/turns/{id}',
  summary: 'How an answer stands',
  request: { params: shapes.idParam },
  responses: { 200: given('The turn.', shapes.turn), ...usualRefusals },
})
export const stopTurn = createRoute({
  ...common,
  tags: ['Turns'],
  method: 'post',
  path: '/api/v1/turns/{id}/stop',
  summary: 'Stop an answer that is being written',
  request: { params: shapes.idParam },
  responses: { 202: given('Told.', shapes.stopped), ...usualRefusals },
})
export const getReceipt = createRoute({
  ...common,
  tags: ['Turns'],
  method: 'get',
  path: '/api/v1/turns/{id}/receipt',
  summary: 'What an answer was given',
  request: { params: shapes.idParam },
  responses: { 200: given('The receipt.', shapes.receipt), ...usualRefusals },
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
    ...usualRefusals,
  },
} as const
