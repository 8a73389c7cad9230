import { storeFiles } from './body.ts'
import { readDraft } from './draft.ts'
import { isJson } from './form.ts'
import { toMessage } from './message-payload.ts'
import { erase, revise } from './messages.ts'
import { answerInteraction, followUp, getAnswer, getInteraction } from './responses.ts'
import type { RestRequest, Route } from './rest.ts'
import type { World } from './world.ts'

/** Answers to slash commands and buttons: the callback, and all that is said by an interaction's token. */
export function interactionRoutes(world: World): readonly Route[] {
  const interactionOf = (request: RestRequest) =>
    getInteraction(world, request.param('application'), request.param('token'))
  const answerOf = (request: RestRequest) =>
    getAnswer(world, interactionOf(request), request.param('message'))
  const draftOf = async (request: RestRequest) => {
    const draft = readDraft(request.body.json)
    const { channelId } = interactionOf(request)
    return { ...draft, attachments: await storeFiles(world, channelId, request.body.files, request.origin) }
  }
  const one = '/webhooks/:application/:token/messages/:message'
  return [
    ['POST', '/interactions/:interaction/:token/callback', request => callback(world, request)],
    [
      'POST',
      '/webhooks/:application/:token',
      async request => toMessage(world, followUp(world, interactionOf(request), await draftOf(request))),
    ],
    ['GET', one, request => toMessage(world, answerOf(request))],
    [
      'PATCH',
      one,
      async request => toMessage(world, revise(world, answerOf(request), await draftOf(request))),
    ],
    ['DELETE', one, request => erase(world, answerOf(request))],
  ]
}

async function callback(world: World, request: RestRequest): Promise<unknown> {
  const id = request.param('interaction')
  const channelId = world.state.interactions.get(id)?.channelId ?? ''
  const files = await storeFiles(world, channelId, request.body.files, request.origin)
  const { interaction, type, message } = answerInteraction(
    world,
    id,
    request.param('token'),
    request.body.json,
    files,
  )
  if (request.query('with_response') !== 'true') return undefined
  const body = isJson(request.body.json) ? request.body.json : {}
  const creates = type === 4 || type === 5
  return {
    interaction: {
      id: interaction.id,
      type: interaction.type,
      ...(message && {
        response_message_id: message.id,
        response_message_loading: type === 5,
        response_message_ephemeral: message.onlyFor !== undefined,
        channel_id: message.channelId,
      }),
    },
    resource: {
      type: Number(body['type']),
      ...(message && (creates || type === 7) && { message: toMessage(world, message) }),
    },
  }
}
