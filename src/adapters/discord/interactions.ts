import {
  type APIInteraction,
  type APIInteractionResponse,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ComponentType,
  InteractionResponseType,
  InteractionType,
  MessageFlags,
  type RESTPostAPIInteractionCallbackWithResponseResult,
  Routes,
} from 'discord.js'
import { sentences } from '../../core/catalogue.ts'
import type { Author } from '../../core/identity.ts'
import { type CommandName, commandNames, type Inbound } from '../../core/inbound.ts'
import type { Received } from '../../core/inbox.ts'
import type { Log } from '../../core/log.ts'
import { turnOfButton } from './contents.ts'
import { toPlatformError } from './errors.ts'
import { maxContentLength, snowflakeMs } from './limits.ts'
import { toDiscord } from './markdown.ts'
import { privacyOf, threadOf, toAuthor, type Whereabouts } from './parse.ts'
import type { DiscordRest } from './rest.ts'
import { rolesInInteraction } from './roles-told.ts'
import type { ChannelMap } from './whereabouts.ts'

export interface InteractionDependencies {
  readonly rest: DiscordRest
  readonly channels: ChannelMap
  readonly log: Log
  readonly receive: (inbound: Inbound) => Promise<Received>
}

/**
 * Answers an interaction within Discord's 3 s, before anything is stored, and stores it at once after. A crash in
 * between loses it: the person sees their question standing there unanswered and asks again.
 */
export async function handleInteraction(
  deps: InteractionDependencies,
  interaction: APIInteraction,
): Promise<void> {
  const by = authorOf(interaction)
  if (!by || interaction.channel === undefined) return
  if (
    interaction.type === InteractionType.MessageComponent &&
    interaction.data.component_type === ComponentType.Button
  ) {
    return press(deps, interaction, interaction.data.custom_id, by, interaction.channel.id)
  }
  if (interaction.type !== InteractionType.ApplicationCommand) return
  if (interaction.data.type !== ApplicationCommandType.ChatInput) return
  const name = commandNames.find(known => known === interaction.data.name)
  if (!name) return
  const option = interaction.data.options?.find(given => given.type === ApplicationCommandOptionType.String)
  const text = option?.type === ApplicationCommandOptionType.String ? option.value : ''
  await (name === 'ask'
    ? ask(deps, interaction, text, by, interaction.channel.id)
    : privately(deps, interaction, name, text, by, interaction.channel.id))
}

/** The question itself is the response, and so the message on which its thread is opened. */
async function ask(
  deps: InteractionDependencies,
  interaction: APIInteraction,
  text: string,
  by: Author,
  channelId: string,
) {
  const response = await respond(deps, interaction, {
    type: InteractionResponseType.ChannelMessageWithSource,
    data: {
      content: anchorText(by.name ?? by.userId, text),
      allowed_mentions: { parse: [] },
      flags: MessageFlags.SuppressEmbeds,
    },
  })
  const where = await deps.channels.locate(channelId, interaction.guild_id)
  const anchorId = response?.resource?.message?.id ?? interaction.id
  const received = await deps.receive({
    kind: 'command',
    key: `interaction:${interaction.id}`,
    name: 'ask',
    text,
    thread: threadOf(where, anchorId),
    inThread: where.kind === 'thread',
    by,
    atMs: snowflakeMs(interaction.id),
    direct: where.kind === 'direct',
    ...privacyOf(where),
    roles: rolesInInteraction(interaction),
    delivery: { origin: where.kind },
  })
  if (received.decision.outcome === 'refused') await takeBack(deps, interaction)
  if (received.reply !== undefined) await follow(deps, interaction, received.reply)
}

/** Everything but a question is answered to the person alone. */
async function privately(
  deps: InteractionDependencies,
  interaction: APIInteraction,
  name: CommandName,
  text: string,
  by: Author,
  channelId: string,
) {
  await respond(deps, interaction, {
    type: InteractionResponseType.DeferredChannelMessageWithSource,
    data: { flags: MessageFlags.Ephemeral },
  })
  const where = await deps.channels.locate(channelId, interaction.guild_id)
  const received = await deps.receive({
    kind: 'command',
    key: `interaction:${interaction.id}`,
    name,
    text,
    thread: threadOf(where, channelId),
    inThread: where.kind !== 'channel',
    by,
    roles: rolesInInteraction(interaction),
    atMs: snowflakeMs(interaction.id),
    direct: where.kind === 'direct',
  })
  await follow(deps, interaction, received.reply ?? sentences.stopping)
}

async function press(
  deps: InteractionDependencies,
  interaction: APIInteraction,
  customId: string,
  by: Author,
  channelId: string,
) {
  await respond(deps, interaction, { type: InteractionResponseType.DeferredMessageUpdate })
  const turnId = turnOfButton(customId)
  if (turnId === undefined) return
  const where: Whereabouts = await deps.channels.locate(channelId, interaction.guild_id)
  const received = await deps.receive({
    kind: 'stop',
    key: `interaction:${interaction.id}`,
    thread: threadOf(where, channelId),
    turnId,
    by,
    atMs: snowflakeMs(interaction.id),
    native: false,
  })
  if (received.decision.outcome !== 'answered' && received.reply !== undefined)
    await follow(deps, interaction, received.reply)
}

async function respond(
  { rest }: InteractionDependencies,
  interaction: APIInteraction,
  body: APIInteractionResponse,
): Promise<RESTPostAPIInteractionCallbackWithResponseResult | undefined> {
  try {
    const query = new URLSearchParams({ with_response: 'true' })
    const response = await rest.raw.post(Routes.interactionCallback(interaction.id, interaction.token), {
      body,
      query,
      auth: false,
    })
    return response as RESTPostAPIInteractionCallbackWithResponseResult | undefined
  } catch (thrown) {
    throw toPlatformError(thrown)
  }
}

/** A question that is not answered must not stand there as if it were. Best effort: its person is told all the same. */
async function takeBack({ rest, log }: InteractionDependencies, interaction: APIInteraction): Promise<void> {
  const { application_id: applicationId, token } = interaction
  try {
    await rest.raw.delete(Routes.webhookMessage(applicationId, token), { auth: false })
  } catch (thrown) {
    log.warn({ platform: 'discord', error: thrown }, 'a refused question could not be taken back')
  }
}

async function follow(
  { rest }: InteractionDependencies,
  interaction: APIInteraction,
  markdown: string,
): Promise<void> {
  const body = {
    content: toDiscord(markdown),
    flags: MessageFlags.Ephemeral,
    allowed_mentions: { parse: [] },
  }
  try {
    await rest.raw.post(Routes.webhook(interaction.application_id, interaction.token), { body, auth: false })
  } catch (thrown) {
    throw toPlatformError(thrown)
  }
}

function anchorText(name: string, question: string): string {
  const text = sentences.asked(toDiscord(name), toDiscord(question))
  return text.length <= maxContentLength
    ? text
    : `${text.slice(0, maxContentLength - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

function authorOf(interaction: APIInteraction): Author | undefined {
  const user = interaction.member?.user ?? interaction.user
  return user && toAuthor(user, interaction.member?.nick)
}
