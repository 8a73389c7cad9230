import { parley } from '../cast.ts'
import { ephemeral, readDraft } from './draft.ts'
import type { Draft } from './draft.ts'
import type { StoredAttachment, StoredInteraction, StoredMessage } from './entry.ts'
import { invalidField, Refusal } from './errors.ts'
import { isJson, readForm } from './form.ts'
import { answerWithinMs } from './deadlines.ts'
import { post, revise } from './messages.ts'
import { findMessage, tokenLifeMs } from './world.ts'
import type { World } from './world.ts'

const loading = 128
const { applicationId, userId: botId } = parley.discord

/** A bot's first word on an interaction: types 4 to 7 of the callback. Returns the message it concerns. */
export function answerInteraction(
  world: World,
  id: string,
  token: string,
  body: unknown,
  attachments: readonly StoredAttachment[],
): { readonly interaction: StoredInteraction; readonly type: number; readonly message?: StoredMessage } {
  const interaction = world.state.interactions.get(id)
  if (interaction?.token !== token) throw new Refusal(10062)
  if (interaction.state === 'acknowledged') throw new Refusal(40060)
  if (interaction.state === 'unanswered' || world.now() - interaction.atMs > answerWithinMs)
    throw new Refusal(10062)
  const form = readForm(body)
  const type = form.number('type') ?? 0
  const data = form.json['data'] ?? {}
  const message = firstWord(world, interaction, type, data, attachments)
  const originalId = type === 4 || type === 5 ? message.id : interaction.pressedId
  const answered: StoredInteraction = { ...interaction, state: 'acknowledged', originalId }
  world.record({ type: 'interaction', interaction: answered })
  world.touch(answered.channelId)
  return { interaction: answered, type, message }
}

function firstWord(
  world: World,
  interaction: StoredInteraction,
  type: number,
  data: unknown,
  attachments: readonly StoredAttachment[],
): StoredMessage {
  const pressed =
    interaction.pressedId === undefined
      ? undefined
      : findMessage(world, interaction.channelId, interaction.pressedId)
  if (type === 4) return answerWith(world, interaction, { ...readDraft(data), attachments }, 0)
  if (type === 5) {
    const flags = isJson(data) ? Number(data['flags'] ?? 0) & ephemeral : 0
    return answerWith(world, interaction, { flags }, loading)
  }
  if (pressed && type === 6) return pressed
  if (pressed && type === 7) return revise(world, pressed, { ...readDraft(data), attachments })
  throw invalidField(['type'], 'BASE_TYPE_CHOICES', 'Value must be one of {4, 5, 6, 7}.')
}

function answerWith(
  world: World,
  interaction: StoredInteraction,
  draft: Draft,
  flags: number,
): StoredMessage {
  const { id: interactionId, channelId, type, userId, pressedId } = interaction
  const hidden = ((draft.flags ?? 0) & ephemeral) !== 0
  return post(world, channelId, botId, draft, {
    type: type === 2 ? 20 : 0,
    flags,
    interactionId,
    onlyFor: hidden ? userId : undefined,
    ...(pressedId !== undefined && { reference: { channelId, messageId: pressedId } }),
  })
}

/** The interaction a webhook call speaks for, while its token lives. */
export function getInteraction(world: World, application: string, token: string): StoredInteraction {
  const found = [...world.state.interactions.values()].find(interaction => interaction.token === token)
  if (application !== applicationId || !found) throw new Refusal(10015)
  if (world.now() - found.atMs > tokenLifeMs) throw new Refusal(50027)
  if (found.state !== 'acknowledged') throw new Refusal(10015)
  return found
}

/** A message of an interaction: `@original`, or a follow-up by its id. */
export function getAnswer(world: World, interaction: StoredInteraction, name: string): StoredMessage {
  const id = name === '@original' ? interaction.originalId : name
  const message = id === undefined ? undefined : findMessage(world, interaction.channelId, id)
  const ours = message?.interactionId === interaction.id || message?.id === interaction.originalId
  if (!message || !ours) throw new Refusal(10008)
  return message
}

/** Says more on an interaction. While its answer is only deferred, the first follow-up becomes that answer. */
export function followUp(world: World, interaction: StoredInteraction, draft: Draft): StoredMessage {
  const { channelId, originalId, userId, id: interactionId } = interaction
  const original = originalId === undefined ? undefined : findMessage(world, channelId, originalId)
  if (original && (original.flags & loading) !== 0) return revise(world, original, draft)
  const hidden = ((draft.flags ?? 0) & ephemeral) !== 0
  return post(world, channelId, botId, draft, {
    interactionId,
    onlyFor: hidden ? userId : undefined,
    ...(original && { type: 19, reference: { channelId, messageId: original.id } }),
  })
}
