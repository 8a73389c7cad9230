import { randomBytes } from 'node:crypto'
import { parley } from '../cast.ts'
import { findSlashCommand, readTyped } from './commands.ts'
import { createDeadlines, notify } from './deadlines.ts'
import type { StoredInteraction, StoredMessage } from './entry.ts'
import { isJson } from './form.ts'
import type { Json } from './form.ts'
import { isDirect, toMessage } from './message-payload.ts'
import { appPermissions, toChannel, toMember, toUser } from './payload.ts'
import { personPermissions } from './permissions.ts'
import { getChannel } from './world.ts'
import type { World } from './world.ts'

const { guildId, applicationId } = parley.discord

/** What people start by slash commands and buttons. A bot that stays silent is told on. */
export interface Interactions {
  command(channelId: string, personId: string, name: string, typed: string): void
  press(message: StoredMessage, personId: string, buttonId: string): void
  close(): void
}

export function createInteractions(world: World): Interactions {
  const deadlines = createDeadlines(world)

  const begin = (about: Pick<StoredInteraction, 'type' | 'channelId' | 'userId' | 'name'>, extra: Json) => {
    const id = world.nextId()
    const token = Buffer.from(`interaction:${id}:${randomBytes(48).toString('hex')}`).toString('base64url')
    const pressedId = isJson(extra['message']) ? String(extra['message']['id']) : undefined
    const interaction: StoredInteraction = {
      ...about,
      id,
      token,
      atMs: world.now(),
      state: 'waiting',
      pressedId,
    }
    world.record({ type: 'interaction', interaction })
    deadlines.watch(interaction)
    world.emit({ t: 'INTERACTION_CREATE', d: { ...toInteraction(world, interaction), ...extra }, intent: 0 })
  }

  return {
    command(channelId, personId, name, typed) {
      const command = findSlashCommand(world, name, isDirect(world, channelId))
      if (!command) return notify(world, channelId, personId, `There is no command /${name} here`)
      const read = readTyped(command.body, typed)
      if ('missing' in read)
        return notify(world, channelId, personId, `/${name} needs ${read.missing} before it can be sent`)
      begin(
        { type: 2, channelId, userId: personId, name },
        { data: { id: command.id, name, type: 1, options: read.options, ...guildOf(command.guildId) } },
      )
    },
    press(message, personId, buttonId) {
      begin(
        { type: 3, channelId: message.channelId, userId: personId, name: buttonId },
        { data: { custom_id: buttonId, component_type: 2, id: 1 }, message: toMessage(world, message) },
      )
    },
    close: deadlines.close,
  }
}

function guildOf(id: string | undefined): Json {
  return id === undefined ? {} : { guild_id: id }
}

function toInteraction(world: World, { id, token, type, channelId, userId }: StoredInteraction): Json {
  const direct = isDirect(world, channelId)
  return {
    id,
    application_id: applicationId,
    type,
    token,
    version: 1,
    channel_id: channelId,
    channel: toChannel(world, getChannel(world, channelId)),
    locale: 'en-US',
    entitlements: [],
    app_permissions: appPermissions(world, channelId),
    attachment_size_limit: 10 * 1024 * 1024,
    context: direct ? 1 : 0,
    authorizing_integration_owners: { 0: direct ? '0' : guildId },
    ...(direct
      ? { user: toUser(userId) }
      : {
          guild_id: guildId,
          guild: { id: guildId, locale: 'en-US', features: [] },
          guild_locale: 'en-US',
          member: { ...toMember(world, userId), permissions: personPermissions.toString() },
        }),
  }
}
