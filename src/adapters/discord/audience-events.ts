import { GatewayDispatchEvents } from 'discord.js'
import { z } from 'zod'
import type { AudienceChange } from '../../core/audience.ts'
import type { IdentityRef } from '../../core/identity.ts'
import { realm } from './parse.ts'

/** What a gateway event changes in who reads where. A thread is named by its own id: its channel is found later. */
export type AudienceNews =
  | { readonly about: 'change'; readonly change: AudienceChange }
  | { readonly about: 'thread'; readonly guildId: string; readonly threadId: string; readonly userId: string }

const memberShape = z.object({ guild_id: z.string(), user: z.object({ id: z.string() }) })
const guildShape = z.object({ guild_id: z.string() })
const ownShape = z.object({ id: z.string(), unavailable: z.boolean().optional() })
const channelShape = z.object({ id: z.string(), guild_id: z.string() })
const threadShape = z.object({
  id: z.string(),
  guild_id: z.string(),
  removed_member_ids: z.array(z.string()).optional(),
  added_members: z.array(z.object({ user_id: z.string().optional() })).optional(),
})

/**
 * Who leaves a server or a thread is told only to bots with the privileged members intent, which Parley does not ask
 * for; should an application have it all the same, it is listened to.
 */
export function readAudienceNews(type: string, data: unknown): readonly AudienceNews[] {
  switch (type) {
    case GatewayDispatchEvents.GuildMemberAdd:
    case GatewayDispatchEvents.GuildMemberRemove:
    case GatewayDispatchEvents.GuildMemberUpdate: {
      const member = memberShape.safeParse(data).data
      return member ? [inGuild(member.guild_id, personOf(member.user.id))] : []
    }
    case GatewayDispatchEvents.GuildRoleUpdate:
    case GatewayDispatchEvents.GuildRoleDelete: {
      const role = guildShape.safeParse(data).data
      return role ? [inGuild(role.guild_id)] : []
    }
    case GatewayDispatchEvents.GuildUpdate:
    case GatewayDispatchEvents.GuildDelete: {
      const guild = ownShape.safeParse(data).data
      // `unavailable` is an outage of Discord's, not the end of a membership.
      return guild && guild.unavailable !== true ? [inGuild(guild.id)] : []
    }
    case GatewayDispatchEvents.ChannelUpdate:
    case GatewayDispatchEvents.ChannelDelete: {
      const channel = channelShape.safeParse(data).data
      if (!channel) return []
      const place = { platform: 'discord', workspaceId: channel.guild_id, channelId: channel.id } as const
      return [{ about: 'change', change: { place } }]
    }
    case GatewayDispatchEvents.ThreadMembersUpdate:
      return readThreadMembers(data)
    default:
      return []
  }
}

function readThreadMembers(data: unknown): readonly AudienceNews[] {
  const thread = threadShape.safeParse(data).data
  if (!thread) return []
  const added = (thread.added_members ?? []).flatMap(member => member.user_id ?? [])
  return [...(thread.removed_member_ids ?? []), ...added].map(userId => ({
    about: 'thread',
    guildId: thread.guild_id,
    threadId: thread.id,
    userId,
  }))
}

function inGuild(guildId: string, person?: IdentityRef): AudienceNews {
  const place = { platform: 'discord', workspaceId: guildId } as const
  return { about: 'change', change: { place, ...(person ? { person } : {}) } }
}

export function personOf(userId: string): IdentityRef {
  return { platform: 'discord', realm, userId }
}
